/** The load tester against a server with known delays, in a process of its own, which keeps the times itself.
 *
 *      npm run check:load-truth [-- folder of autocannon]
 *
 *  Constant, bimodal and streamed delays: every percentile reported is within 2% of the server's own. A stall of two
 *  seconds: the open loop shows all of it, the closed loop next to nothing, which is why it must not be trusted with
 *  such a question. With a folder of autocannon (npm i autocannon), that one at the same rate beside ours.
 *  A round in which the generator lagged is thrown away, as `harness load` would have it; on a busy machine, run it
 *  with `chrt -f 5`. */
import { fork } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { LoadPlan, Traffic } from '../../harness/load/load-plan.ts';
import type { Distribution } from '../../harness/load/load-report.ts';
import { runLoad, type LoadResult } from '../../harness/load/run-load.ts';
import { quantile } from '../../harness/stats/quantile.ts';
import { startDelayServer, type Delays, type Truth } from '../helpers/delay-server.ts';

const MOST_ERROR = 0.02;
const ROUNDS = 6;
/** The generator's own lag in a round that counts: half of what the shortest delay judged may be off. */
const MOST_LAG_MS = 5;
const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;
const RATE = 40;
const SECONDS = 20;
/** Three times the ordinary delay of the server that stalls. */
const SLOW_MS = 300;
const STALL = { atMs: 5_000, forMs: 2_000 };

const plain = { pieces: 1, gapMs: 0, stall: null } as const;
const constant: Delays = { ...plain, firstMs: { values: [500] } };
/** 15% slow, spread evenly. */
const bimodal: Delays = {
  ...plain,
  firstMs: { values: Array.from({ length: 20 }, (_, i) => (i % 7 === 3 ? 1_200 : 400)) },
};
const streamed: Delays = { firstMs: { values: [400, 600, 800] }, pieces: 6, gapMs: 300, stall: null };
const stalling: Delays = { ...plain, firstMs: { values: [100] }, stall: STALL };

const say = (line: string) => process.stdout.write(`${line}\n`);
const round = (value: number) => value.toFixed(1).padStart(8);

/** The server's process: told delays, it tells the truth. */
async function serve(): Promise<void> {
  const server = await startDelayServer(constant);
  process.send!({ url: server.url });
  process.on('message', (message: { readonly reset?: Delays }) => {
    if (message.reset) {
      server.reset(message.reset);
      process.send!({ ready: true });
    } else process.send!({ truths: server.truths });
  });
  process.once('disconnect', () => void server.close());
}

interface Message {
  readonly url?: string;
  readonly ready?: true;
  readonly truths?: readonly Truth[];
}

function startServer() {
  const child = fork(import.meta.filename, ['serve']);
  const next = () =>
    new Promise<Message>((resolve) => child.once('message', (message) => resolve(message as Message)));
  return {
    started: next(),
    reset: async (delays: Delays) => {
      const answered = next();
      child.send({ reset: delays });
      await answered;
    },
    truths: async () => {
      const answered = next();
      child.send({});
      return (await answered).truths!;
    },
    stop: () => child.disconnect(),
  };
}

function planOf(url: string, traffic: Traffic, stream: boolean): LoadPlan {
  return {
    target: { baseUrl: url, model: 'delays', route: 'chat', stream, timeoutMs: 30_000, key: undefined },
    traffic,
    rampMs: 0,
    durationMs: SECONDS * 1000,
    mostRequests: 10_000,
    warmup: 0,
    repeats: 1,
    connections: 512,
    prompts: [{ prompt: 'a b c' }],
    maxTokens: 16,
    temperature: 0,
    seed: 1,
    objective: null,
    attainment: 0.9,
    sweepTo: null,
  };
}

const open: Traffic = { kind: 'open', pattern: 'poisson', ratePerS: RATE };
const observer = { onPhase: () => {}, onProgress: () => {}, signal: new AbortController().signal };

interface Row {
  readonly name: string;
  readonly reported: Distribution;
  readonly truth: readonly number[];
}

