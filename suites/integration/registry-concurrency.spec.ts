/** Several processes on one registry, and processes that are killed in the middle. `npm run check:registry-kill` does
 *  the same two hundred times. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  collectGarbage,
  collectionSteps,
  listModels,
  promote,
  promotionSteps,
  registerModel,
  rollback,
  rollbackSteps,
  verifyRegistry,
  type AliasMove,
} from '../../harness/registry/index.ts';
import { inspectRegistry, runOperation } from '../helpers/registry-operations.ts';
import { temporaryFolder, writeModel, writeRun } from '../unit/harness/registry/registry-fixture.ts';

const alias = 'production';
let home: string;

test.beforeEach(async () => {
  home = await temporaryFolder();
});

test.afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function prepare(name: string): Promise<{ model: string; runDir: string }> {
  const model = await writeModel(home, name);
  return { model, runDir: await writeRun(home, `run-${name}`, model) };
}

test('lets eight processes promote at once and keeps every move', async () => {
  const first = await prepare('first');
  const second = await prepare('second');
  const ended = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      runOperation({ kind: 'promote', home, alias, ...(i % 2 === 0 ? first : second) }),
    ),
  );
  expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    Array.from({ length: 8 }, () => ({ code: 0, stderr: '' })),
  );

  const { versions, aliases } = await listModels(home);
  expect(versions.map(({ version }) => version)).toEqual([1, 2]);
  const { history } = aliases[0]!;
  expect(history.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const told = ended.map(({ stdout }) => (JSON.parse(stdout) as { result: AliasMove }).result);
  expect(told.sort((a, b) => a.sequence - b.sequence)).toEqual(history);
  expect(await verifyRegistry(home)).toEqual({ versions: 2, moves: 8, faults: [], overrides: [] });
  expect(await readdir(join(home, 'registry/staging'))).toEqual([]);
});

test('lets promotions, rollbacks and collections run at once and loses nothing', async () => {
  const first = await prepare('first');
  const second = await prepare('second');
  await promote({ ...first, alias, home });
  await promote({ ...second, alias, home });
  const { history: before } = await inspectRegistry(home, alias);
  const promoters = Array.from(
    { length: 8 },
    (_, i) => ({ kind: 'promote', home, alias, ...(i % 2 === 0 ? first : second) }) as const,
  );
  const others = [
    { kind: 'rollback' },
    { kind: 'gc' },
    { kind: 'gc' },
    { kind: 'rollback' },
    { kind: 'gc' },
  ] as const;
  const ended = await Promise.all([
    ...promoters.map((operation) => runOperation(operation)),
    ...others.map(({ kind }) => runOperation({ kind, home, alias })),
  ]);
  expect(ended.slice(0, 8).map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    promoters.map(() => ({ code: 0, stderr: '' })),
  );
  const state = await inspectRegistry(home, alias, before);
  expect(state.faults).toEqual([]);
  // Of several who roll back at once one goes a step; the others are told so, or that there is nowhere to go.
  expect(state.history.filter(({ kind }) => kind === 'promote')).toHaveLength(10);
  for (const { code, stderr } of ended.slice(8)) {
    if (code !== 0) expect(stderr).toMatch(/was moved by somebody else at the same time|cannot go back/);
  }
});

test('opens whole after a process was killed at any step, and the alias points at a complete version', async () => {
  const first = await prepare('first');
  const second = await prepare('second');
  const unused = await writeModel(home, 'unused');
  const kills = [
    ...promotionSteps.map((step) => ({ kind: 'promote', step }) as const),
    ...rollbackSteps.map((step) => ({ kind: 'rollback', step }) as const),
    ...collectionSteps.map((step) => ({ kind: 'gc', step }) as const),
  ];
  const killed = async ({ kind, step }: (typeof kills)[number]) => {
    const own = join(home, `home-${kind}-${step}`);
    await promote({ ...first, alias, home: own });
    if (kind === 'rollback') await promote({ ...second, alias, home: own });
    if (kind === 'gc') await registerModel({ model: unused, name: 'unused', home: own });
    const { history: before } = await inspectRegistry(own, alias);
    const operation = kind === 'promote' ? { kind, ...second } : { kind };
    const { signal } = await runOperation({ ...operation, home: own, alias, kill: { step } });
    const { faults, history } = await inspectRegistry(own, alias, before);
    const again = await promote({ ...second, alias, home: own });
    const back = await rollback({ alias, home: own });
    await collectGarbage({ home: own, keepDays: 0, minAgeMs: 0, confirmed: true });
    const after = await inspectRegistry(own, alias, history);
    return {
      step: `${kind} ${step}`,
      signal,
      faults: [...faults, ...after.faults],
      moved: history.length - before.length,
      again: again.version,
      back: back.to.version,
    };
  };
  const halves = [0, 1].map(async (half) => {
    const outcomes = [];
    for (const kill of kills.filter((_, i) => i % 2 === half)) outcomes.push(await killed(kill));
    return outcomes;
  });
  const [even, odd] = await Promise.all(halves);
  expect(kills.map((_, i) => (i % 2 === 0 ? even : odd)![Math.floor(i / 2)])).toEqual(
    kills.map(({ kind, step }) => ({
      step: `${kind} ${step}`,
      signal: 'SIGKILL',
      faults: [],
      moved: step === 'moved' ? 1 : 0,
      again: 2,
      back: 1,
    })),
  );
});
