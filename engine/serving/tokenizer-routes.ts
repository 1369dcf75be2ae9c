/** vLLM's routes about tokens: /tokenize, /detokenize, /tokenizer_info. lm-eval counts on them. */
import type { FastifyInstance } from 'fastify';
import { refusal } from './http-error.ts';
import type { RouteContext } from './native-routes.ts';
import { type DetokenizeBody, inputOf, servedModel, type TokenizeBody } from './request-bodies.ts';
import { detokenizeSchema, tokenizeSchema } from './request-schemas.ts';

export function addTokenizerRoutes(app: FastifyInstance, { models }: RouteContext): void {
  const tags = ['tokens'];
  const tokenizerOf = (asked: string | undefined) => {
    const { id, server } = servedModel(models, asked);
    if (server.tokenizer === null) throw refusal('E_NOT_OFFERED', `${id} tells nothing of its tokens.`);
    return { tokenizer: server.tokenizer, info: server.info };
  };

  app.post<{ Body: TokenizeBody }>(
    '/tokenize',
    { schema: { summary: 'The tokens that a model reads', tags, body: tokenizeSchema } },
    async ({ body }) => {
      const { tokenizer, info } = tokenizerOf(body.model);
      const { add_special_tokens: addSpecialTokens = true, return_token_strs: wantsTexts } = body;
      const input = inputOf(body.prompt === undefined ? body : { ...body, raw: true });
      const tokens = await tokenizer.encode(input, addSpecialTokens);
      return {
        count: tokens.length,
        max_model_len: info.contextLength,
        tokens: tokens.map(({ token }) => token),
        token_strs: wantsTexts === true ? tokens.map(({ text }) => text) : null,
      };
    },
  );

  app.post<{ Body: DetokenizeBody }>(
    '/detokenize',
    { schema: { summary: 'The text of tokens', tags, body: detokenizeSchema } },
    async ({ body }) => ({ prompt: await tokenizerOf(body.model).tokenizer.decode(body.tokens) }),
  );

  app.get('/tokenizer_info', { schema: { summary: 'Special tokens and chat template', tags } }, () => {
    const { tokenizer } = tokenizerOf(undefined);
    return {
      bos_token: tokenizer.bosToken,
      eos_token: tokenizer.eosToken,
      chat_template: tokenizer.chatTemplate,
    };
  });
}
