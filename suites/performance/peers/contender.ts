/** One way to run a model, in a process of its own, so that its time and its memory are its own. The driver
 *  (peers.bench.ts) writes a task a line to standard input; each is answered by a line of what it cost.
 *  peer-torch.py speaks the same lines. */
import { createInterface } from 'node:readline';

export interface Cost {
  /** Of the whole process, all threads. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Every task begins with an empty cache. */
export type Task =
  | { readonly kind: 'prefill'; readonly tokens: number }
  /** So many steps after `context` tokens; one sequence. Without `sampling` the best tokens are taken. */
  | {
      readonly kind: 'decode';
      readonly context: number;
      readonly steps: number;
      readonly sampling: Sampling | null;
    }
  /** All prompts answered with so many tokens each, so many at a time, reading included. */
  | {
      readonly kind: 'answer';
      readonly prompts: number;
      readonly tokens: number;
      readonly together: number;
    };

export interface Sampling {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
}

export interface Contender {
  prefill(tokens: readonly number[]): Promise<Cost>;
  decode(tokens: readonly number[], steps: number, sampling: Sampling | null): Promise<Cost>;
  answer(prompts: readonly (readonly number[])[], count: number, together: number): Promise<Cost>;
}

/** What a process is told on its command line, as JSON. */
export interface ContenderInput {
  /** GGUF file or folder. */
  readonly model: string;
  readonly precision: string;
  readonly threads: number;
  /** Folder whose node_modules holds the peer. */
  readonly peers: string;
  readonly cache: string | null;
  readonly flashAttention: boolean;
}

export function inputOf(): ContenderInput {
  return JSON.parse(process.argv[2]!) as ContenderInput;
}

export async function costOf(work: () => Promise<void>): Promise<Cost> {
  const startMs = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1e3, wallMs: performance.now() - startMs };
}

/** Ids that every vocabulary of 49,000 tokens and more has. */
function idsOf(length: number, seed = 0): number[] {
  return Array.from({ length }, (_, i) => 300 + (((i + 31 * seed) * 7919) % 40_000));
}

/** Prompts of 20 to 64 tokens. */
function promptsOf(count: number): number[][] {
  return Array.from({ length: count }, (_, index) => idsOf(20 + ((index * 13) % 45), index + 1));
}

/** Answers tasks until the input ends. The first line comes after one token has been made of 16. */
export async function serve(contender: Contender): Promise<void> {
  const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  await contender.decode(idsOf(16), 1, null);
  const { user, system } = process.cpuUsage();
  say({ cpuMs: (user + system) / 1e3, wallMs: performance.now(), ...memory() });
  for await (const line of createInterface({ input: process.stdin })) {
    const task = JSON.parse(line) as Task;
    if (task.kind === 'prefill') say(await contender.prefill(idsOf(task.tokens)));
    else if (task.kind === 'decode')
      say(await contender.decode(idsOf(task.context), task.steps, task.sampling));
    else say(await contender.answer(promptsOf(task.prompts), task.tokens, task.together));
  }
  say(memory());
  process.exit();
}

const memory = () => ({ peakBytes: process.resourceUsage().maxRSS * 1024 });
