/** The part of Ollama's API that its clients chat through: /api/version, /api/tags, /api/chat, /api/generate. Models
 *  are neither pulled nor unloaded here, and have no tags: `name:latest` is `name`.
 *  Ollama's defaults hold: a stream unless `stream: false`, temperature 0.8, top_k 40, top_p 0.9. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { GenerateRequest, GenerateResult, ModelInput } from '../inference/model.ts';
import { eventStream, jsonLines } from './event-stream.ts';
import { invalidField } from './http-error.ts';
import type { ServedModelEntry } from './model-directory.ts';
import type { RouteContext } from './native-routes.ts';
import {
  type MessageBody,
  messagesOf,
  type SamplingBody,
  samplingOf,
  servedModel,
} from './request-bodies.ts';
import { ollamaChatSchema, ollamaGenerateSchema } from './request-schemas.ts';
import { constraintOf, type ResponseFormat } from './response-format.ts';

interface OllamaBody {
  readonly model: string;
  readonly stream?: boolean | null;
  readonly format?: 'json' | '' | object | null;
  readonly options?: OllamaOptions | null;
}

interface OllamaOptions extends Omit<SamplingBody, 'max_tokens' | 'repetition_penalty'> {
  /** -1: as many as the model gives by itself. */
  readonly num_predict?: number;
  readonly repeat_penalty?: number;
}

interface OllamaChatBody extends OllamaBody {
  readonly messages: readonly MessageBody[];
}

interface OllamaGenerateBody extends OllamaBody {
  readonly prompt: string;
  readonly system?: string;
  readonly raw?: boolean | null;
}

/** Where a piece of the answer stands: in a message, or beside the model's name. */
type Piece = (text: string) => object;

const LATEST = /:latest$/;
const NS_PER_MS = 1e6;

export function addOllamaRoutes(app: FastifyInstance, { models, admission, version }: RouteContext): void {
  const startedAt = new Date().toISOString();
  const tags = ['ollama'];
  const modelBody = ({ id, server: { info } }: ServedModelEntry): object => ({
    name: id,
    model: id,
    modified_at: startedAt,
    size: info.weightBytes ?? 0,
    digest: info.digests?.weights ?? '',
    details: {
      format: info.kind,
      family: '',
      families: [],
      parameter_size: info.parameterCount === null ? '' : String(info.parameterCount),
      quantization_level: info.dtype,
    },
  });

  app.get('/api/version', { schema: { summary: 'Version of this server', tags } }, () => ({ version }));
  app.get('/api/tags', { schema: { summary: 'The models served here', tags } }, () => ({
    models: models.entries().map(modelBody),
  }));

  async function answer(
    body: OllamaBody,
    input: ModelInput,
    piece: Piece,
    reply: FastifyReply,
  ): Promise<unknown> {
    const { id: model, server } = servedModel(models, body.model.replace(LATEST, ''));
    const constraint = constraintOf(
      { response_format: formatOf(body.format), stop: body.options?.stop ?? null },
      server.info,
    );
    const generate = (onText?: GenerateRequest['onText']): Promise<GenerateResult> =>
      admission.run(reply.raw, (signal) =>
        server.complete({
          ...input,
          ...samplingOf(samplingBodyOf(body.options ?? {})),
          ...(constraint && { constraint }),
          ...(onText && { onText }),
          signal,
        }),
      );
    const event = (text: string, end: object): object => ({
      model,
      created_at: new Date().toISOString(),
      ...piece(text),
      ...end,
    });
    if (body.stream === false) {
      const result = await generate();
      return event(result.text, endOf(result));
    }
    const stream = await eventStream(jsonLines, async (emit) => {
      const result = await generate((text) => {
        if (text !== '') emit(event(text, { done: false }));
      });
      emit(event('', endOf(result)));
    });
    return reply.header('content-type', jsonLines.contentType).send(stream);
  }

  app.post<{ Body: OllamaChatBody }>(
    '/api/chat',
    { schema: { summary: "Answer a chat, as Ollama's clients ask", tags, body: ollamaChatSchema } },
    ({ body }, reply) =>
      answer(
        body,
        { messages: messagesOf(body.messages) },
        (content) => ({ message: { role: 'assistant', content } }),
        reply,
      ),
  );

  app.post<{ Body: OllamaGenerateBody }>(
    '/api/generate',
    { schema: { summary: "Answer a prompt, as Ollama's clients ask", tags, body: ollamaGenerateSchema } },
    ({ body }, reply) => answer(body, inputOf(body), (response) => ({ response }), reply),
  );
}

function inputOf({ prompt, system, raw }: OllamaGenerateBody): ModelInput {
  if (!system) return { prompt, raw: raw ?? false };
  if (raw === true) throw invalidField('system', 'stands beside raw: true, which takes none', 'oneOf');
  return {
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: prompt },
    ],
  };
}

function samplingBodyOf({
  num_predict: most,
  repeat_penalty: repeat,
  ...options
}: OllamaOptions): SamplingBody {
  return {
    temperature: 0.8,
    top_k: 40,
    top_p: 0.9,
    ...options,
    ...(most !== undefined && most > 0 && { max_tokens: most }),
    ...(repeat !== undefined && { repetition_penalty: repeat }),
  };
}

/** Any object, or the text "json", or a JSON Schema. */
function formatOf(format: OllamaBody['format']): ResponseFormat | null {
  if (!format) return null;
  if (format === 'json') return { type: 'json_object' };
  return { type: 'json_schema', json_schema: { name: 'format', schema: format } };
}

function endOf({ usage, finishReason, timing }: GenerateResult): object {
  const readMs = timing.ttftMs ?? 0;
  const nanoseconds = (ms: number): number => Math.round(ms * NS_PER_MS);
  return {
    done: true,
    done_reason: finishReason,
    total_duration: nanoseconds(timing.latencyMs),
    load_duration: 0,
    prompt_eval_count: usage.promptTokens,
    prompt_eval_duration: nanoseconds(readMs - (timing.queueMs ?? 0)),
    eval_count: usage.completionTokens,
    eval_duration: nanoseconds(timing.latencyMs - readMs),
  };
}
