/** Kills training by SIGKILL, resumes it, and compares the end with a run that nobody disturbed.
 *
 *      npm run check:trainer-kill [-- seed [kills]]
 *
 *  A micro model is trained with a checkpoint after every step. Half the kills come at a random time, half as soon as
 *  a checkpoint is being written, a random part of a millisecond to some milliseconds later. Every checkpoint that is
 *  left under its own name has to be whole; the next process resumes from the newest. All files of the result have to
 *  be those of the undisturbed run, to the last bit. Done for all weights and for an adapter with dropout. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { openSafetensors } from '../../engine/checkpoint/safetensors.ts';
import { MersenneTwister } from '../../harness/data/random.ts';
import { harness, spawnHarness } from '../helpers/cli.ts';
import { microConfig } from '../integration/micro-training.ts';

const seed = Number(process.argv[2] ?? 20261122);
const wanted = Number(process.argv[3] ?? 20);
const MOST_STEPS_A_LIFE = 4;
const random = new MersenneTwister(seed);
const say = (line: string) => process.stdout.write(`${line}\n`);
const home = await mkdtemp(join(tmpdir(), 'trainer-kill-'));
const lines = Array.from({ length: 24 }, (_, i) => ({ input: `What is ${i}?`, output: `${i} is ${i * 7}.` }));
const maxSteps = 5 + MOST_STEPS_A_LIFE * (wanted / 2 + 2);
let faults = 0;

interface Kind {
  readonly title: string;
  readonly sections: object;
}

async function configFor(folder: string, { sections }: Kind): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = microConfig(folder, lines, { max_steps: maxSteps, save_steps: 1, save_total_limit: 2 });
  await writeFile(file, stringify({ ...(parse(readFileSync(file, 'utf8')) as object), ...sections }));
  return file;
}

const outputOf = (folder: string) => join(folder, 'output');

function entriesOf(folder: string): string[] {
  return existsSync(outputOf(folder)) ? readdirSync(outputOf(folder)) : [];
}

/** Steps of the checkpoints that stand under their own name, the newest first. */
function checkpointsOf(folder: string): number[] {
  return entriesOf(folder)
    .map((name) => Number(/^checkpoint-(\d+)$/.exec(name)?.[1] ?? Number.NaN))
    .filter((step) => !Number.isNaN(step))
    .sort((a, b) => b - a);
}

/** A header that fits its file, and JSON that can be read: openSafetensors refuses a torn file. */
async function checkWhole(path: string): Promise<void> {
  for (const name of readdirSync(path)) {
    if (name.endsWith('.safetensors')) await (await openSafetensors([join(path, name)])).close();
    else if (name.endsWith('.json')) JSON.parse(readFileSync(join(path, name), 'utf8'));
    else throw new Error(`${path} holds ${name}`);
  }
}

const isWriting = (folder: string) => entriesOf(folder).some((name) => name.endsWith('.tmp'));

/** Trains until killed; true when the process ended by itself before. */
async function live(folder: string, config: string, duringWrite: boolean): Promise<boolean> {
  const [newest] = checkpointsOf(folder);
  const resume = newest === undefined ? [] : ['--resume', join(outputOf(folder), `checkpoint-${newest}`)];
  const { process: child, ended } = spawnHarness(['train', '--config', config, '--threads', '1', ...resume]);
  const isAlive = () => child.exitCode === null;
  const goal = (newest ?? 0) + 1 + Math.floor(random.random() * MOST_STEPS_A_LIFE);
  while (isAlive() && (checkpointsOf(folder)[0] ?? 0) < goal) await sleep(2);
  if (duringWrite) while (isAlive() && !isWriting(folder)) await sleep(0);
  await sleep(random.random() * (duringWrite ? 12 : 120));
  if (!isAlive()) return true;
  child.kill('SIGKILL');
  await ended;
  return false;
}

function resultOf(folder: string): Record<string, string> {
  const path = outputOf(folder);
  const names = readdirSync(path).filter((name) => !name.startsWith('checkpoint-'));
  return Object.fromEntries(
    names.map((name) => [
      name,
      readFileSync(join(path, name), 'latin1')
        .replaceAll(/"tokensPerSecond":\d+/g, '')
        .replaceAll(folder, ''),
    ]),
  );
}

async function disturb(kind: Kind): Promise<void> {
  const whole = join(home, `${kind.title}-whole`);
  const first = await harness(['train', '--config', await configFor(whole, kind), '--threads', '1']);
  if (first.code !== 0) throw new Error(first.stderr);

  const folder = join(home, `${kind.title}-disturbed`);
  const config = await configFor(folder, kind);
  let kills = 0;
  let whileWriting = 0;
  for (; kills < wanted / 2; kills++) {
    if (await live(folder, config, kills % 2 === 0)) throw new Error('it ended before it was killed');
    if (isWriting(folder)) whileWriting++;
    for (const step of checkpointsOf(folder)) await checkWhole(join(outputOf(folder), `checkpoint-${step}`));
  }
  const [newest] = checkpointsOf(folder);
  const resume = newest === undefined ? [] : ['--resume', join(outputOf(folder), `checkpoint-${newest}`)];
  const last = await harness(['train', '--config', config, '--threads', '1', ...resume]);
  if (last.code !== 0) throw new Error(last.stderr);
  const [own, undisturbed] = [resultOf(folder), resultOf(whole)];
  const names = [...new Set([...Object.keys(own), ...Object.keys(undisturbed)])];
  const different = names.filter((name) => own[name] !== undisturbed[name]);
  if (different.length > 0) faults++;
  say(
    `${different.length === 0 ? '✓' : '✕'} ${kind.title}: ${kills} kills, ${whileWriting} while a checkpoint was ` +
      `being written; ${names.length - different.length} of ${names.length} files alike${different.map((name) => ` ✕ ${name}`).join('')}`,
  );
}

try {
  const model = { title: 'all weights', sections: {} };
  await disturb(model);
  const base = outputOf(join(home, 'all weights-whole'));
  const lora = { r: 4, lora_alpha: 8, lora_dropout: 0.1, target_modules: ['all-linear'] };
  await disturb({ title: 'adapter', sections: { model: { name: base }, lora } });
} finally {
  await rm(home, { recursive: true, force: true });
}
if (faults > 0) process.exitCode = 1;
