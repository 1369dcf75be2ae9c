/** What a sample costs beside the model: CPU time of all processes of `harness run` for each sample, over that of a bare
 *  loop of requests; and whether memory stays flat. promptfoo and vitest-evals beside it, where they are installed.
 *
 *      npm run check:runner-overhead [-- --peers FOLDER --sizes 1000,10000 --only ours,bare --rounds 1]
 *
 *  FOLDER/node_modules has promptfoo@0.121.20, vitest and vitest-evals@0.16.1. All ask one server, in a process of its
 *  own, whose scripted model answers at once, over the same route, four requests at a time, and check each answer twice:
 *  is it the reference, and how many words has it. A line is printed after each job. The cost of a sample is that of the
 *  larger size less that of the smaller: starting up is told apart. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { startHarness } from '../helpers/cli.ts';
import { costOfCommand, type TreeCost } from './process-tree.ts';

const REPLY = 'The answer is a word.';
const CONCURRENCY = 4;
/** Samples of a first job of each, which is printed and not counted: it compiles what later ones find compiled. */
const FIRST = 100;
const MOST_OVERHEAD_MS = 0.6;
const MOST_GROWTH_MB = 50;

const { values } = parseArgs({
  options: {
    peers: { type: 'string' },
    sizes: { type: 'string', default: '1000,10000' },
    only: { type: 'string', default: 'bare,ours,promptfoo,vitest-evals' },
    rounds: { type: 'string', default: '1' },
  },
});
const sizes = values.sizes.split(',').map(Number);

const dir = await mkdtemp(join(tmpdir(), 'harness-overhead-'));
await writeFile(join(dir, 'model.json'), JSON.stringify({ default: REPLY, replies: {} }));
const served = await startHarness(['serve', '--model', `scripted:${join(dir, 'model.json')}`, '--port', '0']);
const { data } = (await (await fetch(`${served.url}/v1/models`)).json()) as { data: { id: string }[] };
const model = data[0]!.id;

const promptOf = (i: number): string => `Question ${i}: what is the answer to it?`;

async function bare(n: number): Promise<readonly string[]> {
  const path = join(dir, 'bare.mjs');
  const undici = import.meta.resolve('undici');
  await writeFile(
    path,
    `import { Agent, request } from ${JSON.stringify(undici)};
const dispatcher = new Agent();
let next = 0;
const one = async () => {
  while (next < ${n}) {
    const prompt = 'Question ' + next++ + ': what is the answer to it?';
    const body = JSON.stringify({ model: ${JSON.stringify(model)}, messages: [{ role: 'user', content: prompt }], max_tokens: 20, temperature: 0 });
    const response = await request(${JSON.stringify(`${served.url}/v1/chat/completions`)}, { method: 'POST', dispatcher, headers: { 'content-type': 'application/json' }, body });
    const text = (await response.body.json()).choices[0].message.content;
    if (text !== ${JSON.stringify(REPLY)} || text.split(' ').length !== 5) throw new Error(text);
  }
};
await Promise.all(Array.from({ length: ${CONCURRENCY} }, one));
await dispatcher.close();
`,
  );
  return [process.execPath, path];
}

async function ours(n: number): Promise<readonly string[]> {
  const suites = join(dir, `project-${n}`, 'suites');
  await mkdir(suites, { recursive: true });
  const lines = Array.from({ length: n }, (_, i) =>
    JSON.stringify({ id: `q${i}`, prompt: promptOf(i), references: [REPLY] }),
  );
  await writeFile(join(suites, 'probe.jsonl'), lines.join('\n'));
  await writeFile(
    join(suites, 'probe.task.yaml'),
    `version: 1
suite: probe
dataset: probe.jsonl
sampling: { maxTokens: 20, temperature: 0 }
scorers: [exactMatch, words]
gates: [{ metric: exactMatch, atLeast: 0.9 }]
`,
  );
  const reference = `${served.url}/v1#${encodeURIComponent(model)}`;
  const out = join(dir, `run-${n}-${Date.now()}`);
  const options = ['--model', reference, '--no-cache', '--concurrency', String(CONCURRENCY), '--out', out];
  return [process.execPath, join(packageRoot, 'bin/harness.js'), 'run', 'probe', ...options];
}

async function promptfoo(n: number, peers: string): Promise<readonly string[]> {
  const path = join(dir, 'promptfooconfig.json');
  const config = {
    prompts: ['{{prompt}}'],
    providers: [
      {
        id: `openai:chat:${model}`,
        config: { apiBaseUrl: `${served.url}/v1`, apiKey: 'none', max_tokens: 20, temperature: 0 },
      },
    ],
    defaultTest: {
      assert: [
        { type: 'equals', value: REPLY },
        { type: 'javascript', value: "output.split(' ').length === 5" },
      ],
    },
    tests: Array.from({ length: n }, (_, i) => ({ vars: { prompt: promptOf(i) } })),
  };
  await writeFile(path, JSON.stringify(config));
  const cli = join(peers, 'node_modules/promptfoo/dist/src/entrypoint.js');
  const options = ['-c', path, '-j', String(CONCURRENCY), '--no-cache', '--no-table', '--no-progress-bar'];
  return [process.execPath, cli, 'eval', ...options, '-o', join(dir, 'promptfoo.json')];
}