/** Largest relative error of the percentiles, printed row by row; `except`: shown and not judged. */
function compare(rows: readonly Row[], except?: keyof typeof QUANTILES): number {
  let worst = 0;
  for (const { name, reported, truth } of rows) {
    const sorted = truth.toSorted((a, b) => a - b);
    const cells = Object.entries(QUANTILES).map(([key, q]) => {
      const ours = reported[key as keyof typeof QUANTILES].value;
      const theirs = quantile(sorted, q);
      const error = ours / theirs - 1;
      if (key !== except) worst = Math.max(worst, Math.abs(error));
      return `${round(ours)} /${round(theirs)} ${`${(error * 100).toFixed(2)}%`.padStart(7)}`;
    });
    say(`  ${name.padEnd(22)}${cells.join('   ')}`);
  }
  return worst;
}

type Server = ReturnType<typeof startServer>;

async function measure(server: Server, url: string, delays: Delays, traffic: Traffic, stream = false) {
  // Connections and compiled code of an ordinary run, which has a warm-up.
  await server.reset({ ...delays, stall: null, firstMs: { values: [5] } });
  await runLoad({ ...planOf(url, traffic, stream), durationMs: 1_000 }, observer);
  await server.reset(delays);
  const result = await runLoad(planOf(url, traffic, stream), observer);
  return { result, truths: await server.truths() };
}

type Measured = Awaited<ReturnType<typeof measure>>;

const rowsOf = ({ result, truths }: Measured): Row[] => {
  const { report } = result.steps[0]!;
  const ends = truths.map(({ endMs }) => endMs);
  const times: Row[] = [
    { name: 'e2el from intended', reported: report.e2elMs!, truth: ends },
    { name: 'e2el from send', reported: report.e2elFromSendMs!, truth: ends },
  ];
  if (report.ttftMs === null) return times;
  return [
    ...times,
    { name: 'ttft', reported: report.ttftMs, truth: truths.map(({ firstMs }) => firstMs) },
    { name: 'itl', reported: report.itlMs!, truth: truths.flatMap(({ gapsMs }) => gapsMs) },
    {
      name: 'tpot',
      reported: report.tpotMs!,
      truth: truths.map(({ endMs, firstMs, gapsMs }) => (endMs - firstMs) / gapsMs.length),
    },
  ];
};

/** Stricter than `harness load`, which leaves room for an ordinary machine. */
const isValid = ({ steps }: LoadResult): boolean => {
  const { faults, sendLagMs, eventLoopDelayMs } = steps[0]!.generator;
  return faults.length === 0 && sendLagMs.p99 <= MOST_LAG_MS && eventLoopDelayMs.p99 <= MOST_LAG_MS;
};

const sayLag = ({ steps }: LoadResult): string => {
  const { sendLagMs, eventLoopDelayMs } = steps[0]!.generator;
  return `generator p99: send lag ${sendLagMs.p99.toFixed(1)} ms, event loop ${eventLoopDelayMs.p99.toFixed(1)} ms`;
};

async function checkTruth(server: Server, url: string, name: string, delays: Delays, stream = false) {
  for (let attempt = 1; attempt <= ROUNDS; attempt++) {
    const measured = await measure(server, url, delays, open, stream);
    const valid = isValid(measured.result);
    say(`\n${name}, ${measured.truths.length} requests, ms: reported / truth, error; p50, p90, p95, p99`);
    const worst = compare(rowsOf(measured));
    if (!valid) {
      say(`  thrown away: ${sayLag(measured.result)}`);
      continue;
    }
    const good = worst <= MOST_ERROR;
    say(`${good ? '✓' : '✕'} largest error ${(worst * 100).toFixed(2)}%`);
    return good;
  }
  say('✕ the generator lagged in every round: this machine has no time to spare');
  return false;
}

