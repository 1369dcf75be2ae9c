/** What `harness generate` does with its arguments: answers on standard output, in the order of the prompts. */
import { readFile } from 'node:fs/promises';
import type { Constraint, GenerateRequest, GenerateResult, Model, ModelInput } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { openModel } from '../models/open-model.ts';
import type { GenerateArguments } from './commands/generate.ts';
import { tellDevice } from './tell-device.ts';
import { startProgress } from './progress.ts';
import { parsePromptLines } from './prompt-lines.ts';
import { wholeNumber } from './whole-number.ts';

/** @throws HarnessError E_USAGE, E_FILE_NOT_FOUND, E_INPUT_INVALID; whatever opening and asking the model throws */
export async function generateFromCommandLine(argv: GenerateArguments): Promise<void> {
  const inputs = await inputsOf(argv);
  const constraint = argv.jsonSchema === undefined ? null : await schemaIn(argv.jsonSchema);
  wholeNumber('concurrency', argv.concurrency, 1);
  const { device, dtype } = argv;
  const model = await openModel(argv.model, {
    ...(device !== undefined && { device }),
    ...(dtype !== undefined && { dtype }),
  });
  tellDevice(model.info, device !== undefined);
  try {
    if (argv.prompt !== undefined && !argv.json)
      await streamOne(model, requestOf(argv, inputs[0]!, constraint));
    else await answerAll(model, argv, inputs, constraint);
  } finally {
    await model.close();
  }
}

async function inputsOf(argv: GenerateArguments): Promise<readonly ModelInput[]> {
  const { prompt, prompts } = argv;
  if ((prompt === undefined) === (prompts === undefined)) {
    throw new HarnessError('E_USAGE', 'Give exactly one of --prompt and --prompts.');
  }
  const raw = argv.raw || !argv.chat;
  if (prompt !== undefined) return [{ prompt, raw }];
  let text: string;
  try {
    text = await readFile(prompts!, 'utf8');
  } catch (cause) {
    throw new HarnessError('E_FILE_NOT_FOUND', `Cannot read the prompts file ${prompts}.`, { cause });
  }
  return parsePromptLines(prompts!, text, raw);
}

/** @throws HarnessError E_FILE_NOT_FOUND, E_INPUT_INVALID */
async function schemaIn(path: string): Promise<Constraint> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new HarnessError('E_FILE_NOT_FOUND', `Cannot read the schema ${path}.`, { cause });
  }
  let jsonSchema: unknown;
  try {
    jsonSchema = JSON.parse(text);
  } catch (cause) {
    throw new HarnessError('E_INPUT_INVALID', `${path} is not JSON: ${String(cause)}`, { cause });
  }
  // Whatever else it is, the request's check tells.
  return { jsonSchema: jsonSchema as object };
}

function requestOf(
  argv: GenerateArguments,
  input: ModelInput,
  constraint: Constraint | null,
): GenerateRequest {
  const { maxTokens, temperature, topP, topK, minP, stop, seed, logprobs } = argv;
  const { repetitionPenalty, presencePenalty, frequencyPenalty } = argv;
  return {
    ...input,
    ...(maxTokens !== undefined && { maxTokens }),
    temperature,
    topP,
    topK,
    minP,
    repetitionPenalty,
    presencePenalty,
    frequencyPenalty,
    stop,
    seed,
    logprobs: logprobs && argv.json,
    ...(constraint && { constraint }),
  };
}

async function streamOne(model: Model, request: GenerateRequest): Promise<void> {
  await model.generate({ ...request, onText: (text) => process.stdout.write(shown(text)) });
  process.stdout.write('\n');
}

/** Keeps `concurrency` prompts in flight; an answer is printed when all before it are. */
async function answerAll(
  model: Model,
  argv: GenerateArguments,
  inputs: readonly ModelInput[],
  constraint: Constraint | null,
): Promise<void> {
  const finished = new Map<number, GenerateResult>();
  let next = 0;
  let printed = 0;
  let done = 0;
  const stop = new AbortController();
  const progress = inputs.length > 1 ? startProgress(process.stderr) : null;
  progress?.phase('generating');
  const work = async () => {
    while (next < inputs.length && !stop.signal.aborted) {
      const index = next++;
      const request = { ...requestOf(argv, inputs[index]!, constraint), signal: stop.signal };
      finished.set(index, await model.generate(request));
      done++;
      for (; finished.has(printed); printed++) {
        print(finished.get(printed)!, argv.json);
        finished.delete(printed);
      }
      progress?.update({ done, planned: inputs.length });
    }
  };
  const workers = Array.from({ length: Math.min(argv.concurrency, inputs.length) }, work);
  try {
    await Promise.all(workers);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(workers);
    throw error;
  } finally {
    progress?.stop();
  }
}

function print(result: GenerateResult, json: boolean): void {
  const { text, tokens, usage, finishReason, logprobs } = result;
  const record = { text, tokens, usage, finishReason, ...(logprobs && { logprobs }) };
  process.stdout.write(`${json ? JSON.stringify(record) : shown(text)}\n`);
}

/** What a model writes is not to be trusted with a terminal: escape sequences could rewrite what was printed. */
function shown(text: string): string {
  return process.stdout.isTTY ? text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD') : text;
}
