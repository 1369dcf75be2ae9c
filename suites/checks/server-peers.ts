/** The server beside llama.cpp's on the same weights: tokens per second and time to first token at 1, 4 and 16 users,
 *  in rounds in turn, under the load tester's closed loop. Ratios above 1 are in our favour.
 *
 *      npm run check:server-peers -- --peers FOLDER --ours F32.gguf --theirs Q8_0.gguf [--dtype int8] [--rounds 3]
 *
 *  FOLDER/node_modules holds node-llama-cpp. Both run in processes of their own, with two threads. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reportOf } from '../../harness/load/load-report.ts';
import { runLoad } from '../../harness/load/run-load.ts';
import { quantile } from '../../harness/stats/quantile.ts';
import { startHarness } from '../helpers/cli.ts';

const THREADS = 2;
const MOST_USERS = 16;

const { values: options } = parseArgs({
  options: {
    peers: { type: 'string' },
    ours: { type: 'string' },
    theirs: { type: 'string' },
    dtype: { type: 'string', default: 'int8' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    users: { type: 'string', default: '1,4,16' },
  },
});
const { peers, ours, theirs } = options;
if (peers === undefined || ours === undefined || theirs === undefined) {
  throw new Error('give --peers FOLDER --ours F32.gguf --theirs GGUF');
}
const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Figures {
  readonly tokensPerS: number;
  readonly ttftP95Ms: number;
}

async function measure(baseUrl: string, model: string | null, users: number): Promise<Figures> {
  const plan = {
    target: { baseUrl, model, route: 'completions', stream: true, timeoutMs: 120_000, key: undefined },
    traffic: { kind: 'closed', users },
    rampMs: 0,
    durationMs: Number(options.seconds) * 1000,
    mostRequests: 10_000,
    warmup: users,
    repeats: 1,
    connections: 64,
    prompts: { words: 48 },
    maxTokens: 32,
    temperature: 0,
    seed: 11,
    objective: null,
    attainment: 0.9,
    sweepTo: null,
  } as const;
  const observer = {
    onPhase: () => undefined,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  };
  const { records } = await runLoad(plan, observer);
  const report = reportOf(records, { objective: null, openLoop: false });
  if (report.requests.failed > 0) throw new Error(`${baseUrl}: ${JSON.stringify(report.requests)}`);
  return { tokensPerS: report.outputTokensPerSecond.value, ttftP95Ms: report.ttftMs!.p95.value };
}

const mine = await startHarness(['serve', '--model', ours, '--dtype', options.dtype, '--port', '0']);
const child = fork(fileURLToPath(new URL('llama-server.ts', import.meta.url)), [
  peers,
  theirs,
  String(MOST_USERS),
  String(THREADS),
]);
const [{ port }] = (await once(child, 'message')) as [{ port: number }];
const { data } = (await (await fetch(`${mine.url}/v1/models`)).json()) as { data: readonly { id: string }[] };

const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
say(`| users | tokens/s | llama.cpp | ratio | p95 time to first token, ms | llama.cpp | ratio |`);
say('| --- | --- | --- | --- | --- | --- | --- |');
for (const users of options.users.split(',').map(Number)) {
  const both: (readonly [Figures, Figures])[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    both.push([
      await measure(mine.url, data[0]!.id, users),
      await measure(`http://127.0.0.1:${port}`, null, users),
    ]);
  }
  const of = (side: 0 | 1, name: keyof Figures): number => median(both.map((pair) => pair[side][name]));
  const ratio = (name: keyof Figures, inverse: boolean): string =>
    median(both.map(([a, b]) => (inverse ? b[name] / a[name] : a[name] / b[name]))).toFixed(2);
  say(
    `| ${users} | ${of(0, 'tokensPerS').toFixed(1)} | ${of(1, 'tokensPerS').toFixed(1)} | ${ratio('tokensPerS', false)} ` +
      `| ${of(0, 'ttftP95Ms').toFixed(0)} | ${of(1, 'ttftP95Ms').toFixed(0)} | ${ratio('ttftP95Ms', true)} |`,
  );
}
child.disconnect();
await mine.stop();
