/** OpenAI's routes, the part of them that is supported: models, chat completions, completions.
 *  OpenAI's defaults hold here: temperature 1, and 16 tokens for a completion. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Constraint } from '../grammar/constraint.ts';
import type { GenerateRequest, GenerateResult, ModelInput, TokenLogprob } from '../inference/model.ts';
import { byId, byText, chatForm, type CompletionForm, textForm } from './completion-forms.ts';
import { constraintOf } from './response-format.ts';
import { eventStream, serverSentEvents } from './event-stream.ts';
import { invalidField, refusal } from './http-error.ts';
import type { ServedModelEntry } from './model-directory.ts';
import { type RouteContext, usageBody } from './native-routes.ts';
import {
  type ChatBody,
  type CompletionBody,
  inputOf,
  type LogLikelihoodBody,
  messagesOf,
  promptsOf,
  samplingOf,
  seedOf,
  servedModel,
  type Writable,
} from './request-bodies.ts';
import { chatSchema, completionSchema, logLikelihoodSchema } from './request-schemas.ts';
import { uniqueId } from './unique-id.ts';

/** What a completion of either kind asks for. */
interface Asked {
  readonly form: CompletionForm;
  readonly entry: ServedModelEntry;
  readonly body: ChatBody | CompletionBody;
  /** Each answered `n` times. */
  readonly inputs: readonly ModelInput[];
  /** Null: no log-probabilities. */
  readonly topLogprobs: number | null;
  readonly echo: boolean;
  readonly constraint: Constraint | null;
}

