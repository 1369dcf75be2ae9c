/** harness bench, at work: speed and memory of a model in each precision, measured through the same interface that
 *  evaluations use. Figures of one machine at one moment; compare those of one run only. */
import { measure } from 'mitata';
import { EngineError, type Model } from '../../engine/index.ts';
import { copyBandwidth } from '../doctor/memory.ts';
import { HarnessError } from '../errors.ts';
import { openModel } from '../models/open-model.ts';
import type { BenchArguments } from './commands/bench.ts';
import { startProgress } from './progress.ts';
import { renderTable } from './table.ts';
import { wholeNumber } from './whole-number.ts';

const PREFILL_TOKENS = 512;
const CONTEXTS = [128, 512] as const;
const DECODED = 32;
const BATCHES = [8, 16] as const;
/** Far below any logit: the end token never comes. */
const NEVER = -100;

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

interface Bench {
  readonly dtype: string;
  readonly figures: readonly Figure[];
  /** Share of the memory bandwidth that reading the weights takes in decoding; null where their size is not known. */
  readonly bandwidthShare: number | null;
}

/** @throws HarnessError E_USAGE for a model that the engine does not run; whatever opening it throws */
export async function benchFromCommandLine(argv: BenchArguments): Promise<void> {
  const { model, dtype, rounds, json } = argv;
  wholeNumber('rounds', rounds, 1);
  const progress = startProgress(process.stderr);
  const notes: string[] = [];
  const benches: Bench[] = [];
  try {
    progress.phase('memory bandwidth');
    const bandwidth = copyBandwidth();
    for (const name of dtype.split(',')) {
      progress.phase(name);
      benches.push(
        await benchOf(
          model,
          { dtype: name, ...(argv.device !== undefined && { device: argv.device }) },
          rounds,
          bandwidth,
          notes,
        ),
      );
    }
    if (benches.length > 1) {
      notes.push('memory: one process ran all precisions, and later ones reuse what earlier ones gave back');
    }
    process.stdout.write(
      json
        ? `${JSON.stringify({ model, bandwidthBytesPerSecond: bandwidth, benches, notes })}\n`
        : `${rendered(benches, bandwidth, notes)}\n`,
    );
  } finally {
    progress.stop();
  }
}

async function benchOf(
  reference: string,
  asked: { readonly dtype: string; readonly device?: string },
  rounds: number,
  bandwidth: number,
  notes: string[],
): Promise<Bench> {
  const residentBefore = process.memoryUsage.rss();
  const startMs = performance.now();
  const model = await openModel(reference, asked);
  const { dtype } = asked;
  const { device, deviceReason } = model.info;
  if (asked.device !== undefined) notes.push(`${dtype}: on ${device}, ${deviceReason ?? 'remote'}`);
  try {
    const { tokenizer } = model;
    if (model.info.kind !== 'engine' || tokenizer === undefined) {
      throw new HarnessError('E_USAGE', `${reference} is not run by the engine: there is nothing to bench.`, {
        remedy: 'Give a folder or a .gguf file; harness load measures servers.',
      });
    }
    const ask = await askerOf(model);
    await ask(1, 1);
    const firstTokenMs = performance.now() - startMs;
    const context = model.info.contextLength ?? Number.POSITIVE_INFINITY;
    const medianMs = async (work: () => Promise<unknown>) => {
      const limits = { min_samples: rounds, max_samples: rounds, min_cpu_time: 0, warmup_samples: 1 };
      return (await measure(work, limits)).p50 / 1e6;
    };
    const figures: Figure[] = [{ name: 'load to first token', value: firstTokenMs, unit: 'ms' }];
    const prefill = Math.min(PREFILL_TOKENS, context - 1);
    if (prefill < PREFILL_TOKENS) {
      notes.push(
        `${dtype}: a context of ${context}; prefill is of ${prefill} tokens, not of ${PREFILL_TOKENS}`,
      );
    }
    const prefillMs = await medianMs(() => ask(prefill, 1));
    figures.push({
      name: `prefill ${PREFILL_TOKENS}`,
      value: (prefill / prefillMs) * 1000,
      unit: 'tokens/s',
    });
    let decodeRate = 0;
    for (const length of CONTEXTS) {
      const name = `decode at ${length}`;
      if (length + DECODED > context) {
        notes.push(`${dtype}: no figure for ${name}: the context ends at ${context}`);
        continue;
      }
      const gaps: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const { timing } = await ask(length, DECODED);
        gaps.push(...(timing.tokenGapsMs ?? []));
      }
      const rate = 1000 / median(gaps);
      decodeRate ||= rate;
      figures.push({ name, value: rate, unit: 'tokens/s' });
    }
    for (const together of BATCHES) {
      const length = Math.min(64, context - DECODED);
      const ms = await medianMs(() =>
        Promise.all(Array.from({ length: together }, () => ask(length, DECODED))),
      );
      figures.push({
        name: `${together} at a time`,
        value: ((together * DECODED) / ms) * 1000,
        unit: 'tokens/s',
      });
    }
    const resident = process.memoryUsage.rss() - residentBefore;
    figures.push({ name: 'memory', value: resident / 2 ** 20, unit: 'MiB' });
    const { weightBytes } = model.info;
    if (weightBytes === undefined)
      notes.push(`${dtype}: the weights' size is not known, so neither is their share`);
    return {
      dtype,
      figures,
      bandwidthShare:
        weightBytes === undefined || decodeRate === 0 ? null : (weightBytes * decodeRate) / bandwidth,
    };
  } finally {
    await model.close();
  }
}