async function vitestEvals(n: number, peers: string): Promise<readonly string[]> {
  const path = join(peers, 'overhead.eval.test.mjs');
  await writeFile(
    path,
    `import { expect } from 'vitest';
import { createHarness, describeEval } from 'vitest-evals';
const harness = createHarness({
  name: 'overhead',
  run: async ({ input }) => {
    const response = await fetch(${JSON.stringify(`${served.url}/v1/chat/completions`)}, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: ${JSON.stringify(model)}, messages: [{ role: 'user', content: input }], max_tokens: 20, temperature: 0 }) });
    const output = (await response.json()).choices[0].message.content;
    return { output, events: [{ type: 'message', role: 'user', content: input }, { type: 'message', role: 'assistant', content: output }] };
  },
});
describeEval('overhead', { harness }, (it) => {
  it.for(Array.from({ length: ${n} }, (_, i) => ({ name: 'q' + i, input: 'Question ' + i + ': what is the answer to it?' })))('$name', async ({ input }, { run }) => {
    const { output } = await run(input);
    expect(output).toBe(${JSON.stringify(REPLY)});
    expect(output.split(' ')).toHaveLength(5);
  });
});
`,
  );
  return [process.execPath, join(peers, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=dot', path];
}

const rows: { readonly who: string; readonly n: number; readonly cost: TreeCost }[] = [];

async function measure(who: string, n: number, command: readonly string[], cwd: string): Promise<void> {
  const env = {
    ...process.env,
    NO_COLOR: '1',
    HARNESS_HOME: join(dir, 'home'),
    PROMPTFOO_CONFIG_DIR: join(dir, 'promptfoo'),
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    OPENAI_API_KEY: 'none',
  };
  const cost = await costOfCommand(command, { cwd, env });
  rows.push({ who, n, cost });
  const { code, cpuMs, wallMs, peakMb } = cost;
  console.log(
    `${who.padEnd(13)} n=${String(n).padStart(6)}  cpu ${(cpuMs / 1000).toFixed(2)} s  wall ${(wallMs / 1000).toFixed(2)} s  peak ${peakMb.toFixed(0)} MB  exit ${code}`,
  );
  if (code !== 0) console.log(cost.output.slice(-1500));
}

try {
  const wanted = values.only.split(',');
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const n of round === 0 ? [FIRST, ...sizes] : sizes) {
      if (wanted.includes('bare')) await measure('bare', n, await bare(n), dir);
      if (wanted.includes('ours')) await measure('ours', n, await ours(n), join(dir, `project-${n}`));
      const { peers } = values;
      if (peers === undefined) continue;
      if (wanted.includes('promptfoo')) await measure('promptfoo', n, await promptfoo(n, peers), dir);
      if (wanted.includes('vitest-evals'))
        await measure('vitest-evals', n, await vitestEvals(n, peers), peers);
    }
  }
} finally {
  await served.stop();
  await rm(dir, { recursive: true, force: true });
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
const [small, large] = [Math.min(...sizes), Math.max(...sizes)];
const of = (who: string, n: number, pick: (cost: TreeCost) => number): number =>
  median(rows.filter((row) => row.who === who && row.n === n).map(({ cost }) => pick(cost)));

console.log('\n| | start, CPU s | a sample, CPU ms | growth, MB |\n| --- | --- | --- | --- |');
const perSample = new Map<string, number>();
for (const who of new Set(rows.map((row) => row.who))) {
  const [less, more] = [of(who, small, ({ cpuMs }) => cpuMs), of(who, large, ({ cpuMs }) => cpuMs)];
  const each = (more - less) / (large - small);
  perSample.set(who, each);
  const growth = of(who, large, ({ peakMb }) => peakMb) - of(who, small, ({ peakMb }) => peakMb);
  console.log(
    `| ${who} | ${((less - each * small) / 1000).toFixed(2)} | ${each.toFixed(3)} | ${growth.toFixed(0)} |`,
  );
}
const [mine, loop] = [perSample.get('ours'), perSample.get('bare')];
if (mine !== undefined && loop !== undefined && small < large) {
  const growth = of('ours', large, ({ peakMb }) => peakMb) - of('ours', small, ({ peakMb }) => peakMb);
  const over = mine - loop;
  console.log(
    `\nover the bare loop: ${over.toFixed(3)} ms a sample (at most ${MOST_OVERHEAD_MS}); growth ${growth.toFixed(0)} MB (at most ${MOST_GROWTH_MB})`,
  );
  if (over > MOST_OVERHEAD_MS || growth > MOST_GROWTH_MB) process.exitCode = 1;
}
