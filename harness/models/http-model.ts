/** HttpModel: any OpenAI-compatible endpoint as a Model. Our own server tells more than others (token ids,
 *  likelihood of text); whether it is ours is read from its list of models. */
import {
  checkGenerateRequest,
  checkLogLikelihoodRequest,
  type Constraint,
  EngineError,
  type EngineErrorCode,
  type GenerateRequest,
  type GenerateResult,
  type LogLikelihoodRequest,
  type LogLikelihoodResult,
  type Model,
  type ModelInfo,
  type ModelInput,
} from '../../engine/index.ts';
import {
  type CompletionAnswer,
  type CompletionKind,
  CompletionStream,
  type StreamPiece,
  readCompletion,
} from './completion-answers.ts';
import { Endpoint, EndpointError, type EndpointOptions, type EndpointRequest } from './endpoint.ts';
import { eventParser } from './server-sent-events.ts';

/** Where the caller names no number, as everywhere. */
const DEFAULT_MAX_TOKENS = 128;

export interface HttpModelAddress {
  readonly reference: string;
  /** Such as `http://host/v1`. */
  readonly baseUrl: string;
  readonly model: string;
}

/** Asks the endpoint for its models, and returns the one named. An endpoint without such a list is taken at its
 *  word.
 *  @throws HarnessError E_ENDPOINT when it is not there or refuses the key */
export async function openHttpModel(
  address: HttpModelAddress,
  options: EndpointOptions = {},
): Promise<Model> {
  const endpoint = new Endpoint(address.baseUrl, options);
  try {
    const entry = await listedEntry(endpoint, address.model);
    return new HttpModel(endpoint, address, entry);
  } catch (error) {
    await endpoint.close();
    throw error;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const NO_LIST = new Set([404, 405, 501]);

async function listedEntry(endpoint: Endpoint, model: string): Promise<Fields> {
  let list: unknown;
  try {
    list = await endpoint.json({ path: '/models' });
  } catch (error) {
    if (error instanceof EndpointError && error.status !== null && NO_LIST.has(error.status)) return {};
    throw error;
  }
  const { data } = (list ?? {}) as Fields;
  const entries = Array.isArray(data) ? (data as unknown[]) : [];
  const found = entries.find((entry): entry is Fields => (entry as Fields | null)?.['id'] === model);
  return found ?? {};
}

const textOr = (value: unknown, other: string): string => (typeof value === 'string' ? value : other);
const countOrNull = (value: unknown): number | null =>
  Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : null;

class HttpModel implements Model {
  readonly info: ModelInfo;
  readonly #endpoint: Endpoint;
  readonly #model: string;
  /** The server is ours: it answers to our extensions. */
  readonly #own: boolean;
  #closed = false;

  constructor(endpoint: Endpoint, { reference, model }: HttpModelAddress, entry: Fields) {
    this.#endpoint = endpoint;
    this.#model = model;
    const own = entry['modelgate'];
    this.#own = typeof own === 'object' && own !== null;
    const told = this.#own ? (own as Fields) : {};
    this.info = {
      reference,
      name: model,
      kind: 'http',
      // What a server says of its weights is no evidence about them.
      digests: null,
      device: textOr(told['device'], 'remote'),
      dtype: textOr(told['dtype'], 'unknown'),
      parameterCount: countOrNull(told['parameterCount']),
      contextLength: countOrNull(told['contextLength'] ?? entry['max_model_len']),
      scoresText: told['scoresText'] === true,
      constrains: this.#own ? told['constrains'] === true : true,
    };
  }

  /** @throws EngineError as every Model; HarnessError E_ENDPOINT */
  async generate(request: GenerateRequest): Promise<GenerateResult> {
    this.#requireOpen();
    const sampling = checkGenerateRequest(request);
    if (request.promptLogprobs === true) {
      throw new EngineError('E_REQUEST_INVALID', 'log-probabilities of a prompt are not read over HTTP', {
        remedy: 'Use logLikelihood.',
      });
    }
    const { signal, onText, logprobs = false, topLogprobs = 0 } = request;
    const kind: CompletionKind = request.raw === true || request.tokens !== undefined ? 'text' : 'chat';
    const path = kind === 'chat' ? '/chat/completions' : '/completions';
    const leavesLengthToModel = this.#own && kind === 'chat' && sampling.maxTokens === null;
    const body = {
      model: this.#model,
      ...(kind === 'chat' ? { messages: messagesOf(request) } : { prompt: request.prompt ?? request.tokens }),
      ...(!leavesLengthToModel && { max_tokens: sampling.maxTokens ?? DEFAULT_MAX_TOKENS }),
      temperature: sampling.temperature,
      top_p: sampling.topP,
      seed: sampling.seed,
      // No endpoint needs to know these at values that change nothing.
      ...(sampling.topK > 0 && { top_k: sampling.topK }),
      ...(sampling.minP > 0 && { min_p: sampling.minP }),
      ...(sampling.repetitionPenalty !== 1 && { repetition_penalty: sampling.repetitionPenalty }),
      ...(sampling.presencePenalty !== 0 && { presence_penalty: sampling.presencePenalty }),
      ...(sampling.frequencyPenalty !== 0 && { frequency_penalty: sampling.frequencyPenalty }),
      ...(Object.keys(sampling.logitBias).length > 0 && { logit_bias: sampling.logitBias }),
      ...(sampling.stop.length > 0 && { stop: sampling.stop }),
      ...(logprobs &&
        (kind === 'text' ? { logprobs: topLogprobs } : { logprobs: true, top_logprobs: topLogprobs })),
      ...(sampling.constraint && { response_format: responseFormatOf(sampling.constraint, kind) }),
      ...(this.#own && { return_token_ids: true }),
    };
    const startMs = performance.now();
    let firstTextMs: number | null = null;
    let requestId: string | null = null;
    const onRequestId = (id: string): void => void (requestId = id);
    const answer = await this.#asked(async () => {
      if (onText === undefined) {
        return readCompletion(kind, await this.#endpoint.json({ path, body, signal, onRequestId }));
      }
      return await this.#streamed(kind, { path, body, signal, onRequestId }, (piece) => {
        firstTextMs ??= performance.now();
        onText(piece.text, piece.logprobs);
      });
    });
    if (logprobs && answer.logprobs === null) {
      throw new EndpointError(`${this.#endpoint.baseUrl} gives no log-probabilities.`);
    }
    return {
      text: answer.text,
      tokens: answer.tokens,
      // Text completions tell the token itself among the likeliest ones.
      ...(logprobs &&
        answer.logprobs !== null && {
          logprobs: answer.logprobs.map((told) => ({ ...told, top: told.top.slice(0, topLogprobs) })),
        }),
      usage: answer.usage,
      ...((requestId ?? answer.id) !== null && { requestId: requestId ?? answer.id! }),
      finishReason: answer.finishReason,
      timing: {
        latencyMs: performance.now() - startMs,
        ttftMs: firstTextMs === null ? null : firstTextMs - startMs,
      },
    };
  }

  /** @throws EngineError E_REQUEST_INVALID where the endpoint does not offer it; HarnessError E_ENDPOINT */
  async logLikelihood(request: LogLikelihoodRequest): Promise<LogLikelihoodResult> {
    this.#requireOpen();
    checkLogLikelihoodRequest(request);
    if (!this.info.scoresText) {
      throw new EngineError('E_REQUEST_INVALID', `${this.info.reference} tells no likelihood of given text.`);
    }
    const { prompt, messages, raw = false, tokens, completion, signal } = request;
    const input =
      messages === undefined ? { prompt: prompt ?? tokens, raw: raw || tokens !== undefined } : { messages };
    const body = { model: this.#model, ...input, completion };
    const answer = (await this.#asked(() =>
      this.#endpoint.json({ path: '/loglikelihood', body, signal }),
    )) as Fields;
    const { log_likelihood: logLikelihood, logprobs, greedy } = answer;
    if (
      typeof logLikelihood !== 'number' ||
      !Array.isArray(logprobs) ||
      !logprobs.every((value) => typeof value === 'number') ||
      typeof greedy !== 'boolean'
    ) {
      throw new EndpointError(`${this.#endpoint.baseUrl}/loglikelihood answered without its fields.`);
    }
    return { logLikelihood, logprobs, greedy };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#endpoint.close();
  }

  #requireOpen(): void {
    if (this.#closed) throw new EngineError('E_MODEL_CLOSED', `${this.info.reference} was closed.`);
  }

  async #streamed(
    kind: CompletionKind,
    request: EndpointRequest,
    onPiece: (piece: StreamPiece) => void,
  ): Promise<CompletionAnswer> {
    const collected = new CompletionStream(kind);
    const parse = eventParser();
    const body = { ...request.body, stream: true, stream_options: { include_usage: true } };
    await this.#endpoint.stream({ ...request, body }, (piece) => {
      for (const data of parse(piece)) {
        const added = collected.add(data);
        if (added.text !== '' || added.logprobs.length > 0) onPiece(added);
      }
    });
    return collected.end();
  }

  /** Gives back the engine's own errors where the endpoint told their code. */
  async #asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      if (this.#closed)
        throw new EngineError('E_MODEL_CLOSED', `${this.info.reference} was closed.`, { cause: error });
      throw error instanceof EndpointError ? (engineErrorOf(error, this.#own) ?? error) : error;
    }
  }
}