/** Asks for exactly so many tokens after a prompt of so many; no two prompts begin alike, so that none is read from
 *  what another left. */
async function askerOf(model: Model) {
  const { tokenizer } = model;
  const plain = await tokenizer!.encode(
    { prompt: 'the of and to in is was for on that with as at', raw: true },
    false,
  );
  const ids = plain.map(({ token }) => token);
  const { eosToken } = tokenizer!;
  const ends = eosToken === null ? [] : await tokenizer!.encode({ prompt: eosToken, raw: true }, false);
  const logitBias = Object.fromEntries(ends.map(({ token }) => [token, NEVER]));
  let asked = 0;
  return async (length: number, maxTokens: number) => {
    const own = asked++;
    const tokens = Array.from(
      { length },
      (_, i) => ids[(own * 7 + i * (1 + (own % 5)) + (i >> 3)) % ids.length]!,
    );
    const result = await model.generate({ tokens, maxTokens, logitBias });
    if (result.usage.completionTokens !== maxTokens) {
      throw new EngineError(
        'E_REQUEST_INVALID',
        `the model ended after ${result.usage.completionTokens} tokens`,
      );
    }
    return result;
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function rendered(benches: readonly Bench[], bandwidth: number, notes: readonly string[]): string {
  const names = [...new Set(benches.flatMap(({ figures }) => figures.map(({ name }) => name)))];
  const cell = ({ figures }: Bench, name: string) => {
    const figure = figures.find((each) => each.name === name);
    return figure === undefined ? '–' : `${figure.value.toFixed(figure.value < 100 ? 1 : 0)} ${figure.unit}`;
  };
  const share = ({ bandwidthShare }: Bench) =>
    bandwidthShare === null ? '–' : `${(100 * bandwidthShare).toFixed(0)}%`;
  const rows = [
    ['', ...benches.map(({ dtype }) => dtype)],
    ...names.map((name) => [name, ...benches.map((bench) => cell(bench, name))]),
    ['share of bandwidth', ...benches.map(share)],
  ];
  const table = renderTable(rows, ['left', ...benches.map(() => 'right' as const)]);
  const told = `Memory copies run at ${(bandwidth / 1e9).toFixed(1)} GB/s; the share is that of reading all weights once a token.`;
  return [table, '', told, ...notes.map((note) => `Not comparable: ${note}.`)].join('\n');
}
