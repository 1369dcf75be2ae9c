/** The server under three times its capacity for a minute: what it still answers in time, how quickly it turns the
 *  rest away, and how soon afterwards it is itself again.
 *
 *      npm run check:server-overload [-- --seconds 60]
 *
 *  tiny-chat in a process of its own. Capacity is what a closed loop of 16 users gets out of it, measured just before
 *  and just after; goodput is measured in an open loop, from the intended start of each request. */
import { parseArgs } from 'node:util';
import type { LoadPlan, Traffic } from '../../harness/load/load-plan.ts';
import type { LoadRecord } from '../../harness/load/load-record.ts';
import { runLoad } from '../../harness/load/run-load.ts';
import { quantile } from '../../harness/stats/quantile.ts';
import { startHarness } from '../helpers/cli.ts';

/** Requests that the server lets in at a time: at capacity, a queue of a fraction of a second. */
const MOST_IN_FLIGHT = 24;
const LEAST_GOODPUT = 0.8;
const MOST_REJECTION_MS = 50;
const MOST_RECOVERY_MS = 1_000;
const OVERLOAD = 3;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const seconds = Number(values.seconds);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const server = await startHarness(['serve', '--model', 'tiny-chat', '--port', '0'], {
  env: { SERVING_MAX_QUEUE: String(MOST_IN_FLIGHT) },
});

const planOf = (traffic: Traffic, durationMs: number): LoadPlan => ({
  target: {
    baseUrl: server.url,
    model: 'tiny-chat',
    route: 'chat',
    stream: false,
    timeoutMs: 20_000,
    key: undefined,
  },
  traffic,
  rampMs: 0,
  durationMs,
  mostRequests: 100_000,
  warmup: 16,
  repeats: 1,
  connections: 1_024,
  prompts: { words: 12 },
  maxTokens: 32,
  temperature: 1,
  seed: 7,
  objective: null,
  attainment: 0.9,
  sweepTo: null,
});
const load = async (traffic: Traffic, durationMs: number): Promise<readonly LoadRecord[]> => {
  const observer = {
    onPhase: () => undefined,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  };
  return (await runLoad(planOf(traffic, durationMs), observer)).records;
};

const succeeded = (records: readonly LoadRecord[]) => records.filter(({ failure }) => failure === null);
const perSecond = (records: readonly LoadRecord[]): number => {
  const endMs = Math.max(...records.map((record) => record.endMs));
  return succeeded(records).length / (endMs / 1000);
};
const latencies = (records: readonly LoadRecord[]) =>
  records.map(({ endMs, sentMs }) => endMs - sentMs!).sort((a, b) => a - b);

const capacity = async () => perSecond(await load({ kind: 'closed', users: 16 }, 10_000));

const before = await capacity();
const records = await load({ kind: 'open', pattern: 'poisson', ratePerS: OVERLOAD * before }, seconds * 1000);
// At once, before anything else: a request every 100 ms, until the answers are as quick as before.
const quick = await load({ kind: 'open', pattern: 'constant', ratePerS: 10 }, 3_000);
const after = await capacity();
const code = await server.stop();

const rejected = records.filter(({ status }) => status === 429);
const other = records.filter(({ failure, status }) => failure !== null && status !== 429);
const rate = (before + after) / 2;
const goodput = perSecond(records) / rate;
const rejectionMs = quantile(latencies(rejected), 0.99);
const lost = quick.filter(({ failure, sentMs }) => failure !== null && sentMs! > MOST_RECOVERY_MS).length;

say(`capacity: ${before.toFixed(1)} requests/s before, ${after.toFixed(1)} after (closed loop of 16 users)`);
say(
  `overload: ${records.length} requests in ${seconds} s, ${(OVERLOAD * before).toFixed(0)} a second: ` +
    `${succeeded(records).length} answered, ${rejected.length} turned away, ${other.length} otherwise`,
);
const checks: readonly (readonly [string, boolean])[] = [
  [`goodput ${goodput.toFixed(2)} of capacity, at least ${LEAST_GOODPUT}`, goodput >= LEAST_GOODPUT],
  [
    `turned away within ${rejectionMs.toFixed(1)} ms (p99), at most ${MOST_REJECTION_MS}`,
    rejectionMs <= MOST_REJECTION_MS,
  ],
  [`no answer but 200 and 429: ${other.length}`, other.length === 0],
  [`a second after the overload, ${lost} of the requests failed`, lost === 0],
  [`drained and ended with code ${code}`, code === 0],
];
for (const [what, holds] of checks) say(`${holds ? '✓' : '✕'} ${what}`);
process.exitCode = checks.every(([, holds]) => holds) ? 0 : 1;