function responseFormatOf({ jsonSchema, regex }: Constraint, kind: CompletionKind): object {
  if (regex !== undefined || kind === 'text') {
    const what = kind === 'text' ? 'a constraint of a prompt as it stands' : 'a regular expression';
    throw new EngineError('E_REQUEST_INVALID', `${what} is not sent over HTTP`, {
      remedy: 'Ask a chat for jsonSchema or jsonObject.',
    });
  }
  if (jsonSchema === undefined) return { type: 'json_object' };
  return { type: 'json_schema', json_schema: { name: 'answer', schema: jsonSchema, strict: true } };
}

function messagesOf(input: ModelInput): readonly object[] {
  if (input.prompt !== undefined) return [{ role: 'user', content: input.prompt }];
  return (input.messages ?? []).map(({ role, content }) => ({ role, content }));
}

/** Codes of our server that are about the request, not about the endpoint. */
const OWN_CODES: readonly EngineErrorCode[] = [
  'E_PROMPT_EMPTY',
  'E_REQUEST_INVALID',
  'E_CHAT_TEMPLATE_INVALID',
];

function engineErrorOf(error: EndpointError, own: boolean): EngineError | null {
  const refusal = ((error.body as Fields | null | undefined)?.['error'] ?? {}) as Fields;
  const { code, message } = refusal;
  const what = typeof message === 'string' ? message.slice(0, 300) : error.message;
  // OpenAI's own code, which most servers share.
  if (code === 'context_length_exceeded') return new EngineError('E_PROMPT_TOO_LONG', what, { cause: error });
  const known = own ? OWN_CODES.find((candidate) => candidate === code) : undefined;
  return known === undefined ? null : new EngineError(known, what, { cause: error });
}
