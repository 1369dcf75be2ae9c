import { appendFile, chmod, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  exportToMlflow,
  mlflowCredentials,
  promote,
  registerModel,
  resolveRegistryReference,
  rollback,
} from '../../../../harness/registry/index.ts';
import { startMlflow, type MlflowStandIn } from '../../../helpers/mlflow-server.ts';
import { temporaryFolder, writeModel, writeRun } from './registry-fixture.ts';

let home: string;
let mlflow: MlflowStandIn;

test.beforeEach(async () => {
  home = await temporaryFolder();
  mlflow = await startMlflow();
});

test.afterEach(async () => {
  await mlflow.close();
  await rm(home, { recursive: true, force: true });
});

async function promoteNew(name: string) {
  const model = await writeModel(home, name);
  const runDir = await writeRun(home, `run-${name}`, model);
  return promote({ model, alias: 'production', runDir, home, reason: `because of ${name}` });
}

const exported = (reference: string, options: Partial<Parameters<typeof exportToMlflow>[0]> = {}) =>
  exportToMlflow({
    reference,
    home,
    uri: mlflow.url,
    source: null,
    credentials: null,
    onProgress: () => undefined,
    ...options,
  });

const tagsOf = (number: string): Record<string, string> =>
  Object.fromEntries(
    mlflow.versions.find(({ version }) => version === number)!.tags.map(({ key, value }) => [key, value]),
  );

test('makes a version with its files, metrics, digests, evidence and alias', async () => {
  const move = await promoteNew('first');
  expect(await exported('@production')).toEqual({
    name: 'micro',
    version: '1',
    created: true,
    aliases: ['production'],
  });
  expect(mlflow.versions).toMatchObject([
    { name: 'micro', run_id: 'run1', source: 'mlflow-artifacts:/1/run1/artifacts/model', status: 'READY' },
  ]);
  expect(mlflow.aliases).toEqual(new Map([['production', '1']]));
  expect(tagsOf('1')).toMatchObject({
    'modelgate.object': move.object,
    'modelgate.version': 'micro@1',
    'modelgate.evidence': move.evidence,
    'modelgate.run': 'run-first',
    'modelgate.verdict': 'pass',
    'modelgate.template': 'none',
    'modelgate.promotedBy': move.by,
    'modelgate.reason': 'because of first',
  });
  expect(mlflow.metrics).toContainEqual(
    expect.objectContaining({ key: 'quality/facts.exactMatch', value: 0.95 }),
  );
  expect(mlflow.metrics.map(({ key }) => key)).toContain('quality/facts.exactMatch.low');
  const root = '1/run1/artifacts';
  expect([...mlflow.uploads.keys()].sort()).toEqual(
    [
      'evidence/evidence.json',
      'evidence/gates.yaml',
      'evidence/metrics.json',
      'evidence/run.json',
      'evidence/verdict.json',
      'model/config.json',
      'model/model.safetensors',
      'model/tokenizer.json',
    ].map((name) => `${root}/${name}`),
  );
  const { path } = await resolveRegistryReference('@production', home);
  const weights = await readFile(join(path, 'model.safetensors'));
  expect(mlflow.uploads.get(`${root}/model/model.safetensors`)).toEqual(weights);
});

test('makes nothing twice, and brings tags and aliases up to date', async () => {
  await promoteNew('first');
  await exported('@production');
  await promoteNew('second');
  expect(await exported('@production')).toMatchObject({ version: '2', created: true });
  expect(await exported('micro@1')).toMatchObject({ version: '1', created: false, aliases: [] });
  expect(mlflow.aliases.get('production')).toBe('2');
  await rollback({ alias: 'production', home });
  const again = await promoteNew('first');
  mlflow.uploads.forEach((_, name) => expect(name).toMatch(/run[12]/));
  expect(await exported('@production')).toMatchObject({ version: '1', created: false });
  expect(mlflow.aliases.get('production')).toBe('1');
  expect(tagsOf('1')['modelgate.evidence']).toBe(again.evidence);
  expect(mlflow.versions).toHaveLength(2);
  expect(mlflow.requests.filter((each) => each.endsWith('runs/create'))).toHaveLength(2);
});

