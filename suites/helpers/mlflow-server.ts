/** A small stand-in for an MLflow tracking server: the routes that an export uses, answering in the shapes that
 *  mlflow 3.17.2 was recorded to answer in. What it holds lives in memory. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface KeyValue {
  readonly key: string;
  readonly value: string;
}

interface StoredVersion {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly run_id: string;
  readonly status: string;
  readonly tags: KeyValue[];
}

export interface MlflowStandIn {
  readonly url: string;
  /** `METHOD path`, without the query, in order. */
  readonly requests: readonly string[];
  readonly versions: readonly StoredVersion[];
  readonly aliases: ReadonlyMap<string, string>;
  readonly metrics: readonly { readonly key: string; readonly value: number }[];
  readonly uploads: ReadonlyMap<string, Buffer>;
  close(): Promise<void>;
}

interface Answer {
  readonly status?: number;
  readonly body?: object;
}

type Body = Readonly<Record<string, unknown>>;

const failure = (status: number, error_code: string, message: string): Answer => ({
  status,
  body: { error_code, message },
});

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function startMlflow({
  authorization = null,
  artifacts = 'mlflow-artifacts:/1',
}: { readonly authorization?: string | null; readonly artifacts?: string } = {}): Promise<MlflowStandIn> {
  const requests: string[] = [];
  const models = new Set<string>();
  const versions: StoredVersion[] = [];
  const aliases = new Map<string, string>();
  const metrics: { key: string; value: number }[] = [];
  const uploads = new Map<string, Buffer>();
  let experiment: string | null = null;
  let runs = 0;

  const routes: Readonly<Record<string, (body: Body, query: URLSearchParams) => Answer>> = {
    'POST registered-models/create': ({ name }) => {
      if (models.has(String(name))) {
        return failure(
          400,
          'RESOURCE_ALREADY_EXISTS',
          `Registered Model (name=${String(name)}) already exists.`,
        );
      }
      models.add(String(name));
      return { body: { registered_model: { name } } };
    },
    'GET model-versions/search': (_body, query) => {
      const found = versions.filter(({ name }) => query.get('filter') === `name='${name}'`);
      // One to a page: MLflow pages as well.
      const at = Number(query.get('page_token') ?? 0);
      const more = at + 1 < found.length ? { next_page_token: String(at + 1) } : {};
      return { body: found.length === 0 ? {} : { model_versions: found.slice(at, at + 1), ...more } };
    },
    'GET experiments/get-by-name': (_body, query) =>
      experiment === query.get('experiment_name')
        ? { body: { experiment: { experiment_id: '1', name: experiment } } }
        : failure(404, 'RESOURCE_DOES_NOT_EXIST', 'Could not find experiment'),
    'POST experiments/create': ({ name }) => {
      experiment = String(name);
      return { body: { experiment_id: '1' } };
    },
    'POST runs/create': () => {
      const id = `run${++runs}`;
      return { body: { run: { info: { run_id: id, artifact_uri: `${artifacts}/${id}/artifacts` } } } };
    },
    'POST runs/log-batch': ({ metrics: batch }) => {
      metrics.push(...(batch as { key: string; value: number }[]));
      return { body: {} };
    },
    'POST runs/update': () => ({ body: { run_info: {} } }),
    'POST model-versions/create': ({ name, source, run_id, tags }) => {
      if (String(source).startsWith('file:')) {
        return failure(400, 'INVALID_PARAMETER_VALUE', `Invalid model version source: '${String(source)}'.`);
      }
      const version = {
        name: String(name),
        version: String(versions.length + 1),
        source: String(source),
        run_id: String(run_id),
        status: 'READY',
        tags: tags as KeyValue[],
      };
      versions.push(version);
      return { body: { model_version: version } };
    },
    'POST model-versions/set-tag': ({ version, key, value }) => {
      const { tags } = versions.find((each) => each.version === version)!;
      tags.push({ key: String(key), value: String(value) });
      return { body: {} };
    },
    'POST registered-models/alias': ({ alias, version }) => {
      aliases.set(String(alias), String(version));
      return { body: {} };
    },
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    requests.push(`${request.method} ${pathname}`);
    const handle = async (): Promise<Answer> => {
      const bytes = await bytesOf(request);
      if (authorization !== null && request.headers.authorization !== authorization) return { status: 401 };
      const [, file] = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.+)$/.exec(pathname) ?? [];
      if (request.method === 'PUT' && file !== undefined) {
        uploads.set(decodeURIComponent(file), bytes);
        return {};
      }
      const route = routes[`${request.method} ${pathname.replace('/api/2.0/mlflow/', '')}`];
      if (route === undefined) return failure(404, 'ENDPOINT_NOT_FOUND', 'The requested URL was not found');
      return route(bytes.length === 0 ? {} : (JSON.parse(bytes.toString()) as Body), searchParams);
    };
    const answer = async (): Promise<void> => {
      const { status = 200, body } = await handle();
      response.writeHead(status, { 'content-type': 'application/json' });
      // An upload is answered with nothing, and a missing key with plain text.
      const plain = status === 401 ? 'You are not authenticated.' : '';
      response.end(body === undefined ? plain : JSON.stringify(body));
    };
    void answer();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    versions,
    aliases,
    metrics,
    uploads,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
