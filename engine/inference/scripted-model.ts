/** A model that answers from a list: a deterministic stand-in for tests of everything around a model.
 *  Counts words instead of tokens; knows no probabilities. */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EngineError } from '../errors.ts';
import { StopMatcher } from '../tokenizer/text-stream.ts';
import type {
  GenerateRequest,
  GenerateResult,
  LogLikelihoodRequest,
  LogLikelihoodResult,
  Model,
  ModelInfo,
} from './model.ts';
import { clockMs } from './protocol.ts';
import { chatOf, checkGenerateRequest, checkLogLikelihoodRequest, DEFAULT_MAX_TOKENS } from './request.ts';

export interface Script {
  /** What is answered to any other prompt. */
  readonly default: string;
  /** By prompt; in a chat, by the last message. */
  readonly replies: Readonly<Record<string, string>>;
  /** Before the first word; default 0. */
  readonly delayMs: number;
}

/** @param path JSON `{"default": "…", "replies": {"prompt": "reply"}, "delayMs"?: n}`
 *  @throws EngineError E_MODEL_NOT_FOUND, E_CHECKPOINT_INVALID */
export async function loadScriptedModel(
  path: string,
  options: { readonly reference?: string; readonly name?: string } = {},
): Promise<Model> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new EngineError('E_MODEL_NOT_FOUND', `there is no script at ${resolve(path)}`, { cause });
  }
  return new ScriptedModel(parseScript(path, text), {
    reference: options.reference ?? `scripted:${path}`,
    name: options.name ?? basename(path).replace(/\.json$/i, ''),
    kind: 'scripted',
    digests: null,
    device: 'cpu',
    dtype: 'none',
    parameterCount: null,
    contextLength: null,
    scoresText: false,
  });
}

class ScriptedModel implements Model {
  readonly info: ModelInfo;
  readonly #script: Script;
  #closed = false;

  constructor(script: Script, info: ModelInfo) {
    this.#script = script;
    this.info = info;
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    const startMs = clockMs();
    const sampling = checkGenerateRequest(request);
    if (sampling.constraint !== null) {
      throw new EngineError('E_REQUEST_INVALID', 'a scripted model follows no constraint', {
        remedy: 'Use a model whose info.constrains is true.',
      });
    }
    if (request.logprobs || request.promptLogprobs || request.topLogprobs) throw noProbabilities();
    this.#checkOpen();
    const { signal } = request;
    try {
      signal?.throwIfAborted();
      if (this.#script.delayMs > 0) await setTimeout(this.#script.delayMs, undefined, { signal });
    } catch (cause) {
      throw new EngineError('E_ABORTED', 'the request was given up by its caller', { cause });
    }
    const ttftMs = clockMs() - startMs;
    const messages = chatOf(request);
    const asked = messages.at(-1)!.content;
    const { replies } = this.#script;
    const words = wordsOf(Object.hasOwn(replies, asked) ? replies[asked]! : this.#script.default);
    const spoken = words.slice(0, sampling.maxTokens ?? DEFAULT_MAX_TOKENS);
    const stops = new StopMatcher(sampling.stop);
    let text = '';
    const emit = (piece: string) => {
      text += piece;
      if (piece !== '') request.onText?.(piece, []);
    };
    for (const word of spoken) emit(stops.push(word));
    emit(stops.flush());
    const promptTokens = messages.reduce((sum, { content }) => sum + wordsOf(content).length, 0);
    const completionTokens = stops.stopped ? wordsOf(text).length : spoken.length;
    return {
      text,
      tokens: [],
      usage: { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens },
      finishReason: spoken.length < words.length && !stops.stopped ? 'length' : 'stop',
      timing: { latencyMs: clockMs() - startMs, ttftMs },
    };
  }

  async logLikelihood(request: LogLikelihoodRequest): Promise<LogLikelihoodResult> {
    checkLogLikelihoodRequest(request);
    throw noProbabilities();
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #checkOpen(): void {
    if (this.#closed) throw new EngineError('E_MODEL_CLOSED', `the model ${this.info.name} was closed`);
  }
}

function noProbabilities(): EngineError {
  return new EngineError('E_REQUEST_INVALID', 'a scripted model gives no probabilities', {
    remedy: 'Use a model whose info.scoresText is true.',
  });
}

/** Words, each with the white space before it: together they are the text, trailing space left out. */
function wordsOf(text: string): string[] {
  return text.match(/\s*\S+/gu) ?? [];
}

function parseScript(path: string, text: string): Script {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('E_CHECKPOINT_INVALID', `${path} is not JSON: ${String(cause)}`, { cause });
  }
  const {
    default: fallback,
    replies = {},
    delayMs = 0,
  } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (
    typeof fallback !== 'string' ||
    !isReplies(replies) ||
    typeof delayMs !== 'number' ||
    !(delayMs >= 0 && delayMs <= 600_000)
  ) {
    throw new EngineError('E_CHECKPOINT_INVALID', `${path} is not a script`, {
      remedy: 'Write {"default": "…", "replies": {"prompt": "reply"}, "delayMs": 0}.',
    });
  }
  return { default: fallback, replies, delayMs };
}

function isReplies(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((reply) => typeof reply === 'string')
  );
}