export function addOpenaiRoutes(app: FastifyInstance, context: RouteContext): void {
  const { models, admission } = context;
  const startedS = Math.floor(Date.now() / 1000);
  const tags = ['openai'];

  /** The reference stays here: it may be a path of this machine. */
  const modelBody = ({ id, server }: ServedModelEntry): object => {
    const { reference: _reference, ...info } = server.info;
    return { id, object: 'model', created: startedS, owned_by: 'modelgate', modelgate: info };
  };

  app.get('/v1/models', { schema: { summary: 'The models served here', tags } }, () => ({
    object: 'list',
    data: models.entries().map(modelBody),
  }));

  // A wildcard: names such as owner/name hold a slash.
  app.get<{ Params: { readonly '*': string } }>(
    '/v1/models/*',
    { schema: { summary: 'One model', tags } },
    (request) => modelBody(servedModel(models, request.params['*'])),
  );

  async function complete(asked: Asked, reply: FastifyReply): Promise<unknown> {
    const { form, entry, body, inputs, topLogprobs, echo } = asked;
    const { id: model, server } = entry;
    const requests = requestsOf(asked);
    const copies = requests.length / inputs.length;
    const id = `${form.idPrefix}${uniqueId()}`;
    const created = Math.floor(Date.now() / 1000);
    const name = body.return_tokens_as_token_ids === true ? byId : byText;
    // A model that keeps its tokens to itself has no list of them: none is sent, rather than an empty one.
    const addTokenIds = (choice: object, { tokens, usage }: GenerateResult): object =>
      body.return_token_ids === true && (tokens.length > 0 || usage.completionTokens === 0)
        ? Object.assign(choice, { token_ids: tokens })
        : choice;
    const echoed = echo ? await Promise.all(inputs.map((input) => promptText(server, input))) : [];
    const echoOf = (index: number): string => echoed[Math.floor(index / copies)] ?? '';
    const generateAll = (
      onText?: (index: number, text: string, logprobs: readonly TokenLogprob[]) => void,
    ): Promise<readonly GenerateResult[]> =>
      admission.run(
        reply.raw,
        (signal) =>
          allOrNone(signal, requests, (request, index, shared) => {
            request.signal = shared;
            if (onText) request.onText = (text, pieces) => onText(index, text, pieces);
            return server.complete(request);
          }),
        requests.length,
      );

    if (body.stream !== true) {
      const results = await generateAll();
      const choices = results.map((result, index) => {
        const text = echoOf(index) + result.text;
        const logprobs = topLogprobs === null ? null : form.logprobs(logprobsOf(result, echo), name, 0);
        return addTokenIds(form.choice(index, text, logprobs, result.finishReason), result);
      });
      return {
        id,
        object: form.object,
        created,
        model,
        choices,
        usage: usageBody(totalUsage(results, copies)),
      };
    }

    const includeUsage = body.stream_options?.include_usage === true;
    const chunk = (index: number, choice: object, finishReason: string | null): object => ({
      id,
      object: form.chunkObject,
      created,
      model,
      choices: [{ index, logprobs: null, ...choice, finish_reason: finishReason }],
      ...(includeUsage && { usage: null }),
    });
    const stream = await eventStream(serverSentEvents, async (emit) => {
      const lengths = requests.map(() => 0);
      const begun = new Set<number>();
      const begin = (index: number): void => {
        if (!begun.has(index) && form.first !== null) emit(chunk(index, form.first, null));
        begun.add(index);
      };
      const results = await generateAll((index, text, pieces) => {
        begin(index);
        if (text === '' && pieces.length === 0) return;
        const told = topLogprobs === null ? {} : { logprobs: form.logprobs(pieces, name, lengths[index]!) };
        lengths[index]! += text.length;
        emit(chunk(index, { ...form.delta(text), ...told }, null));
      });
      results.forEach((result, index) => {
        begin(index);
        emit(chunk(index, addTokenIds({ ...form.last }, result), result.finishReason));
      });
      if (includeUsage) {
        const usage = usageBody(totalUsage(results, copies));
        emit({ id, object: form.chunkObject, created, model, choices: [], usage });
      }
    });
    return reply
      .header('content-type', serverSentEvents.contentType)
      .header('cache-control', 'no-cache')
      .send(stream);
  }

  app.post<{ Body: ChatBody }>(
    '/v1/chat/completions',
    { schema: { summary: 'Answer a chat', tags, body: chatSchema } },
    ({ body }, reply) => {
      const { max_completion_tokens: most, logprobs, top_logprobs: top } = body;
      if (typeof top === 'number' && top > 0 && logprobs !== true) {
        throw invalidField('top_logprobs', 'needs logprobs: true', 'dependency');
      }
      const entry = servedModel(models, body.model);
      return complete(
        {
          form: chatForm,
          entry,
          body: typeof most === 'number' ? { ...body, max_tokens: most } : body,
          inputs: [{ messages: messagesOf(body.messages) }],
          topLogprobs: logprobs === true ? (top ?? 0) : null,
          echo: false,
          constraint: constraintOf(body, entry.server.info),
        },
        reply,
      );
    },
  );

  app.post<{ Body: CompletionBody }>(
    '/v1/completions',
    { schema: { summary: 'Continue a text', tags, body: completionSchema } },
    ({ body }, reply) => {
      const echo = body.echo === true;
      if (echo && body.stream === true)
        throw invalidField('echo', 'is not supported with stream: true', 'supported');
      return complete(
        {
          form: textForm,
          entry: servedModel(models, body.model),
          body: { ...body, max_tokens: body.max_tokens ?? 16 },
          inputs: promptsOf(body.prompt),
          topLogprobs: body.logprobs ?? null,
          echo,
          constraint: null,
        },
        reply,
      );
    },
  );

  // Ours: the likelihood of a given answer, by which a damaged model is told from a whole one.
  app.post<{ Body: LogLikelihoodBody }>(
    '/v1/loglikelihood',
    { schema: { summary: 'How likely a given answer is', tags: ['harness'], body: logLikelihoodSchema } },
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

/** One for each answer: every input, `n` times. They are filled in place: clones of objects of many shapes cost more
 *  than anything else that the server does for a request. */
function requestsOf({ body, inputs, topLogprobs, echo, constraint }: Asked): Writable<GenerateRequest>[] {
  const copies = body.n ?? 1;
  const firstSeed = seedOf(body);
  if (!Number.isSafeInteger(firstSeed + (copies - 1))) {
    throw invalidField(
      'seed',
      `is beyond ${Number.MAX_SAFE_INTEGER} for the last of ${copies} answers`,
      'maximum',
    );
  }
  const requests: Writable<GenerateRequest>[] = [];
  for (const input of inputs) {
    for (let copy = 0; copy < copies; copy++) {
      // Each answer draws for itself; the first as if it were alone.
      const sampling = samplingOf(body, firstSeed + copy);
      sampling.temperature ??= 1;
      const request: Writable<GenerateRequest> = Object.assign(sampling, input);
      if (topLogprobs !== null) {
        request.logprobs = true;
        request.topLogprobs = topLogprobs;
        request.promptLogprobs = echo;
      }
      if (constraint !== null) request.constraint = constraint;
      requests.push(request);
    }
  }
  return requests;
}

/** All results in order; where one fails, the others are given up, and nothing is left running. */
async function allOrNone<Item, Result>(
  signal: AbortSignal,
  items: readonly Item[],
  work: (item: Item, index: number, signal: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> {
  // One has no others to give up.
  if (items.length === 1) return [await work(items[0]!, 0, signal)];
  const failed = new AbortController();
  const shared = AbortSignal.any([signal, failed.signal]);
  const settled = await Promise.allSettled(
    items.map((item, index) =>
      work(item, index, shared).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  // The first failure is the reason of all others.
  if (failed.signal.aborted) throw failed.signal.reason;
  return settled.map((each) => (each as PromiseFulfilledResult<Result>).value);
}

async function promptText({ tokenizer }: ServedModelEntry['server'], input: ModelInput): Promise<string> {
  if (input.prompt !== undefined) return input.prompt;
  if (tokenizer === null || input.tokens === undefined) {
    throw invalidField('prompt', 'of token ids needs a model that has a tokenizer', 'supported');
  }
  return await tokenizer.decode(input.tokens);
}

/** With an echo there is an entry for every token read or generated, the end token included: whoever reads them as a
 *  sequence, as lm-eval does, counts on that. */
function logprobsOf(
  { logprobs = [], promptLogprobs = [], endLogprob }: GenerateResult,
  echo: boolean,
): readonly (TokenLogprob | NonNullable<GenerateResult['promptLogprobs']>[number])[] {
  if (!echo) return logprobs;
  return [...promptLogprobs, ...logprobs, ...(endLogprob ? [{ ...endLogprob, text: '' }] : [])];
}

/** Each prompt counts once, however often it is answered. */
function totalUsage(results: readonly GenerateResult[], copies: number): GenerateResult['usage'] {
  if (results.length === 1) return results[0]!.usage;
  const usages = results.map(({ usage }) => usage);
  const promptTokens = usages
    .filter((_, index) => index % copies === 0)
    .reduce((sum, usage) => sum + usage.promptTokens, 0);
  const completionTokens = usages.reduce((sum, usage) => sum + usage.completionTokens, 0);
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens };
}
