/** The engine beside its peers on the same weights, in one run with rounds in turn: the table of engine/SPEED.md.
 *
 *      npm run bench:peers -- --peers FOLDER --weights float32=F32.gguf,int8=Q8_0.gguf,int4=Q4_0.gguf [--rounds 5]
 *          [--threads 1] [--task decode] [--precision int4] [--prompts 64]
 *          [--cache FOLDER] [--python BIN]
 *
 *  FOLDER/node_modules holds node-llama-cpp (3.22, with its binaries); BIN has torch and transformers, and is asked in
 *  float32; transformers.js, on an export of the same weights, where FOLDER is given for it to lie in. Each GGUF file holds the weights of one model in one precision; ours are made of the float32 file. Each
 *  contender has a process of its own; CPU time of the whole process is compared, since threads wait differently;
 *  wall time stands beside it. Ratios above 1 are in our favour. */
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copyBandwidth } from '../../harness/doctor/memory.ts';
import type { ContenderInput, Cost, Task } from './peers/contender.ts';

const { values: options } = parseArgs({
  options: {
    peers: { type: 'string' },
    python: { type: 'string' },
    weights: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '1' },
    cache: { type: 'string' },
    /** Only tasks whose name begins so, and only this precision. */
    task: { type: 'string', default: '' },
    precision: { type: 'string' },
    /** Of the batched tasks. */
    prompts: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const rounds = Number(options.rounds);
const STEPS = 16;
const ANSWER = 64;
const SAMPLING = { temperature: 0.7, topK: 40, topP: 0.9 };
const LOAD = 'load to first token';

interface Started {
  readonly name: string;
  readonly first: Cost & { readonly peakBytes: number };
  run(task: Task): Promise<Cost>;
  /** Most memory held at once. */
  end(): Promise<number>;
}

interface Way {
  readonly name: string;
  start(): Promise<Started>;
}

/** @param command started with the input as its last argument */
function way(name: string, command: readonly [string, ...string[]], input: ContenderInput): Way {
  return {
    name,
    async start() {
      const [program, ...args] = command;
      const child = spawn(program, [...args, JSON.stringify(input)], { stdio: ['pipe', 'pipe', 'inherit'] });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const next = async <Line>() => {
        const { value, done } = await lines.next();
        if (done) throw new Error(`${name} ended`);
        return JSON.parse(value) as Line;
      };
      const first = await next<Started['first']>();
      return {
        name,
        first,
        run(task) {
          child.stdin.write(`${JSON.stringify(task)}\n`);
          return next<Cost>();
        },
        async end() {
          child.stdin.end();
          return (await next<{ peakBytes: number }>()).peakBytes;
        },
      };
    },
  };
}

const script = (name: string) => fileURLToPath(new URL(`./peers/${name}`, import.meta.url));
const node = (name: string, ...flags: string[]): [string, ...string[]] => [
  process.execPath,
  ...flags,
  '--import',
  fileURLToPath(new URL('../../bin/typescript.js', import.meta.url)),
  script(name),
];

function waysOf(precision: string, source: string, file: string): Way[] {
  const input: ContenderInput = {
    model: file,
    precision,
    threads: Number(options.threads),
    peers: options.peers!,
    cache: options.cache ?? null,
    flashAttention: false,
  };
  const torch = options.python !== undefined && precision === 'float32';
  return [
    // As engine-model.ts limits its worker, whose heap this process stands for.
    way('harness', node('peer-harness.ts', '--max-semi-space-size=4'), { ...input, model: source }),
    way('llama.cpp', node('peer-llama.ts'), input),
    way('llama.cpp flash', node('peer-llama.ts'), { ...input, flashAttention: true }),
    // The export lies beside our graphs.
    ...(options.cache === undefined
      ? []
      : [way('transformers.js', node('peer-transformers.ts'), { ...input, model: source })]),
    ...(torch ? [way('PyTorch', [options.python!, script('peer-torch.py')], input)] : []),
  ];
}

const tasks: readonly { readonly name: string; readonly tokens: number; readonly task: Task }[] = [
  { name: 'prefill 512', tokens: 512, task: { kind: 'prefill', tokens: 512 } },
  ...[128, 512].map((context) => ({
    name: `decode at ${context}`,
    tokens: STEPS,
    task: { kind: 'decode', context, steps: STEPS, sampling: null } as const,
  })),
  {
    name: 'sampled at 128',
    tokens: STEPS,
    task: { kind: 'decode', context: 128, steps: STEPS, sampling: SAMPLING },
  },
  ...[8, 16].map((together) => ({
    name: `${together} at a time`,
    tokens: Number(options.prompts) * ANSWER,
    task: { kind: 'answer', prompts: Number(options.prompts), tokens: ANSWER, together } as const,
  })),
];

/** Costs of each way, in rounds, another one first in each. */
async function inTurn<Each, Result>(
  ways: readonly Each[],
  count: number,
  work: (each: Each) => Promise<Result>,
): Promise<Result[][]> {
  const results = ways.map((): Result[] => []);
  for (let round = 0; round < count; round++) {
    for (const offset of ways.keys()) {
      const index = (round + offset) % ways.length;
      results[index]!.push(await work(ways[index]!));
    }
  }
  return results;
}

function tell(
  precision: string,
  name: string,
  tokens: number,
  ways: readonly { readonly name: string }[],
  costs: readonly (readonly Cost[])[],
  weights: number | null,
): void {
  const rate = (ms: number) => (tokens / ms) * 1000;
  const cpu = costs.map((list) => rate(median(list.map(({ cpuMs }) => cpuMs))));
  const wall = costs.map((list) => rate(median(list.map(({ wallMs }) => wallMs))));
  if (options.json) {
    say(JSON.stringify({ precision, name, ways: ways.map((each) => each.name), cpu, wall }));
    return;
  }
  const others = ways.flatMap((each, index) => (each.name.startsWith('llama') ? [cpu[index]!] : []));
  const shown = ways.map((each, index) => {
    const share =
      weights === null ? '' : `, ${((100 * weights * wall[index]!) / bandwidth).toFixed(0)}% of bandwidth`;
    return `${each.name} ${cpu[index]!.toFixed(1)} (${wall[index]!.toFixed(1)}${share})`;
  });
  const ratio = (cpu[0]! / Math.max(...others)).toFixed(2);
  say(`${precision.padEnd(8)} ${name.padEnd(16)} ratio ${ratio}   ${shown.join(' · ')}`);
}

async function loads(precision: string, ways: readonly Way[], weightBytes: number): Promise<void> {
  const results = await inTurn(ways, Math.max(1, Math.floor(rounds / 2)), async (each) => {
    const started = await each.start();
    await started.end();
    return started.first;
  });
  const shown = ways.map(({ name }, index) => {
    const list = results[index]!;
    const cpu = median(list.map(({ cpuMs }) => cpuMs));
    const wall = median(list.map(({ wallMs }) => wallMs));
    const peak = median(list.map(({ peakBytes }) => peakBytes));
    const over = peak - 1.3 * weightBytes;
    return `${name} ${cpu.toFixed(0)} ms CPU (${wall.toFixed(0)} ms), peak ${(peak / 1e6).toFixed(0)} MB = 1.3 × weights + ${(over / 1e6).toFixed(0)}`;
  });
  say(`${precision.padEnd(8)} ${LOAD}   ${shown.join(' · ')}`);
}

async function compare(precision: string, source: string, file: string): Promise<void> {
  const weightBytes = (await stat(file)).size;
  const ways = waysOf(precision, source, file);
  if (LOAD.startsWith(options.task)) {
    // The first one writes the cache.
    await (await ways[0]!.start()).end();
    await loads(precision, ways, weightBytes);
  }
  const wanted = tasks.filter(({ name }) => name.startsWith(options.task));
  if (wanted.length === 0) return;
  const started: Started[] = [];
  for (const each of ways) started.push(await each.start());
  for (const { name, tokens, task } of wanted) {
    // Minutes a round, and nobody serves a batch in float32 on a processor.
    if (precision === 'float32' && task.kind === 'answer') continue;
    const count = task.kind === 'answer' ? Math.max(1, Math.floor(rounds / 3)) : rounds;
    const costs = await inTurn(started, count, (each) => each.run(task));
    tell(precision, name, tokens, started, costs, task.kind === 'decode' ? weightBytes : null);
  }
  const peaks: string[] = [];
  for (const each of started) peaks.push(`${each.name} ${((await each.end()) / 1e6).toFixed(0)} MB`);
  say(
    `${precision.padEnd(8)} most memory held  ${peaks.join(' · ')}; the weights are ${(weightBytes / 1e6).toFixed(0)} MB`,
  );
}

const files = new Map(
  (options.weights ?? '').split(',').map((pair) => pair.split('=', 2) as [string, string | undefined]),
);
const source = files.get('float32');
const bandwidth = copyBandwidth();
if (options.peers === undefined || source === undefined) {
  say(
    'Usage: npm run bench:peers -- --peers FOLDER --weights float32=F32.gguf,int8=Q8_0.gguf,int4=Q4_0.gguf',
  );
  process.exitCode = 2;
} else {
  say(`memory copies run at ${(bandwidth / 1e9).toFixed(1)} GB/s`);
  say('tokens per CPU second (per second), medians of rounds in turn; ratio to the better llama.cpp');
  for (const precision of ['float32', 'int8', 'int4']) {
    const file = files.get(precision);
    if (file !== undefined && (options.precision ?? precision) === precision)
      await compare(precision, source, file);
  }
}
