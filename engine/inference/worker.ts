/** The worker thread of one model: reads the checkpoint, opens the session, answers requests.
 *  Started by engine/worker-entry.js; a run of ONNX Runtime blocks the thread it is called from. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { readCheckpoint } from '../checkpoint/read-checkpoint.ts';
import { EngineError } from '../errors.ts';
import { createChatTemplate, type ChatTemplate } from '../tokenizer/chat-template.ts';
import { createTokenizer, type Tokenizer } from '../tokenizer/tokenizer.ts';
import { Batcher } from './batcher.ts';
import { Decoder } from './decoder.ts';
import { parameterCountOf, prepareGraph } from './graph-cache.ts';
import type { ModelInput } from './model.ts';
import { clockMs, toPlainError, type FromWorker, type ToWorker, type WorkerInput } from './protocol.ts';
import { chatOf, DEFAULT_MAX_TOKENS } from './request.ts';

interface Loaded {
  readonly checkpoint: Checkpoint;
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate | null;
  readonly decoder: Decoder;
  readonly batcher: Batcher;
}

const port = parentPort!;
const send = (message: FromWorker) => port.postMessage(message);
const aborted = new Set<number>();
let closing = false;
const isAborted = (id: number) => closing || aborted.has(id);

async function load({ path, precision, cacheFolder }: WorkerInput): Promise<Loaded> {
  const checkpoint = await readCheckpoint(path);
  try {
    const tokenizer = createTokenizer(checkpoint.tokenizer);
    if (tokenizer.vocabSize > checkpoint.spec.vocabSize) {
      throw new EngineError(
        'E_TOKENIZER_INVALID',
        `the tokenizer has ${tokenizer.vocabSize} tokens, the weights have ${checkpoint.spec.vocabSize}`,
      );
    }
    const { chatTemplate } = checkpoint;
    const template = chatTemplate === null ? null : createChatTemplate(chatTemplate, checkpoint.tokenizer);
    const graph = await prepareGraph(checkpoint, precision, cacheFolder);
    const decoder = await Decoder.open(checkpoint.spec, graph, parameterCountOf(checkpoint));
    const batcher = new Batcher(decoder, tokenizer, checkpoint.eosTokenIds);
    return { checkpoint, tokenizer, template, decoder, batcher };
  } finally {
    await checkpoint.weights.close();
  }
}

/** @throws EngineError E_CHAT_TEMPLATE_INVALID for messages to a model without a template */
function tokensOf(model: Loaded, input: ModelInput): number[] {
  const raw = input.messages === undefined && (input.raw === true || model.template === null);
  if (!raw && model.template === null) {
    throw new EngineError('E_CHAT_TEMPLATE_INVALID', 'this model has no chat template, but got messages', {
      remedy: 'Give a prompt instead of messages.',
    });
  }
  const tokens = raw
    ? model.tokenizer.encode(input.prompt)
    : model.tokenizer.encode(model.template!.render(chatOf(input)), false);
  if (tokens.length === 0) {
    throw new EngineError('E_PROMPT_EMPTY', 'the tokenizer makes no tokens of the prompt');
  }
  return tokens;
}

async function generate(model: Loaded, request: Extract<ToWorker, { type: 'generate' }>): Promise<void> {
  const { id, sampling } = request;
  const promptTokens = tokensOf(model, request.input);
  const room = model.checkpoint.spec.maxPositions - promptTokens.length;
  const maxTokens = sampling.maxTokens ?? Math.min(DEFAULT_MAX_TOKENS, room);
  if (maxTokens > room || room < 1) {
    throw new EngineError(
      'E_PROMPT_TOO_LONG',
      `${promptTokens.length} prompt tokens and ${Math.max(1, maxTokens)} to generate do not fit into a context ` +
        `of ${model.checkpoint.spec.maxPositions}`,
    );
  }
  let firstTokenAtMs: number | null = null;
  const result = await model.batcher.generate({
    ...sampling,
    promptTokens,
    maxTokens,
    logprobs: request.logprobs,
    isAborted: () => isAborted(id),
    onToken: () => {
      firstTokenAtMs ??= clockMs();
    },
    onText: (text) => {
      if (request.wantsText) send({ type: 'text', id, text });
    },
  });
  const lastTokenAtMs = clockMs();
  send({
    type: 'generated',
    id,
    result,
    promptTokens: promptTokens.length,
    firstTokenAtMs: firstTokenAtMs ?? lastTokenAtMs,
    lastTokenAtMs,
  });
}

/** Input and completion are encoded apart: these are the tokens the model would have had to generate. */
async function logLikelihood(
  model: Loaded,
  request: Extract<ToWorker, { type: 'logLikelihood' }>,
): Promise<void> {
  const { id } = request;
  const promptTokens = tokensOf(model, request.input);
  const completionTokens = model.tokenizer.encode(request.completion, false);
  const { maxPositions } = model.checkpoint.spec;
  if (promptTokens.length + completionTokens.length > maxPositions) {
    throw new EngineError(
      'E_PROMPT_TOO_LONG',
      `${promptTokens.length} prompt and ${completionTokens.length} completion tokens do not fit into a context ` +
        `of ${maxPositions}`,
      { remedy: 'Shorten the prompt or the completion.' },
    );
  }
  const result = await model.batcher.score({
    promptTokens,
    completionTokens,
    isAborted: () => isAborted(id),
  });
  send({ type: 'scored', id, result });
}

async function answer(model: Loaded, request: Exclude<ToWorker, { type: 'close' }>): Promise<void> {
  if (request.type === 'abort') {
    aborted.add(request.id);
    return;
  }
  try {
    await (request.type === 'generate' ? generate(model, request) : logLikelihood(model, request));
  } catch (error) {
    send({ type: 'failed', id: request.id, error: toPlainError(error) });
  } finally {
    aborted.delete(request.id);
  }
}

/** Gives up what is under way, then ends the thread. */
async function close(model: Loaded): Promise<void> {
  closing = true;
  await model.batcher.idle();
  await model.decoder.release();
  port.close();
}

try {
  const model = await load(workerData as WorkerInput);
  port.on('message', (message: ToWorker) => {
    void (message.type === 'close' ? close(model) : answer(model, message));
  });
  const { digests, spec } = model.checkpoint;
  send({
    type: 'loaded',
    model: {
      digests,
      parameterCount: parameterCountOf(model.checkpoint),
      contextLength: spec.maxPositions,
    },
  });
} catch (error) {
  send({ type: 'loadFailed', error: toPlainError(error) });
}
