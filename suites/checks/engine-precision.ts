/** What each precision costs: perplexity on a fixed text, and on a model's own answers.
 *
 *      npm run check:engine-precision -- fixtures/models/tiny-chat path/to/model.gguf …
 *
 *  The text is this project's own documentation of its first month. For the bundled model, which knows nothing of it, the
 *  reference answers of datasets/facts and datasets/explanations (every fourth) say more. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel, perplexity, type Model } from '../../engine/index.ts';
import { precisions, type Precision } from '../../engine/nn/precision.ts';
import { packageRoot } from '../../harness/tasks/package-root.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const text = await readFile(join(packageRoot, 'fixtures/golden/engine/perplexity.txt'), 'utf8');

interface Answered {
  readonly prompt: string;
  readonly references: readonly string[];
}

async function answersOf(dataset: string): Promise<Answered[]> {
  const lines = await readFile(join(packageRoot, 'datasets', dataset, 'data.jsonl'), 'utf8');
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answered);
}

/** Mean log-probability of a token of the reference answers. */
async function meanOfAnswers(model: Model, samples: readonly Answered[]): Promise<number> {
  const scores = await Promise.all(
    samples.map(({ prompt, references }) => model.logLikelihood({ prompt, completion: references[0]! })),
  );
  const all = scores.flatMap(({ logprobs }) => logprobs);
  return all.reduce((sum, logprob) => sum + logprob, 0) / all.length;
}

const paths = process.argv.slice(2);
if (paths.length === 0) {
  say('Usage: npm run check:engine-precision -- MODEL…');
  process.exitCode = 2;
}
const samples = [...(await answersOf('facts')), ...(await answersOf('explanations'))].filter(
  (_, index) => index % 4 === 0,
);
for (const path of paths) {
  say(`${path}\n| dtype | text: perplexity | tokens | nats a token over float32 | answers: perplexity |`);
  say('| --- | --- | --- | --- | --- |');
  let exact: number | null = null;
  for (const dtype of Object.keys(precisions) as Precision[]) {
    const model = await loadModel(path, { dtype });
    const { perplexity: value, meanLogprob, nTokens } = await perplexity(model, text, { window: 256 });
    const answers = Math.exp(-(await meanOfAnswers(model, samples)));
    await model.close();
    exact ??= meanLogprob;
    say(
      `| ${dtype} | ${value.toFixed(2)} | ${nTokens} | ${(exact - meanLogprob).toFixed(4)} | ${answers.toFixed(4)} |`,
    );
  }
}
