import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  historyOfAlias,
  promote,
  resolveRegistryReference,
  rollback,
  verifyRegistry,
} from '../../../../harness/registry/index.ts';
import { operator } from '../../../../harness/registry/operator.ts';
import { parsePolicy } from '../../../../harness/registry/policy-file.ts';
import { noPolicy, policySchema, type AliasPolicy } from '../../../../harness/registry/policy-keys.ts';
import { objectionsOf } from '../../../../harness/registry/policy.ts';
import { readRunFolder } from '../../../../harness/runs/run-folder.ts';
import { HarnessError } from '../../../../harness/errors.ts';
import { temporaryFolder, writeModel, writeRun, type RunOptions } from './registry-fixture.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

let home: string;

test.beforeEach(async () => {
  home = await temporaryFolder();
});

test.afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function errorOf(action: Promise<unknown>): Promise<HarnessError> {
  const error: unknown = await action.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof HarnessError) return error;
  throw new Error(`not refused: ${String(error)}`);
}

async function writePolicy(rules: string): Promise<void> {
  await mkdir(join(home, 'registry'), { recursive: true });
  await writeFile(join(home, 'registry/policy.yaml'), `version: 1\naliases:\n  production: ${rules}\n`);
}

async function prepared(name: string, options: RunOptions = {}) {
  const model = await writeModel(home, name);
  return { model, runDir: await writeRun(home, `run-${name}`, model, options), alias: 'production', home };
}

test('tells all faults of a policy at once, each with its line', () => {
  const text = [
    'version: 2',
    'aliases:',
    '  production:',
    '    requiredSuite: [quality]',
    '    maxAgeDays: 0',
    '    gatesFiles: [sha256:12]',
    '    requiredGates: [quality/facts.exactMatch, rougeL]',
    '  .hidden: {}',
    '  staging: 7',
  ].join('\n');
  let message = '';
  try {
    parsePolicy(text, 'policy.yaml');
  } catch (error) {
    message = (error as Error).message;
    expect(error).toMatchObject({ code: 'E_POLICY_INVALID', exit: 2 });
  }
  expect(message.split('\n')).toEqual([
    'The policy file has 7 faults:',
    '  policy.yaml:1: version is 2, expected 1',
    '  policy.yaml:4: unknown key "requiredSuite"; did you mean requiredSuites?',
    '  policy.yaml:5: maxAgeDays is 0, expected a number above 0',
    '  policy.yaml:6: gatesFiles has "sha256:12", expected sha256:<64 digits>',
    '  policy.yaml:7: requiredGates has "rougeL", expected suite/task.metric',
    '  policy.yaml:8: ".hidden" is no alias; write its name without the @, or "*" for every other',
    '  policy.yaml:9: staging is no mapping; expected rules such as {maxAgeDays: 7}',
  ]);
  for (const empty of ['', 'version: 1', 'version: 1\naliases: {}']) {
    expect(() => parsePolicy(empty, 'policy.yaml')).toThrow(/one fault/);
  }
});

test('ships a schema for editors that is the one of the table', () => {
  const shipped: unknown = JSON.parse(readFileSync('harness/registry/policy.schema.json', 'utf8'));
  expect(shipped).toEqual(policySchema());
});