async function checkStall(server: Server, url: string): Promise<boolean> {
  for (let attempt = 1; attempt <= ROUNDS; attempt++) {
    const opened = await measure(server, url, stalling, open);
    const closed = await measure(server, url, stalling, { kind: 'closed', users: 4 });
    say(`\na stall of ${STALL.forMs} ms at ${RATE} requests/s, ms; p50, p90, p95, p99`);
    say('open loop:');
    // A tenth of the requests meets the stall: the p90 lies on its very edge, where 1 ms moves it by a hundred.
    const worst = compare(rowsOf(opened), 'p90');
    say('closed loop of 4 users:');
    compare(rowsOf(closed));
    if (!isValid(opened.result) || !isValid(closed.result)) {
      say(`  thrown away: ${sayLag(opened.result)}; ${sayLag(closed.result)}`);
      continue;
    }
    const hit = (measured: Measured) =>
      measured.result.records.filter((each) => each.endMs - each.intendedMs > SLOW_MS);
    const due = opened.result.records.filter(
      ({ intendedMs }) =>
        intendedMs + 100 >= STALL.atMs && intendedMs + 100 < STALL.atMs + STALL.forMs - SLOW_MS,
    );
    const p99 = ({ result }: Measured) => result.steps[0]!.report.e2elMs!.p99.value;
    const [seen, missed] = [hit(opened).length, hit(closed).length];
    say(
      `requests that waited over ${SLOW_MS} ms: open ${seen} (due in the stall: about ${due.length}), closed ${missed}`,
    );
    const good =
      worst <= MOST_ERROR &&
      seen >= due.length * 0.9 &&
      missed <= 4 &&
      p99(opened) > 1_500 &&
      p99(closed) < SLOW_MS;
    say(
      `${good ? '✓' : '✕'} p99 ${p99(opened).toFixed(0)} ms in the open loop, ${p99(closed).toFixed(0)} ms in the closed`,
    );
    return good;
  }
  return false;
}

/** Percentiles that both report. */
const BESIDE = ['p50', 'p90', 'p99'] as const;

interface Autocannon {
  (options: object): Promise<{ readonly latency: Readonly<Record<string, number>> }>;
}

/** Ours and autocannon at the same constant rate on the same delays. */
async function besideAutocannon(server: Server, url: string, folder: string): Promise<void> {
  const { default: autocannon } = (await import(pathToFileURL(join(folder, 'autocannon.js')).href)) as {
    readonly default: Autocannon;
  };
  const even: Traffic = { kind: 'open', pattern: 'constant', ratePerS: RATE };
  const theirs = async (delays: Delays, ignoreCoordinatedOmission: boolean) => {
    await server.reset(delays);
    const { latency } = await autocannon({
      url: `${url}/v1/chat/completions`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'delays', messages: [{ role: 'user', content: 'a b c' }] }),
      connections: 100,
      overallRate: RATE,
      duration: SECONDS,
      ignoreCoordinatedOmission,
    });
    return { reported: BESIDE.map((name) => latency[name]!), truths: await server.truths() };
  };
  for (const [name, delays] of Object.entries({ constant, 'stall of 2 s': stalling })) {
    say(`\n${name} at ${RATE} requests/s, ms: reported / truth of the same requests; ${BESIDE.join(', ')}`);
    const line = (who: string, reported: readonly number[], truths: readonly Truth[]) => {
      const truth = truths.map(({ endMs }) => endMs).toSorted((a, b) => a - b);
      const cells = BESIDE.map(
        (key, i) => `${round(reported[i]!)} /${round(quantile(truth, QUANTILES[key]))}`,
      );
      say(`  ${who.padEnd(40)}${cells.join('   ')}   n=${truth.length}`);
    };
    const ours = await measure(server, url, delays, even);
    const { e2elMs } = ours.result.steps[0]!.report;
    const who = isValid(ours.result) ? 'harness load' : 'harness load, invalid';
    line(
      who,
      BESIDE.map((key) => e2elMs![key].value),
      ours.truths,
    );
    const corrected = await theirs(delays, false);
    line('autocannon, as it corrects by default', corrected.reported, corrected.truths);
    const uncorrected = await theirs(delays, true);
    line('autocannon, its correction turned off', uncorrected.reported, uncorrected.truths);
  }
}

async function main(): Promise<void> {
  const server = startServer();
  const url = (await server.started).url!;
  try {
    const results = [
      await checkTruth(server, url, 'constant 500 ms', constant),
      await checkTruth(server, url, 'bimodal 400 and 1,200 ms', bimodal),
      await checkTruth(server, url, 'streamed', streamed, true),
      await checkStall(server, url),
    ];
    const folder = process.argv[2];
    if (folder !== undefined) await besideAutocannon(server, url, folder);
    const good = results.every(Boolean);
    say(good ? '\n✓ every percentile is within 2% of the truth' : '\n✕ see above');
    process.exitCode = good ? 0 : 1;
  } finally {
    server.stop();
  }
}

await (process.argv[2] === 'serve' ? serve() : main());
