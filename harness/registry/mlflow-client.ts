/** MLflow's REST interface, the part of it that an export needs (API 2.0: experiments, runs, artifacts, registered
 *  models, model versions). Credentials travel in a header and stand in no message.
 *  Knows routes; knows nothing of the registry. Source: mlflow.org/docs/latest/rest-api.html */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request } from 'undici';
import { HarnessError } from '../errors.ts';

/** Value of the Authorization header; null where the server wants none. */
export type MlflowCredentials = string | null;

/** In the variables of MLflow's own clients. A token goes before a password, as there. */
export function mlflowCredentials(env: NodeJS.ProcessEnv): MlflowCredentials {
  const token = env['MLFLOW_TRACKING_TOKEN'];
  if (token) return `Bearer ${token}`;
  const [user, password] = [env['MLFLOW_TRACKING_USERNAME'], env['MLFLOW_TRACKING_PASSWORD']];
  if (!user || !password) return null;
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export type Tags = Readonly<Record<string, string>>;

interface KeyValue {
  readonly key: string;
  readonly value: string;
}

export interface MlflowVersion {
  readonly version: string;
  readonly status: string;
  readonly tags: Tags;
}

export interface MlflowRun {
  readonly id: string;
  readonly artifactUri: string;
}

export interface MlflowMetric {
  readonly key: string;
  readonly value: number;
  /** Default 0. */
  readonly step?: number;
}

const TIMEOUT_MS = 60_000;
/** An upload may wait as long for its first answer as the server needs to store it. */
const UPLOAD_TIMEOUT_MS = 600_000;
const MOST_METRICS_A_BATCH = 1000;
const MOST_PARAMETERS_A_BATCH = 100;
const API = '/api/2.0/mlflow/';
const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts/';

const ARTIFACT_URI = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/;

interface Answer {
  readonly json: Readonly<Record<string, unknown>>;
}

const pairs = (tags: Tags): KeyValue[] => Object.entries(tags).map(([key, value]) => ({ key, value }));

export class MlflowClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @throws HarnessError E_USAGE for what is no URI of a server, or one that carries a password */
  constructor(uri: string, credentials: MlflowCredentials) {
    const url = URL.canParse(uri) ? new URL(uri) : null;
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new HarnessError('E_USAGE', '--mlflow needs http(s)://host, the URI of a tracking server.');
    }
    if (url.username !== '' || url.password !== '' || url.search !== '') {
      throw new HarnessError('E_USAGE', `--mlflow: ${url.host} is given with a user, password or query.`, {
        remedy: 'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.',
      });
    }
    this.#base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
    this.#headers = credentials === null ? {} : { authorization: credentials };
  }

  /** Makes the registered model where it is missing. */
  async ensureModel(name: string, tags: Tags, description: string): Promise<void> {
    const body = { name, tags: pairs(tags), description };
    await this.#post('registered-models/create', body, ['RESOURCE_ALREADY_EXISTS']);
  }

  /** All versions of a registered model. */
  async versionsOf(name: string): Promise<MlflowVersion[]> {
    const found: MlflowVersion[] = [];
    let page = '';
    do {
      const query = {
        filter: `name='${name}'`,
        max_results: '200',
        ...(page !== '' && { page_token: page }),
      };
      const { json } = await this.#get('model-versions/search', query);
      const { model_versions: rows = [], next_page_token: next = '' } = json as {
        model_versions?: readonly { version: string; status: string; tags?: readonly KeyValue[] }[];
        next_page_token?: string;
      };
      for (const { version, status, tags = [] } of rows) {
        found.push({ version, status, tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])) });
      }
      page = next;
    } while (page !== '');
    return found;
  }

  /** @returns the number that MLflow gave it */
  async createVersion(version: {
    readonly name: string;
    readonly source: string;
    readonly run_id: string;
    readonly description: string;
    readonly tags: Tags;
  }): Promise<string> {
    const { json } = await this.#post('model-versions/create', { ...version, tags: pairs(version.tags) });
    return this.#textIn(json, 'model_version', 'version');
  }

  async tagVersion(name: string, version: string, { key, value }: KeyValue): Promise<void> {
    await this.#post('model-versions/set-tag', { name, version, key, value });
  }

  async setAlias(name: string, alias: string, version: string): Promise<void> {
    await this.#post('registered-models/alias', { name, alias, version });
  }

  /** The id of the experiment, which is made where it is missing. */
  async ensureExperiment(name: string): Promise<string> {
    const missing = ['RESOURCE_DOES_NOT_EXIST'];
    const { json } = await this.#get('experiments/get-by-name', { experiment_name: name }, missing);
    if (json['experiment'] !== undefined) return this.#textIn(json, 'experiment', 'experiment_id');
    return this.#textIn((await this.#post('experiments/create', { name })).json, 'experiment_id');
  }

  async createRun(experiment: string, name: string, startedMs: number, tags: Tags): Promise<MlflowRun> {
    const { json } = await this.#post('runs/create', {
      experiment_id: experiment,
      run_name: name,
      start_time: startedMs,
      tags: pairs(tags),
    });
    return {
      id: this.#textIn(json, 'run', 'info', 'run_id'),
      artifactUri: this.#textIn(json, 'run', 'info', 'artifact_uri'),
    };
  }

  async logMetrics(run: string, metrics: readonly MlflowMetric[], timestamp: number): Promise<void> {
    for (let start = 0; start < metrics.length; start += MOST_METRICS_A_BATCH) {
      const batch = metrics.slice(start, start + MOST_METRICS_A_BATCH);
      await this.#post('runs/log-batch', {
        run_id: run,
        metrics: batch.map((metric) => ({ step: 0, ...metric, timestamp })),
      });
    }
  }

  async logParameters(run: string, parameters: Tags): Promise<void> {
    const all = pairs(parameters);
    for (let start = 0; start < all.length; start += MOST_PARAMETERS_A_BATCH) {
      const params = all.slice(start, start + MOST_PARAMETERS_A_BATCH);
      await this.#post('runs/log-batch', { run_id: run, params });
    }
  }

  async endRun(run: string, status: 'FINISHED' | 'FAILED' | 'KILLED'): Promise<void> {
    await this.#post('runs/update', { run_id: run, status, end_time: Date.now() });
  }

  /** Whether the server takes files of the run itself. */
  takesFiles({ artifactUri }: MlflowRun): boolean {
    return ARTIFACT_URI.test(artifactUri);
  }

  /** Sends a file to the artifacts of a run.
   *  @param name below the run's artifacts, parts joined by `/`
   *  @throws HarnessError E_MLFLOW where the server does not take files itself */
  async upload({ artifactUri }: MlflowRun, name: string, file: string): Promise<void> {
    const [, root] = ARTIFACT_URI.exec(artifactUri) ?? [];
    if (root === undefined) {
      throw new HarnessError('E_MLFLOW', `The server keeps files at ${artifactUri}, not behind itself.`, {
        remedy:
          'Start mlflow server with --serve-artifacts, or give --source with a place that MLflow can read.',
      });
    }
    const path = `${root}/${name}`.split('/').map(encodeURIComponent).join('/');
    const { size } = await stat(file);
    await this.#send(`${ARTIFACTS}${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
      body: createReadStream(file),
      headersTimeout: UPLOAD_TIMEOUT_MS,
    });
  }

  /** The text at the end of the path. */
  #textIn(json: Answer['json'], ...path: readonly string[]): string {
    let value: unknown = json;
    for (const key of path) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
    if (typeof value === 'string') return value;
    const missing = path.join('.');
    throw new HarnessError('E_MLFLOW', `${this.#base} does not answer as MLflow does: ${missing} is missing`);
  }

  async #get(
    route: string,
    query: Record<string, string>,
    accepted: readonly string[] = [],
  ): Promise<Answer> {
    return this.#send(`${API}${route}?${new URLSearchParams(query).toString()}`, { method: 'GET' }, accepted);
  }

  async #post(route: string, body: object, accepted: readonly string[] = []): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return this.#send(`${API}${route}`, { method: 'POST', headers, body: JSON.stringify(body) }, accepted);
  }

  /** @param accepted error codes of MLflow that are no failure here */
  async #send(
    path: string,
    options: Pick<
      NonNullable<Parameters<typeof request>[1]>,
      'method' | 'headers' | 'body' | 'headersTimeout'
    >,
    accepted: readonly string[] = [],
  ): Promise<Answer> {
    const route = path.split('?', 1)[0]!;
    let status: number;
    let text: string;
    try {
      const answer = await request(`${this.#base}${path}`, {
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
        ...options,
        headers: { ...(options.headers as Record<string, string> | undefined), ...this.#headers },
      });
      status = answer.statusCode;
      text = await answer.body.text();
    } catch (cause) {
      const { code, name } = cause as NodeJS.ErrnoException;
      throw new HarnessError('E_MLFLOW', `${this.#base} does not answer ${route}: ${code ?? name}`, {
        cause,
      });
    }
    // An upload is answered with nothing.
    const json = objectIn(text === '' ? '{}' : text);
    if (status >= 200 && status < 300 && json !== null) return { json };
    const { error_code: code, message } = (json ?? {}) as { error_code?: string; message?: string };
    if (code !== undefined && accepted.includes(code)) return { json: {} };
    throw new HarnessError(
      'E_MLFLOW',
      `${this.#base} answered ${route} with ${status}${json === null ? ', which is not what MLflow answers' : `: ${code ?? ''} ${message ?? ''}`.trimEnd()}`,
      status === 401 || status === 403
        ? {
            remedy:
              'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, to what the server knows.',
          }
        : {},
    );
  }
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
