import { existsSync } from 'node:fs';
import { appendFile, chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { readModelDigests } from '../../../../engine/index.ts';
import { HarnessError } from '../../../../harness/errors.ts';
import {
  hasAlias,
  listModels,
  promote,
  resolveRegistryReference,
  rollback,
  verifyRegistry,
} from '../../../../harness/registry/index.ts';
import { runFiles } from '../../../../harness/runs/run-folder.ts';
import { records } from '../gates/records.ts';
import { temporaryFolder, writeModel, writeRun, type RunOptions } from './registry-fixture.ts';

let home: string;

test.beforeEach(async () => {
  home = await temporaryFolder();
});

test.afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function errorOf(action: Promise<unknown>): Promise<HarnessError> {
  try {
    await action;
  } catch (error) {
    if (error instanceof HarnessError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Promotes a model named `name`, evaluated by a run of its own. */
async function promoteNew(name: string, options: RunOptions = {}) {
  const model = await writeModel(home, name);
  const runDir = await writeRun(home, `run-${name}`, model, options);
  return promote({ model, alias: 'production', runDir, home, reason: `because of ${name}` });
}

test('moves the alias to exactly the model that a passing run evaluated', async () => {
  const move = await promoteNew('first');
  expect(move).toMatchObject({
    alias: 'production',
    sequence: 1,
    kind: 'promote',
    name: 'micro',
    version: 1,
    dtype: 'fp32',
    reason: 'because of first',
  });
  expect(move.by).not.toBe('');
  const resolved = await resolveRegistryReference('@production', home);
  expect(resolved).toMatchObject({ name: 'micro', dtype: 'fp32' });
  expect(resolved.release).toEqual({
    name: 'micro',
    version: 1,
    alias: 'production',
    move: 1,
    override: null,
  });
  expect(await readModelDigests(resolved.path)).toEqual(await readModelDigests(join(home, 'first')));
  expect((await readdir(resolved.path)).sort()).toEqual([
    'config.json',
    'model.safetensors',
    'tokenizer.json',
  ]);
  expect(await resolveRegistryReference('registry:micro@1', home)).toMatchObject({ path: resolved.path });
  expect(await hasAlias(home, 'production')).toBe(true);
  expect(await hasAlias(home, 'staging')).toBe(false);
});

test('keeps the evidence with the promotion', async () => {
  const { evidence } = await promoteNew('first');
  const folder = join(home, 'registry/evidence', evidence.replace('sha256:', ''));
  expect((await readdir(folder)).sort()).toEqual([
    'evidence.json',
    'gates.yaml',
    'metrics.json',
    'run.json',
    'verdict.json',
  ]);
  const kept = JSON.parse(await readFile(join(folder, 'evidence.json'), 'utf8')) as {
    files: Record<string, string>;
  };
  expect(Object.keys(kept.files)).toEqual(expect.arrayContaining(['samples.jsonl', 'report.html']));
});

test('gives the same model under the same name one version', async () => {
  const first = await promoteNew('first');
  const again = await promoteNew('first');
  const other = await promoteNew('second');
  expect([first.version, again.version, other.version]).toEqual([1, 1, 2]);
  const { versions, aliases } = await listModels(home);
  expect(versions.map(({ name, version }) => `${name}@${version}`)).toEqual(['micro@1', 'micro@2']);
  expect(aliases[0]!.history.map(({ version }) => version)).toEqual([1, 1, 2]);
});

test('imports a GGUF file as well', async () => {
  const model = 'fixtures/golden/engine/tiny-tied.gguf';
  const runDir = await writeRun(home, 'run', model);
  await promote({ model, alias: 'production', runDir, home });
  const { path } = await resolveRegistryReference('@production', home);
  expect(path).toMatch(/\.gguf$/);
  expect(await readModelDigests(path)).toEqual(await readModelDigests(model));
});

test('refuses a model that is not the one evaluated, naming both digests', async () => {
  const model = await writeModel(home, 'first');
  const runDir = await writeRun(home, 'run', model);
  const evaluated = await readModelDigests(model);
  const others = {
    weights: await writeModel(home, 'other', { weights: 'other' }),
    tokenizer: await writeModel(home, 'shuffled', { weights: 'first', tokenizer: 'b' }),
  };
  for (const [part, path] of Object.entries(others) as ['weights' | 'tokenizer', string][]) {
    const error = await errorOf(promote({ model: path, alias: 'production', runDir, home }));
    expect(error).toMatchObject({ code: 'E_PROMOTION_REFUSED', exit: 1 });
    expect(error.message).toContain(`its ${part} differs`);
    expect(error.message).toContain(evaluated[part]);
    expect(error.message).toContain((await readModelDigests(path))[part]);
  }
  expect(await hasAlias(home, 'production')).toBe(false);
});

test('refuses a run that shows too little, and says why', async () => {
  const model = await writeModel(home, 'first');
  const other = await readModelDigests(await writeModel(home, 'other'));
  const cases: [string, RunOptions, RegExp][] = [
    ['interrupted', { info: { status: 'interrupted' } }, /the run is interrupted, not complete/],
    ['running', { info: { status: 'running' } }, /the run is running/],
    ['limited', { info: { limit: 100 } }, /limited to 100 samples/],
    ['failing', { right: 40 }, /its verdict is no pass. Fail: 1 of 2 gates does not hold on micro/],
    ['inconclusive', { right: 83 }, /no pass. Inconclusive/],
    [
      'incomplete',
      { info: { leftOut: [{ name: 'quality/facts', reason: 'not asked for' }] } },
      /left out what its gates need: quality\/facts.exactMatch \(not asked for\)/,
    ],
    [
      'over HTTP',
      { model: { kind: 'http', digests: null, reference: 'http://localhost/v1#m' } },
      /http:\/\/localhost\/v1#m is a model of kind http: it can be judged, not promoted/,
    ],
    ['scripted', { model: { kind: 'scripted', digests: null } }, /of kind scripted/],
    [
      'of another gates file',
      { info: { gates: { path: 'g', digest: 'sha256:0' } } },
      /gates file .* sha256:0/,
    ],
    ['of another model', { model: { digests: other } }, /its weights differs/],
  ];
  for (const [what, options, reason] of cases) {
    const runDir = await writeRun(home, `run ${what}`, model, options);
    const error = await errorOf(promote({ model, alias: 'production', runDir, home }));
    expect(error, what).toMatchObject({ code: 'E_PROMOTION_REFUSED', exit: 1 });
    expect(error.message, what).toMatch(reason);
  }
  expect(await hasAlias(home, 'production')).toBe(false);
});

test('refuses a run folder whose files do not bear each other out', async () => {
  const model = await writeModel(home, 'first');
  const replace = async (path: string, from: string | RegExp, to: string): Promise<void> => {
    const text = await readFile(path, 'utf8');
    expect(text.replace(from, to)).not.toBe(text);
    await writeFile(path, text.replace(from, to));
  };
  const cases: [string, RunOptions, (dir: string) => Promise<void>, RegExp][] = [
    [
      'a verdict made to pass',
      { right: 40 },
      async (dir) => {
        await replace(join(dir, runFiles.verdict), /"outcome": "fail"/g, '"outcome": "pass"');
      },
      /the outcome is fail, not pass/,
    ],
    [
      'a better value in the verdict',
      {},
      (dir) => replace(join(dir, runFiles.verdict), '"value": 0.95', '"value": 0.99'),
      /exactMatch \(at least 0.8\): value is 0.95, not 0.99/,
    ],
    [
      'a better value in the metrics',
      {},
      (dir) => replace(join(dir, runFiles.metrics), '"value": 0.95', '"value": 0.99'),
      /facts.exactMatch: value is 0.95, not 0.99/,
    ],
    [
      'better samples',
      { right: 40 },
      (dir) => replace(join(dir, runFiles.samples), /"exactMatch":0/g, '"exactMatch":1'),
      /the outcome is pass, not fail/,
    ],
    [
      'a sample less',
      {},
      (dir) => replace(join(dir, runFiles.samples), /^.*\n/, ''),
      /the outcome is could-not-evaluate, not pass/,
    ],
    [
      'laxer gates',
      { right: 40 },
      (dir) => replace(join(dir, runFiles.gates), '0.8', '0.1'),
      /not the one of the run/,
    ],
    ['no samples', {}, (dir) => rm(join(dir, runFiles.samples)), /lacks samples.jsonl/],
    ['no verdict', {}, (dir) => rm(join(dir, runFiles.verdict)), /lacks verdict.json/],
    [
      'a torn verdict',
      {},
      (dir) => writeFile(join(dir, runFiles.verdict), '{"outc'),
      /verdict.json is not JSON/,
    ],
  ];
  for (const [what, options, doctor, reason] of cases) {
    const runDir = await writeRun(home, `run with ${what}`, model, options);
    await doctor(runDir);
    const error = await errorOf(promote({ model, alias: 'production', runDir, home }));
    expect(error, what).toMatchObject({ code: 'E_PROMOTION_REFUSED', exit: 1 });
    expect(error.message, what).toMatch(reason);
  }
});

test('tells a folder that is no run from a run that is refused', async () => {
  const model = await writeModel(home, 'first');
  const error = await errorOf(promote({ model, alias: 'production', runDir: join(home, 'nothing'), home }));
  expect(error).toMatchObject({ code: 'E_RUN_INVALID', exit: 2 });
});

test('refuses a run that was not compared with the model that the alias holds by now', async () => {
  const gates = `version: 1
gates:
  - { metric: quality/facts.exactMatch, atLeast: 0.8 }
  - { metric: quality/facts.exactMatch, notWorseThan: baseline, margin: 0.05 }
`;
  await promoteNew('first', { gates });
  const second = await writeModel(home, 'second');
  const blind = await writeRun(home, 'blind', second, { gates });
  const error = await errorOf(promote({ model: second, alias: 'production', runDir: blind, home }));
  expect(error.message).toMatch(
    /had no baseline, but @production is micro@1 as fp32 by now, and 1 of its gates compare/,
  );
  expect(error.remedy).toContain('--baseline @production');

  const baseline = {
    model: {
      reference: '@production',
      name: 'micro',
      kind: 'engine',
      digests: await readModelDigests(join(home, 'first')),
      device: 'cpu',
      dtype: 'fp32',
      parameterCount: 8,
    },
    samples: records(
      Array.from({ length: 100 }, (_, i) => (i < 5 ? 0 : 1)),
      { score: 'exactMatch' },
    ),
  } as const;
  const weak = { ...baseline.model, reference: './weak', digests: await readModelDigests(second) };
  const evaded = await writeRun(home, 'evaded', second, { gates, baseline: { ...baseline, model: weak } });
  expect(
    (await errorOf(promote({ model: second, alias: 'production', runDir: evaded, home }))).message,
  ).toMatch(/was compared with \.\/weak as fp32, but @production is micro@1 as fp32 by now/);

  const coarse = { ...baseline, model: { ...baseline.model, dtype: 'int4' } };
  const eased = await writeRun(home, 'eased', second, { gates, baseline: coarse });
  expect(
    (await errorOf(promote({ model: second, alias: 'production', runDir: eased, home }))).message,
  ).toMatch(/was compared with @production as int4, but @production is micro@1 as fp32 by now/);

  const first = join(home, 'first');
  const shrunk = await writeRun(home, 'shrunk', first, { gates, model: { dtype: 'int4' } });
  expect(
    (await errorOf(promote({ model: first, alias: 'production', runDir: shrunk, home }))).message,
    'the held weights in fewer bits',
  ).toMatch(/had no baseline, but @production is micro@1 as fp32 by now/);

  const compared = await writeRun(home, 'compared', second, { gates, baseline });
  const move = await promote({ model: second, alias: 'production', runDir: compared, home });
  expect(move).toMatchObject({ version: 2, sequence: 2 });
});

test('refuses names that would lead out of the registry', async () => {
  const model = await writeModel(home, 'first');
  const runDir = await writeRun(home, 'run', model);
  for (const alias of ['', '..', 'a/b', '.hidden', 'a\u0000b', 'x'.repeat(101)]) {
    expect(await errorOf(promote({ model, alias, runDir, home }))).toMatchObject({
      code: 'E_USAGE',
      exit: 2,
    });
    expect(await errorOf(promote({ model, alias: 'production', name: alias, runDir, home }))).toMatchObject({
      code: 'E_USAGE',
    });
  }
});

test('goes back one version at a time, and no further than the first', async () => {
  await promoteNew('first');
  await promoteNew('second');
  await promoteNew('third');
  const { from, to } = await rollback({ alias: 'production', home, reason: 'wrong answers' });
  expect({ from: from.version, to: to.version }).toEqual({ from: 3, to: 2 });
  expect(to).toMatchObject({ kind: 'rollback', sequence: 4, reason: 'wrong answers' });
  expect(await resolveRegistryReference('@production', home)).toMatchObject({ release: { version: 2 } });
  expect((await rollback({ alias: 'production', home })).to.version).toBe(1);
  expect((await errorOf(rollback({ alias: 'production', home }))).message).toContain(
    'only ever been micro@1',
  );
  expect(await promoteNew('second')).toMatchObject({ version: 2, sequence: 6 });
  expect((await rollback({ alias: 'production', home })).to.version).toBe(1);
  expect((await errorOf(rollback({ alias: 'staging', home }))).code).toBe('E_REGISTRY_NOT_FOUND');
  expect((await listModels(home)).aliases[0]!.history.map(({ kind }) => kind)).toEqual([
    'promote',
    'promote',
    'promote',
    'rollback',
    'rollback',
    'promote',
    'rollback',
  ]);
});

test('hands out no model that is not as it was imported, and takes a good copy in its place', async () => {
  const tamper: [string, (path: string) => Promise<void>][] = [
    [
      'a changed byte',
      async (path) => {
        await chmod(join(path, 'model.safetensors'), 0o644);
        await appendFile(join(path, 'model.safetensors'), '!');
      },
    ],
    ['a missing file', (path) => rm(join(path, 'tokenizer.json'))],
    ['an added template', (path) => writeFile(join(path, 'chat_template.jinja'), '{{ evil }}')],
    [
      'a changed manifest',
      async (path) => {
        await appendFile(join(path, 'model.safetensors'), '!').catch(() => undefined);
        await writeFile(join(path, '../manifest.json'), '{"format":"huggingface","files":[]}');
      },
    ],
  ];
  for (const [what, damage] of tamper) {
    await promoteNew('first');
    const { path } = await resolveRegistryReference('@production', home);
    await damage(path);
    for (const reference of ['@production', 'registry:micro@1']) {
      const error = await errorOf(resolveRegistryReference(reference, home));
      expect(error, what).toMatchObject({ code: 'E_REGISTRY', exit: 3 });
    }
    expect((await verifyRegistry(home)).faults, what).toHaveLength(1);
    await promoteNew('first');
    expect((await verifyRegistry(home)).faults, what).toEqual([]);
  }
});

test('finds exchanged records, lost moves and changed evidence', async () => {
  await promoteNew('first');
  await promoteNew('second');
  const registry = join(home, 'registry');
  const versionFile = join(registry, 'models/micro/1.json');
  const before = await readFile(versionFile, 'utf8');
  const second = JSON.parse(await readFile(join(registry, 'models/micro/2.json'), 'utf8')) as object;
  await writeFile(versionFile, JSON.stringify({ ...second, version: 1 }));
  expect((await verifyRegistry(home)).faults).toEqual([
    'Move 1 of @production points at micro@1, which is not what it was given.',
  ]);
  await rollback({ alias: 'production', home });
  expect((await errorOf(resolveRegistryReference('@production', home))).message).toContain('was exchanged');
  await writeFile(versionFile, before);
  expect((await verifyRegistry(home)).faults).toEqual([]);

  const [evidence] = await readdir(join(registry, 'evidence'));
  const gatesCopy = join(registry, 'evidence', evidence!, 'gates.yaml');
  const gates = await readFile(gatesCopy, 'utf8');
  await writeFile(gatesCopy, gates.replace('0.8', '0.1'));
  expect((await verifyRegistry(home)).faults).toEqual([expect.stringContaining('gates.yaml was changed')]);
  await writeFile(gatesCopy, gates);

  await rm(join(registry, 'aliases/production/1.json'));
  expect((await verifyRegistry(home)).faults).toEqual([expect.stringContaining('lacks')]);
});

test('says what is not there', async () => {
  const cases: [string, string][] = [
    ['@production', 'E_REGISTRY_NOT_FOUND'],
    ['registry:micro@1', 'E_REGISTRY_NOT_FOUND'],
    ['registry:micro', 'E_MODEL_REFERENCE'],
    ['registry:../micro@1', 'E_MODEL_REFERENCE'],
  ];
  for (const [reference, code] of cases) {
    expect((await errorOf(resolveRegistryReference(reference, home))).code, reference).toBe(code);
  }
  expect(await listModels(home)).toEqual({ versions: [], aliases: [] });
  expect(await verifyRegistry(home)).toEqual({ versions: 0, moves: 0, faults: [], overrides: [] });
  expect(existsSync(join(home, 'registry'))).toBe(false);
});

test('leaves nothing half-made behind', async () => {
  await promoteNew('first');
  await promoteNew('first');
  const model = await writeModel(home, 'changing');
  const runDir = await writeRun(home, 'run-changing', model);
  // The model changes between the check and the copy.
  const error = await errorOf(
    promote({
      model,
      alias: 'production',
      runDir,
      home,
      onStep: (step) =>
        step === 'checked' ? writeFile(join(model, 'model.safetensors'), 'swapped') : undefined,
    }),
  );
  expect(error.message).toContain('its weights differs');
  expect(await readdir(join(home, 'registry/staging'))).toEqual([]);
  expect((await listModels(home)).versions).toHaveLength(1);
});