test('exports a version that was never promoted, without evidence and alias', async () => {
  await registerModel({ model: await writeModel(home, 'first'), name: 'candidate', home });
  expect(await exported('candidate@1')).toMatchObject({ name: 'candidate', aliases: [] });
  expect(Object.keys(tagsOf('1'))).not.toContain('modelgate.evidence');
  expect([...mlflow.uploads.keys()].some((name) => name.includes('evidence'))).toBe(false);
});

test('refers to files where they are, when it is told where', async () => {
  await promoteNew('first');
  await exported('@production', { source: 's3://models/micro/1' });
  expect(mlflow.versions[0]).toMatchObject({ source: 's3://models/micro/1' });
  expect([...mlflow.uploads.keys()].every((name) => name.includes('/evidence/'))).toBe(true);
  const elsewhere = await startMlflow({ artifacts: 's3://bucket/1' });
  await exported('@production', { uri: elsewhere.url, source: 's3://models/micro/1' });
  expect([elsewhere.versions.length, elsewhere.uploads.size]).toEqual([1, 0]);
  await elsewhere.close();
});

test('says what a server refuses, and shows no credentials', async () => {
  await promoteNew('first');
  const guarded = await startMlflow({ authorization: 'Bearer secret-token' });
  const elsewhere = await startMlflow({ artifacts: 's3://bucket/1' });
  const cases = [
    [{ uri: guarded.url }, 'E_MLFLOW', /answered .*registered-models\/create with 401/],
    [{ uri: guarded.url, credentials: 'Bearer wrong-token' }, 'E_MLFLOW', /with 401/],
    [
      { uri: elsewhere.url },
      'E_MLFLOW',
      /keeps files at s3:\/\/bucket\/1\/run1\/artifacts, not behind itself/,
    ],
    [{ source: 'file:///tmp/x' }, 'E_MLFLOW', /INVALID_PARAMETER_VALUE Invalid model version source/],
    [{ uri: 'http://127.0.0.1:1' }, 'E_MLFLOW', /does not answer .*ECONNREFUSED/],
    [{ uri: 'http://user:pass@127.0.0.1:1' }, 'E_USAGE', /with a user, password or query/],
    [{ uri: 'sqlite:///mlflow.db' }, 'E_USAGE', /needs http/],
  ] as const;
  for (const [options, code, message] of cases) {
    const error: unknown = await exported('@production', options).catch((reason: unknown) => reason);
    expect(error, JSON.stringify(options)).toMatchObject({ code });
    const told = `${String(error)} ${(error as { remedy: string }).remedy}`;
    expect(told).toMatch(message);
    expect(told).not.toMatch(/wrong-token|pass@/);
  }
  const token = mlflowCredentials({ MLFLOW_TRACKING_TOKEN: 'secret-token', MLFLOW_TRACKING_USERNAME: 'ada' });
  expect(await exported('@production', { uri: guarded.url, credentials: token })).toMatchObject({
    created: true,
  });
  await guarded.close();
  await elsewhere.close();
});

test('reads credentials in the variables of MLflow, and needs a user with the password', () => {
  const user = { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: 'p' };
  expect(mlflowCredentials(user)).toBe(`Basic ${Buffer.from('ada:p').toString('base64')}`);
  expect(mlflowCredentials({ MLFLOW_TRACKING_PASSWORD: 'p' })).toBeNull();
  expect(mlflowCredentials({})).toBeNull();
});

test('sends nothing of a version that is not as it was imported', async () => {
  await promoteNew('first');
  const { path } = await resolveRegistryReference('@production', home);
  await chmod(join(path, 'model.safetensors'), 0o644);
  await appendFile(join(path, 'model.safetensors'), '!');
  await expect(exported('@production')).rejects.toMatchObject({ code: 'E_REGISTRY' });
  expect(mlflow.requests).toEqual([]);
});