test('says of each rule that does not hold what the run is and what the policy requires', async () => {
  const { runDir } = await prepared('first');
  const { run, verdict } = await readRunFolder(runDir);
  const began = Date.parse(run.startedAt);
  const after = (days: number): Date => new Date(began + days * 24 * 3600 * 1000);
  const replaced = { ...run, datasets: '/data' };
  const dataset = run.tasks[0]!.dataset;
  const cases: readonly (readonly [Partial<AliasPolicy>, RegExp | null, typeof run?, Date?])[] = [
    [{}, null],
    [{ requiredSuites: ['quality'] }, null],
    [{ requiredSuites: ['api'] }, /requires the suite api, which the run did not do/],
    [
      { requiredSuites: ['quality'] },
      /of which the run left out quality\/heldout \(no likelihood\)/,
      { ...run, leftOut: [{ name: 'quality/heldout', reason: 'no likelihood' }] },
    ],
    [{ requiredGates: ['quality/facts.exactMatch'] }, null],
    [
      { requiredGates: ['quality/facts.rougeL'] },
      /requires a gate on quality\/facts.rougeL, which the run did not judge/,
    ],
    [{ gatesFiles: [run.gates.digest] }, null],
    [{ gatesFiles: [DIGEST] }, /names other gates files than the run's, which is sha256:/],
    [{ minSamples: 100 }, null],
    [
      { minSamples: 101, requiredGates: ['quality/facts.exactMatch'] },
      /rests on 100 scores, the policy requires 101/,
    ],
    [{ maxAgeDays: 7 }, null, run, after(6.9)],
    [{ maxAgeDays: 7 }, /began 7\.5 days ago, the policy allows 7/, run, after(7.5)],
    [{ maxAgeDays: 7 }, /which is not in the past/, run, after(-1)],
    [{ maxAgeDays: 7 }, /which is not in the past/, { ...run, startedAt: 'yesterday' }],
    [{}, /asked other datasets than the bundled ones, and no policy names them: facts \(sha256:/, replaced],
    [{ datasets: [dataset.digest] }, null, replaced],
    [{ datasets: [DIGEST] }, /no policy names them/, replaced],
    [{ datasets: ['any'] }, null, replaced],
  ];
  for (const [rules, expected, info = run, now = after(1)] of cases) {
    const told = objectionsOf({ ...noPolicy, ...rules }, info, verdict, now).join('\n');
    if (expected === null) expect(told, JSON.stringify(rules)).toBe('');
    else expect(told, JSON.stringify(rules)).toMatch(expected);
  }
});

test('refuses a run on replaced datasets unless the policy names them, and all that is amiss at once', async () => {
  const replaced = await prepared('first', { info: { datasets: '/data' } });
  expect((await errorOf(promote(replaced))).message).toMatch(/asked other datasets than the bundled ones/);
  await writePolicy('{ datasets: any, requiredSuites: [api, e2e] }');
  const { code, message } = await errorOf(promote(replaced));
  expect(code).toBe('E_PROMOTION_REFUSED');
  expect(message).toMatch(/suite api.*\n.*suite e2e/);
  await writePolicy('{ datasets: any }');
  expect(await promote(replaced)).toMatchObject({ version: 1 });
});

test('a policy that is given adds rules and takes none away', async () => {
  await writePolicy('{ requiredSuites: [api] }');
  const lax = join(home, 'lax.yaml');
  await writeFile(lax, 'version: 1\naliases: {"*": {}}\n');
  const first = await prepared('first');
  expect((await errorOf(promote({ ...first, policy: lax }))).message).toContain('suite api');
  expect(await promote({ ...first, alias: 'staging' })).toMatchObject({ alias: 'staging' });
  const strict = join(home, 'strict.yaml');
  await writeFile(strict, 'version: 1\naliases: {"*": {requiredSuites: [e2e]}}\n');
  const refused = await errorOf(promote({ ...first, alias: 'staging', policy: strict }));
  expect(refused.message).toContain('suite e2e');
  const generous = join(home, 'generous.yaml');
  const user = JSON.stringify(operator());
  await writeFile(generous, `version: 1\naliases: {"*": {datasets: any, mayOverride: [${user}]}}\n`);
  const replaced = await prepared('replaced', { info: { datasets: '/data' } });
  const own = { ...replaced, alias: 'staging', policy: generous, override: true, reason: 'I say so' };
  expect((await errorOf(promote(own))).message, 'no policy of the registry speaks of @staging').toMatch(
    /asked other datasets than the bundled ones.*\n.*no policy lets/,
  );
  const missing = await errorOf(promote({ ...first, policy: join(home, 'none.yaml') }));
  expect(missing).toMatchObject({ code: 'E_FILE_NOT_FOUND', exit: 2 });
});

test('an override is for whom the policy names, with a reason, and stays on record', async () => {
  const failing = await prepared('failing', { right: 40 });
  const good = await prepared('good');
  await promote(good);
  const override = { ...failing, override: true, reason: 'the old one leaks prompts' };
  expect((await errorOf(promote(override))).message).toMatch(
    /no policy lets .* override that for @production/,
  );
  await writePolicy('{ mayOverride: [somebody else] }');
  expect((await errorOf(promote(override))).message).toContain('no policy lets');
  await writePolicy(`{ mayOverride: [${JSON.stringify(operator())}] }`);
  expect(await errorOf(promote({ ...failing, override: true, reason: ' ' }))).toMatchObject({
    code: 'E_USAGE',
    exit: 2,
  });
  expect(await errorOf(promote(failing))).toMatchObject({ code: 'E_PROMOTION_REFUSED' });

  const move = await promote(override);
  const against = [expect.stringMatching(/^its verdict is no pass\. Fail: /)];
  expect(move.override).toEqual({ by: operator(), reason: 'the old one leaks prompts', against });
  const { release } = await resolveRegistryReference('@production', home);
  expect(release.override).toMatch(/overrode a rule: the old one leaks prompts \(its verdict is no pass/);

  // Whatever comes after: the history has it, and so has the alias when it returns there.
  await promote({ ...good, override: true, reason: 'nothing stands against it' });
  await rollback({ alias: 'production', home });
  expect((await resolveRegistryReference('@production', home)).release.override).toBe(release.override);
  const history = await historyOfAlias('production', home);
  expect(history.map((each) => each.override !== undefined)).toEqual([false, true, false, true]);
  const { faults, overrides } = await verifyRegistry(home);
  expect([faults, overrides.map(({ sequence }) => sequence)]).toEqual([[], [2]]);
});

test('what a run has to be to count at all cannot be overridden', async () => {
  await writePolicy(`{ mayOverride: [${JSON.stringify(operator())}] }`);
  const other = await writeModel(home, 'other');
  const override = { override: true, reason: 'because' };
  const running = await prepared('running', { info: { status: 'running' } });
  const tampered = await prepared('tampered');
  await writeFile(join(tampered.runDir, 'gates.yaml'), 'version: 1\ngates: [{metric: a/b.c, atLeast: 0}]\n');
  const cases = [
    [{ ...(await prepared('good')), model: other }, /its weights differs/],
    [running, /the run is running, not complete/],
    [tampered, /not the one of the run/],
  ] as const;
  for (const [options, reason] of cases) {
    expect((await errorOf(promote({ ...options, ...override }))).message).toMatch(reason);
  }
});

test('notices when an override is taken off the record', async () => {
  await writePolicy(`{ mayOverride: [${JSON.stringify(operator())}] }`);
  await promote({ ...(await prepared('failing', { right: 40 })), override: true, reason: 'because' });
  const path = join(home, 'registry/aliases/production/1.json');
  const { override: _, ...move } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify(move));
  expect((await verifyRegistry(home)).faults).toEqual([
    'Move 1 of @production was changed: its override is not what the evidence says',
  ]);
});
