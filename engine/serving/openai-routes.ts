/** OpenAI's routes, the part of them that is supported: models, chat completions, completions.
 *  OpenAI's defaults hold here: temperature 1, and 16 tokens for a completion. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { GenerateRequest, GenerateResult, ModelInput } from '../inference/model.ts';
import { eventStream } from './event-stream.ts';
import { invalidField, refusal } from './http-error.ts';
import type { ServedModelEntry } from './model-directory.ts';
import { type RouteContext, usageBody } from './native-routes.ts';
import {
  type ChatBody,
  type CompletionBody,
  type LogLikelihoodBody,
  messagesOf,
  requireTokenIds,
  samplingOf,
  servedModel,
} from './request-bodies.ts';
import { chatSchema, completionSchema, logLikelihoodSchema } from './request-schemas.ts';

/** What differs between the two kinds of completion. */
interface Form {
  readonly idPrefix: string;
  readonly object: string;
  readonly chunkObject: string;
  readonly logprobs: (result: GenerateResult) => object | null;
  readonly choice: (text: string) => object;
  readonly delta: (text: string) => object;
  /** Of the first and of the last chunk, which carry no text. */
  readonly first: object | null;
  readonly last: object;
}

const tokenName = (id: number): string => `token_id:${id}`;

const chatForm: Form = {
  idPrefix: 'chatcmpl-',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  logprobs: ({ tokens, logprobs }) =>
    logprobs === undefined
      ? null
      : {
          content: logprobs.map((logprob, i) => ({
            token: tokenName(tokens[i]!),
            logprob,
            bytes: null,
            top_logprobs: [],
          })),
          refusal: null,
        },
  choice: (content) => ({ message: { role: 'assistant', content, refusal: null } }),
  delta: (content) => ({ delta: { content } }),
  first: { delta: { role: 'assistant', content: '' } },
  last: { delta: {} },
};

const completionForm: Form = {
  idPrefix: 'cmpl-',
  object: 'text_completion',
  chunkObject: 'text_completion',
  logprobs: ({ tokens, logprobs }) =>
    logprobs === undefined
      ? null
      : {
          tokens: tokens.map(tokenName),
          token_logprobs: logprobs,
          top_logprobs: null,
          text_offset: [],
        },
  choice: (text) => ({ text }),
  delta: (text) => ({ text }),
  first: null,
  last: { text: '' },
};

export function addOpenaiRoutes(app: FastifyInstance, context: RouteContext): void {
  const { models, admission } = context;
  const created = Math.floor(Date.now() / 1000);

  /** The reference stays here: it may be a path of this machine. */
  const modelBody = ({ id, server }: ServedModelEntry): object => {
    const { reference: _reference, ...info } = server.info;
    return { id, object: 'model', created, owned_by: 'modelgate', modelgate: info };
  };

  app.get('/v1/models', () => ({ object: 'list', data: models.entries().map(modelBody) }));

  // A wildcard: names such as owner/name hold a slash.
  app.get<{ Params: { readonly '*': string } }>('/v1/models/*', (request) =>
    modelBody(servedModel(models, request.params['*'])),
  );

  async function complete(
    form: Form,
    body: ChatBody | CompletionBody,
    input: ModelInput,
    reply: FastifyReply,
  ): Promise<unknown> {
    const { id: model, server } = servedModel(models, body.model);
    const wantsLogprobs = body.logprobs !== undefined && body.logprobs !== null && body.logprobs !== false;
    requireTokenIds(body, wantsLogprobs);
    const request: GenerateRequest = {
      temperature: 1,
      ...input,
      ...samplingOf(body),
      logprobs: wantsLogprobs,
    };
    const head = {
      id: `${form.idPrefix}${randomUUID()}`,
      created: Math.floor(Date.now() / 1000),
      model,
    };
    const tokenIds = ({ tokens }: GenerateResult): object =>
      body.return_token_ids === true ? { token_ids: tokens } : {};

    if (body.stream !== true) {
      const result = await admission.run(reply.raw, (signal) => server.complete({ ...request, signal }));
      return {
        ...head,
        object: form.object,
        choices: [
          {
            index: 0,
            ...form.choice(result.text),
            logprobs: form.logprobs(result),
            finish_reason: result.finishReason,
            ...tokenIds(result),
          },
        ],
        usage: usageBody(result.usage),
      };
    }

    const includeUsage = body.stream_options?.include_usage === true;
    const chunk = (choice: object, finishReason: string | null): object => ({
      ...head,
      object: form.chunkObject,
      choices: [{ index: 0, ...choice, logprobs: null, finish_reason: finishReason }],
      ...(includeUsage && { usage: null }),
    });
    const stream = await eventStream(async (emit) => {
      let begun = false;
      const begin = (): void => {
        if (!begun && form.first !== null) emit(chunk(form.first, null));
        begun = true;
      };
      const onText = (text: string): void => {
        begin();
        if (text !== '') emit(chunk(form.delta(text), null));
      };
      const result = await admission.run(reply.raw, (signal) =>
        server.complete({ ...request, signal, onText }),
      );
      begin();
      emit(chunk({ ...form.last, ...tokenIds(result) }, result.finishReason));
      if (includeUsage) {
        emit({ ...head, object: form.chunkObject, choices: [], usage: usageBody(result.usage) });
      }
    });
    return reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(stream);
  }

  app.post<{ Body: ChatBody }>('/v1/chat/completions', { schema: { body: chatSchema } }, (request, reply) => {
    const { max_completion_tokens: most, ...body } = request.body;
    const limited = typeof most === 'number' ? { ...body, max_tokens: most } : body;
    return complete(chatForm, limited, { messages: messagesOf(body.messages) }, reply);
  });

  app.post<{ Body: CompletionBody }>(
    '/v1/completions',
    { schema: { body: completionSchema } },
    ({ body }, reply) =>
      complete(
        completionForm,
        { ...body, max_tokens: body.max_tokens ?? 16 },
        { prompt: body.prompt, raw: true },
        reply,
      ),
  );

  // Ours: the likelihood of a given answer, by which a damaged model is told from a whole one.
  app.post<{ Body: LogLikelihoodBody }>(
    '/v1/loglikelihood',
    { schema: { body: logLikelihoodSchema } },
    async ({ body }, reply) => {
      const { id, server } = servedModel(models, body.model);
      if (!server.info.scoresText) {
        throw refusal('E_NOT_OFFERED', `${id} tells no likelihood of text.`);
      }
      const input = inputOf(body);
      const result = await admission.run(reply.raw, (signal) =>
        server.logLikelihood({ ...input, completion: body.completion, signal }),
      );
      return { log_likelihood: result.logLikelihood, logprobs: result.logprobs, greedy: result.greedy };
    },
  );
}

function inputOf({ prompt, messages, raw }: LogLikelihoodBody): ModelInput {
  if (messages === undefined) {
    if (prompt === undefined) throw invalidField('prompt', 'is missing', 'required');
    return { prompt, raw: raw ?? false };
  }
  if (prompt !== undefined) throw invalidField('prompt', 'stands beside messages: give one of them', 'oneOf');
  if (raw !== undefined) throw invalidField('raw', 'stands beside messages: it is for a prompt', 'oneOf');
  return { messages: messagesOf(messages) };
}
