/** One process for a long time: batch invariance, then memory.
 *
 *      npm run check:engine-soak -- [MODEL] [--dtype float32] [--generations 2000] [--prompts 200]
 *
 *  1. The same prompts alone, four and sixteen at a time, in another order of arrival each: answers that differ are
 *     counted (greedy and sampled alike); none may.
 *  2. Generations of mixed lengths, eight at a time: resident memory may grow by less than 5%, the median after the
 *     last three tenths over that after the first three. */
import { parseArgs } from 'node:util';
import { loadModel, type GenerateRequest, type Model } from '../../engine/index.ts';
import type { Precision } from '../../engine/nn/precision.ts';
import { seededRandom } from '../../engine/inference/random.ts';

const MOST_GROWTH = 0.05;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dtype: { type: 'string', default: 'float32' },
    generations: { type: 'string', default: '2000' },
    prompts: { type: 'string', default: '200' },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);

const openings = [
  'What is the capital of France?',
  'Explain photosynthesis.',
  'Tell me a joke about the sea.',
];

/** A request of its own for each index: lengths, temperatures and seeds differ. */
function requestOf(index: number): GenerateRequest {
  const filler = Array.from({ length: (index * 7) % 40 }, (_, i) => `word${(index * 31 + i * 17) % 97}`).join(
    ' ',
  );
  return {
    prompt: `${openings[index % openings.length]!} ${filler} ${index}`,
    maxTokens: 4 + ((index * 5) % 29),
    temperature: index % 2,
    seed: index,
  };
}

async function answerAll(
  model: Model,
  order: readonly number[],
  together: number,
  onAnswer: (index: number, tokens: readonly number[]) => void,
): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let at = next++; at < order.length; at = next++) {
      const index = order[at]!;
      onAnswer(index, (await model.generate(requestOf(index))).tokens);
    }
  };
  await Promise.all(Array.from({ length: together }, work));
}

function shuffled(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

async function countDiffering(model: Model, count: number): Promise<number> {
  const alone: string[] = [];
  await answerAll(model, shuffled(count, 1), 1, (index, tokens) => {
    alone[index] = tokens.join();
  });
  let differing = 0;
  for (const together of [4, 16]) {
    let here = 0;
    await answerAll(model, shuffled(count, together), together, (index, tokens) => {
      if (tokens.join() !== alone[index]) here++;
    });
    say(`invariance: ${here} of ${count} answers differ between alone and ${together} at a time`);
    differing += here;
  }
  return differing;
}

const residentMb = () => {
  globalThis.gc?.();
  return process.memoryUsage().rss / 2 ** 20;
};

/** Growth after the first tenth, as a share: medians of three readings, since when the worker collects its garbage moves a
 *  single one by ten megabytes. */
async function growthOf(model: Model, count: number): Promise<number> {
  const order = shuffled(count, 7);
  const tenth = Math.floor(count / 10);
  const readings: number[] = [];
  for (let step = 0; step < 10; step++) {
    await answerAll(model, order.slice(step * tenth, (step + 1) * tenth), 8, () => undefined);
    readings.push(residentMb());
    say(`memory: ${readings.at(-1)!.toFixed(0)} MiB after ${(step + 1) * tenth} generations`);
  }
  const middle = (three: readonly number[]) => three.toSorted((a, b) => a - b)[1]!;
  return middle(readings.slice(-3)) / middle(readings.slice(0, 3)) - 1;
}

const model = await loadModel(positionals[0] ?? 'fixtures/models/tiny-chat', {
  dtype: options.dtype as Precision,
});
try {
  const differing = await countDiffering(model, Number(options.prompts));
  const growth = await growthOf(model, Number(options.generations));
  const holds = differing === 0 && growth < MOST_GROWTH;
  say(
    `${holds ? '✓' : '✕'} ${model.info.name} ${model.info.dtype}: ${differing} answers differ, memory grew by ${(100 * growth).toFixed(1)}%`,
  );
  process.exitCode = holds ? 0 : 1;
} finally {
  await model.close();
}
