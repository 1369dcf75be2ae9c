/** Ctrl-C in a terminal while `harness train` runs: the bar, the checkpoint, the line to go on with.
 *
 *      npm run check:train-terminal        Linux, with `script` of util-linux
 *
 *  Trains a small model undisturbed; then again in a pseudo-terminal, where the key Ctrl-C is pressed, not a signal
 *  sent; runs the printed line in a shell as it stands; the weights have to be those of the undisturbed run. */
import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { shellWord } from '../../reports/shell-command.ts';
import { microConfig } from '../integration/micro-training.ts';

const CTRL_C = '\x03';
const STEPS = 600;

const lines = Array.from({ length: 12 }, (_, i) => ({ input: `What is ${i}?`, output: `${i} is ${i}.` }));
const home = await mkdtemp(join(tmpdir(), 'train-terminal-'));
const failed: string[] = [];

function check(what: string, holds: boolean, found: unknown): void {
  process.stdout.write(`${holds ? '✓' : `✕ found ${JSON.stringify(found)}:`} ${what}\n`);
  if (!holds) failed.push(what);
}

interface Typed {
  readonly code: number | null;
  readonly screen: string;
}

/** Runs a command in a pseudo-terminal; presses Ctrl-C when the screen first shows `at`. */
function inTerminal(command: string, at: RegExp | null): Promise<Typed> {
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: packageRoot });
  let screen = '';
  let pressed = at === null;
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    if (pressed || !at?.test(screen)) return;
    pressed = true;
    child.stdin.write(CTRL_C);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      child.stdin.destroy();
      resolve({ code, screen });
    });
  });
}

async function configIn(name: string): Promise<string> {
  const folder = join(home, name);
  await mkdir(folder);
  return microConfig(folder, lines, { max_steps: STEPS, logging_steps: 1, save_steps: 1_000_000 });
}

const weightsOf = (name: string) => readFile(join(home, name, 'output', 'model.safetensors'));
const harness = `${shellWord(process.execPath)} ${shellWord(join(packageRoot, 'bin/harness.js'))}`;
const train = (config: string) => `${harness} train --config ${shellWord(config)} --threads 1`;

try {
  const whole = await inTerminal(train(await configIn('whole')), null);
  check('an undisturbed run ends with 0', whole.code === 0, whole);
  const bars = new RegExp(`█.* [\\d,]+/${STEPS} · loss \\d`);
  check('a bar is drawn in a terminal', bars.test(whole.screen), whole.screen.slice(-400));

  const stopped = await inTerminal(train(await configIn('stopped')), bars);
  check('Ctrl-C ends it with 130', stopped.code === 130, stopped);
  check(
    'it says that it writes a checkpoint',
    stopped.screen.includes('interrupted: writing a checkpoint after this step'),
    stopped.screen.slice(-800),
  );
  const [, next] =
    /Next: npx harness (train --config .+ --resume .+checkpoint-\d+\S*)\r?\n/.exec(stopped.screen) ?? [];
  check('it prints the line to go on with', next !== undefined, stopped.screen.slice(-800));

  const resumed = await inTerminal(`${harness} ${next} --threads 1`, null);
  check('that line trains to the end', resumed.code === 0, resumed.screen.slice(-800));
  const same = (await weightsOf('stopped')).equals(await weightsOf('whole'));
  check('the weights are those of the undisturbed run, bit for bit', same, same);
} finally {
  await rm(home, { recursive: true, force: true });
}
process.exitCode = failed.length === 0 ? 0 : 1;
