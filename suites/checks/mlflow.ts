/** The export of a version, and the tracking of a training run, against a real MLflow server.
 *
 *      python3 -m venv mlflow-venv && mlflow-venv/bin/pip install mlflow
 *      npm run check:mlflow -- mlflow-venv/bin/mlflow
 *
 *  Starts the server on 127.0.0.1 with a database of its own, promotes tiny-chat in a registry of its own, exports it
 *  twice, moves the alias, exports again, and asks the server what it has; the files it hands out have to be the ones
 *  that were promoted. Then a model is trained with `--mlflow`: the server has to hold every value of its log. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { exportToMlflow, promote, showVersion } from '../../harness/registry/index.ts';
import { harness } from '../helpers/cli.ts';
import { microConfig } from '../integration/micro-training.ts';
import { tinyChat, untrained, writeDamaged } from '../helpers/damaged-models.ts';
import { temporaryFolder, writeRun } from '../unit/harness/registry/registry-fixture.ts';

const START_TIMEOUT_MS = 120_000;

const say = (line: string) => process.stdout.write(`${line}\n`);
const failed: string[] = [];

function check(what: string, holds: boolean, found?: unknown): void {
  say(`${holds ? '✓' : '✕'} ${what}${holds || found === undefined ? '' : `: ${JSON.stringify(found)}`}`);
  if (!holds) failed.push(what);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((settle) => {
    server.listen(0, '127.0.0.1', settle);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((settle) => {
    server.close(settle);
  });
  return port;
}

async function get(url: string): Promise<Record<string, unknown>> {
  const { body } = await request(url);
  return (await body.json()) as Record<string, unknown>;
}

async function untilUp(uri: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const up = await request(`${uri}/health`).then(
      async ({ statusCode, body }) => {
        await body.text();
        return statusCode === 200;
      },
      () => false,
    );
    if (up) return;
    await sleep(500);
  }
  throw new Error(`no MLflow server at ${uri} within ${START_TIMEOUT_MS} ms`);
}

const executable = process.argv[2];
if (executable === undefined) throw new Error('Give the path of the mlflow executable.');
const home = await temporaryFolder();
const uri = `http://127.0.0.1:${await freePort()}`;
const server = spawn(
  resolve(executable),
  [
    'server',
    '--host=127.0.0.1',
    `--port=${new URL(uri).port}`,
    '--workers=1',
    `--backend-store-uri=sqlite:///${join(home, 'mlflow.db')}`,
    `--artifacts-destination=${join(home, 'artifacts')}`,
  ],
  // A group of its own: the server starts workers, which end with it.
  { cwd: home, stdio: 'ignore', detached: true },
);

async function promoteModel(model: string, name: string): Promise<void> {
  const runDir = await writeRun(home, `run-${name}`, model, { model: { name: 'chat', dtype: 'float32' } });
  await promote({ model, alias: 'production', runDir, home, reason: `because of ${name}` });
}

const exported = (reference: string) =>
  exportToMlflow({ reference, home, uri, source: null, credentials: null, onProgress: () => undefined });

/** Trains with the server following; compares what it holds with the log in the output folder. */
async function checkTracking(api: string): Promise<void> {
  const folder = join(home, 'training');
  await mkdir(folder);
  const lines = Array.from({ length: 8 }, (_, i) => ({ input: `What is ${i}?`, output: `${i} is ${i}.` }));
  const config = microConfig(folder, lines, { max_steps: 12, logging_steps: 2 });
  const { code, stderr } = await harness(['train', '--config', config, '--mlflow', uri]);
  check('a training run with --mlflow ends well', code === 0, stderr);
  const { experiment } = (await get(`${api}/experiments/get-by-name?experiment_name=harness%20train`)) as {
    readonly experiment: { readonly experiment_id: string };
  };
  const { body } = await request(`${api}/runs/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ experiment_ids: [experiment.experiment_id] }),
  });
  const { runs } = (await body.json()) as {
    readonly runs: readonly {
      readonly info: { readonly run_id: string; readonly status: string };
      readonly data: { readonly params: readonly { readonly key: string; readonly value: string }[] };
    }[];
  };
  const [run] = runs;
  check('the server has one run, finished', runs.length === 1 && run?.info.status === 'FINISHED', runs);
  const steps = run?.data.params.find(({ key }) => key === 'training.max_steps');
  check('it holds the parameters', steps?.value === '12', run?.data.params);
  const log = readFileSync(join(folder, 'output', 'training-log.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const logged = log.map((line) => JSON.parse(line) as { step: number; loss: number });
  const history = (await get(
    `${api}/metrics/get-history?run_id=${run?.info.run_id}&metric_key=${encodeURIComponent('train/loss')}`,
  )) as { readonly metrics: readonly { readonly step: number; readonly value: number }[] };
  const held = history.metrics.map(({ step, value }) => ({ step, loss: value }));
  const wanted = logged.map(({ step, loss }) => ({ step, loss }));
  check('it holds every loss of the log', JSON.stringify(held) === JSON.stringify(wanted), held);
}

try {
  await untilUp(uri);
  await promoteModel(tinyChat, 'first');
  const first = await exported('@production');
  check('the first export makes version 1', first.created && first.version === '1', first);
  const again = await exported('@production');
  check('the second makes nothing', !again.created && again.version === '1', again);

  const api = `${uri}/api/2.0/mlflow`;
  const held = await get(`${api}/registered-models/alias?name=chat&alias=production`);
  const version = held['model_version'] as {
    readonly run_id: string;
    readonly source: string;
    readonly status: string;
    readonly tags: readonly { readonly key: string; readonly value: string }[];
  };
  const { version: record, moves, files } = await showVersion('@production', home);
  const tags = new Map(version.tags.map(({ key, value }) => [key, value]));
  check('the alias points at it, and it is ready', version.status === 'READY', version);
  check('its tags hold the digests', tags.get('modelgate.weights') === record.digests.weights, [...tags]);
  check('its tags name the evidence', tags.get('modelgate.evidence') === moves[0]!.evidence, [...tags]);

  const run = (await get(`${api}/runs/get?run_id=${version.run_id}`))['run'] as {
    readonly info: { readonly status: string };
    readonly data: { readonly metrics: readonly { readonly key: string; readonly value: number }[] };
  };
  const metric = run.data.metrics.find(({ key }) => key === 'quality/facts.exactMatch');
  check(
    'its run is finished and holds the metrics',
    run.info.status === 'FINISHED' && metric?.value === 0.95,
    run,
  );

  const artifacts = version.source.replace('mlflow-artifacts:', `${uri}/api/2.0/mlflow-artifacts/artifacts`);
  for (const { name, digest } of files) {
    const { body } = await request(`${artifacts}/${name}`);
    const actual = createHash('sha256')
      .update(Buffer.from(await body.arrayBuffer()))
      .digest('hex');
    check(`${name} is handed out as it was promoted`, `sha256:${actual}` === digest, actual);
  }

  await promoteModel(await writeDamaged(join(home, 'second'), untrained(7)), 'second');
  const second = await exported('@production');
  check('another model becomes version 2', second.created && second.version === '2', second);
  const moved = (await get(`${api}/registered-models/alias?name=chat&alias=production`))['model_version'];
  check('the alias has moved with it', (moved as { version: string }).version === '2', moved);
  await checkTracking(api);
} finally {
  process.kill(-server.pid!, 'SIGTERM');
  await rm(home, { recursive: true, force: true });
}
say(failed.length === 0 ? 'all as expected' : `${failed.length} not as expected`);
process.exitCode = failed.length === 0 ? 0 : 1;
