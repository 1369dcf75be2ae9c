/** The two shapes in which OpenAI's API answers a generation: a chat's message and a continued text, whole and in
 *  chunks. Pure; knows nothing of requests on their way. */
import type { GenerateResult, PromptLogprob } from '../inference/model.ts';

export interface CompletionForm {
  readonly idPrefix: string;
  readonly object: string;
  readonly chunkObject: string;
  /** Of the first and of the last chunk, which carry no text. */
  readonly first: object | null;
  readonly last: object;
  readonly choice: (
    index: number,
    text: string,
    logprobs: object | null,
    finish_reason: GenerateResult['finishReason'],
  ) => object;
  readonly delta: (text: string) => object;
  /** @param name how a token is written
   *  @param textStart where the first token's text begins in the choice's text, in UTF-16 units */
  readonly logprobs: (entries: readonly PromptLogprob[], name: TokenNames, textStart: number) => object;
}

/** How a token is written in an answer: by its text, or as `token_id:<id>`, which vLLM's clients ask for. */
export type TokenNames = (token: Named) => string;

type Named = Pick<PromptLogprob, 'token' | 'text' | 'logprob'>;

export const byText: TokenNames = ({ text }) => text;
export const byId: TokenNames = ({ token, text }) => (token === null ? text : `token_id:${token}`);

/** The bytes of a token's text; null for part of a character, whose bytes its text does not tell. */
function bytesOf({ text }: Named): number[] | null {
  return text.includes('\uFFFD') ? null : [...Buffer.from(text)];
}

export const chatForm: CompletionForm = {
  idPrefix: 'chatcmpl-',
  object: 'chat.completion',
  chunkObject: 'chat.completion.chunk',
  first: { delta: { role: 'assistant', content: '' } },
  last: { delta: {} },
  choice: (index, content, logprobs, finish_reason) => ({
    index,
    message: { role: 'assistant', content, refusal: null },
    logprobs,
    finish_reason,
  }),
  delta: (content) => ({ delta: { content } }),
  logprobs: (entries, name) => {
    const entry = (token: Named): object => ({
      token: name(token),
      logprob: token.logprob,
      bytes: bytesOf(token),
    });
    const content = entries.map((token) => ({ ...entry(token), top_logprobs: token.top.map(entry) }));
    return { content, refusal: null };
  },
};

/** The token itself stands among the likeliest ones, wherever it ranks; so OpenAI has it. Of two that are written
 *  alike, as parts of characters may be, the likelier one stays. */
function byLikelihood(token: PromptLogprob, name: TokenNames): object {
  const all = [token, ...token.top].sort((a, b) => Number(a.logprob) - Number(b.logprob));
  return Object.fromEntries(all.map((each) => [name(each), each.logprob]));
}

export const textForm: CompletionForm = {
  idPrefix: 'cmpl-',
  object: 'text_completion',
  chunkObject: 'text_completion',
  first: null,
  last: { text: '' },
  choice: (index, text, logprobs, finish_reason) => ({ index, text, logprobs, finish_reason }),
  delta: (text) => ({ text }),
  logprobs: (entries, name, textStart) => {
    let offset = textStart;
    const offsets = entries.map((token) => {
      const start = offset;
      offset += token.text.length;
      return start;
    });
    return {
      tokens: entries.map(name),
      token_logprobs: entries.map((token) => token.logprob),
      top_logprobs: entries.map((token) => (token.logprob === null ? null : byLikelihood(token, name))),
      text_offset: offsets,
    };
  },
};
