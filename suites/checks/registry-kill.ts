/** Kills processes that work on a registry, and looks what is left.
 *
 *      npm run check:registry-kill [-- seed [kills]]
 *
 *  Promotions, rollbacks and collections run in processes of their own, on one registry that lives through all of it.
 *  They are killed by SIGKILL after every step that they name, before every system call that changes the file system,
 *  and at random times until there were 200 kills. After each: every digest is computed again, the history has to go
 *  on from the one before, the alias has to point at a complete version, and the next promotion has to work. Then five
 *  rounds of eight promoters at once, with rollbacks and collections, some of them killed. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MersenneTwister } from '../../harness/data/random.ts';
import {
  collectGarbage,
  collectionSteps,
  listModels,
  promote,
  promotionSteps,
  registerModel,
  rollbackSteps,
  type AliasMove,
} from '../../harness/registry/index.ts';
import { inspectRegistry, runOperation, type Ended, type Operation } from '../helpers/registry-operations.ts';
import { temporaryFolder, writeModel, writeRun } from '../unit/harness/registry/registry-fixture.ts';

const ROUNDS = 5;
/** Copying takes long enough to be killed in. */
const WEIGHT_BYTES = 3 << 20;
const KINDS = ['promote', 'rollback', 'gc'] as const;
type Kind = Operation['kind'];

const seed = Number(process.argv[2] ?? 20261122);
const wanted = Number(process.argv[3] ?? 200);
const random = new MersenneTwister(seed);
const say = (line: string) => process.stdout.write(`${line}\n`);

const alias = 'production';
const home = await temporaryFolder();
const models = await Promise.all(['first', 'second', 'third'].map(prepare));
const kills: Record<string, number> = {};
const faults: string[] = [];
let attempts = 0;
let history: readonly AliasMove[] = [];

async function prepare(name: string): Promise<{ readonly model: string; readonly runDir: string }> {
  const model = await writeModel(home, name);
  await writeFile(join(model, 'model.safetensors'), Buffer.alloc(WEIGHT_BYTES, name));
  return { model, runDir: await writeRun(home, `run-${name}`, model) };
}

const chosen = <T>(values: readonly T[]): T => values[Math.floor(random.random() * values.length)]!;

/** Something for a collection to find: a version that nobody promoted. */
async function litter(): Promise<void> {
  const model = await writeModel(home, 'litter', { weights: `litter ${attempts}` });
  await registerModel({ model, name: 'litter', home });
}

function operationOf(kind: Kind): Operation {
  return kind === 'promote' ? { kind, home, alias, ...chosen(models) } : { kind, home, alias };
}

async function inspect(what: string): Promise<void> {
  const state = await inspectRegistry(home, alias, history);
  history = state.history;
  for (const fault of state.faults) {
    faults.push(`${what}: ${fault}`);
    say(`✕ ${what}: ${fault}`);
  }
}

/** Makes ready what the operation needs, runs it, looks at what is left, and promotes again.
 *  @returns whether it was killed */
async function attempt(
  how: string,
  kind: Kind,
  kill: Operation['kill'] | null,
  killAfterMs: number | null = null,
): Promise<boolean> {
  attempts++;
  if (kind === 'gc') await litter();
  const operation = operationOf(kind);
  const ended = await runOperation(kill ? { ...operation, kill } : operation, killAfterMs);
  const landed = ended.signal === 'SIGKILL';
  const what = `${how}, ${kind} ${JSON.stringify(kill ?? killAfterMs)}`;
  if (landed) kills[how] = (kills[how] ?? 0) + 1;
  else if (ended.code !== 0 && !isExpected(ended)) faults.push(`${what}: ${ended.stderr}`);
  await inspect(what);
  await promote({ ...chosen(models), alias, home });
  await inspect(`the promotion after ${what}`);
  return landed;
}

/** Of several who roll back at once one goes a step. */
function isExpected({ stderr }: Ended): boolean {
  return /was moved by somebody else at the same time|cannot go back/.test(stderr);
}

async function callsOf(kind: Kind): Promise<{ readonly calls: number; readonly ms: number }> {
  if (kind === 'gc') await litter();
  const { stdout, stderr } = await runOperation(operationOf(kind));
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { calls: number; ms: number };
}

/** Eight promoters at once, with others, a third of them killed.
 *  @returns kills that landed */
async function crowd(round: number): Promise<number> {
  await litter();
  const kinds: Kind[] = [...Array<Kind>(8).fill('promote'), 'rollback', 'gc', 'rollback', 'gc'];
  const ended = await Promise.all(
    kinds.map((kind) =>
      runOperation(operationOf(kind), random.random() < 1 / 3 ? random.random() * 80 : null),
    ),
  );
  const bad = ended.filter((each) => each.signal === null && each.code !== 0 && !isExpected(each));
  for (const { stderr } of bad) faults.push(`round ${round}: ${stderr}`);
  await inspect(`round ${round} of eight promoters`);
  await promote({ ...chosen(models), alias, home });
  await inspect(`the promotion after round ${round}`);
  return ended.filter(({ signal }) => signal === 'SIGKILL').length;
}

say(`seed ${seed}`);
for (const each of models) await promote({ ...each, alias, home });
await inspect('at the beginning');

const steps = { promote: promotionSteps, rollback: rollbackSteps, gc: collectionSteps } as const;
for (const kind of KINDS) {
  for (const step of steps[kind]) {
    if (!(await attempt('after a step', kind, { step }))) faults.push(`${kind} has no step ${step}`);
  }
}
say(`after a step: ${kills['after a step']} kills`);

const durationMs: Partial<Record<Kind, number>> = {};
for (const kind of KINDS) {
  const { calls, ms } = await callsOf(kind);
  durationMs[kind] = ms;
  for (let call = 0; call < calls; call++) await attempt('before a call', kind, { call });
  say(`before each of the ${calls} calls of ${kind}: ${kills['before a call']} kills so far`);
}

const total = (): number => Object.values(kills).reduce((sum, count) => sum + count, 0);
while (total() < wanted && attempts < 3 * wanted) {
  const kind = chosen(KINDS);
  await attempt('at a random time', kind, null, random.random() * durationMs[kind]!);
}
say(`at a random time: ${kills['at a random time'] ?? 0} kills`);

let crowded = 0;
for (let round = 1; round <= ROUNDS; round++) crowded += await crowd(round);
say(`${ROUNDS} rounds of eight promoters with two rollbacks and two collections: ${crowded} kills`);

await collectGarbage({ home, keepDays: 0, minAgeMs: 0, confirmed: true });
await inspect('after the last collection');
const { versions } = await listModels(home);
say(
  `${total() + crowded} kills in ${attempts + ROUNDS} attempts; ${history.length} moves and ${versions.length} versions are whole; ${faults.length} faults`,
);
for (const fault of faults) say(`✕ ${fault}`);
await rm(home, { recursive: true, force: true });
process.exitCode = faults.length === 0 && total() >= wanted ? 0 : 1;
