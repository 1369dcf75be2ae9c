/** Tokenizer and chat format of models that are trained from scratch. */
import { trainBpe } from '../tokenizer/train-bpe.ts';
import type { TokenizerFiles } from '../tokenizer/tokenizer-files.ts';

/** In the order of their ids. */
export const specialTokens = ['<|pad|>', '<|user|>', '<|assistant|>', '<|system|>', '<|end|>'] as const;

export const padTokenId = specialTokens.indexOf('<|pad|>');
export const endTokenId = specialTokens.indexOf('<|end|>');

export const chatTemplate =
  '{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}' +
  '{% if add_generation_prompt %}<|assistant|>{% endif %}';

/** A tokenizer learned from the texts, with our special tokens and chat template. */
export function createChatTokenizer(
  texts: Iterable<string>,
  sizes: { readonly vocabSize: number; readonly maxPositions: number },
): TokenizerFiles {
  return {
    tokenizerJson: trainBpe(texts, { vocabSize: sizes.vocabSize, specialTokens }),
    tokenizerConfig: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_max_length: sizes.maxPositions,
      clean_up_tokenization_spaces: false,
      pad_token: '<|pad|>',
      eos_token: '<|end|>',
      added_tokens_decoder: Object.fromEntries(
        specialTokens.map((content, id) => [
          id,
          { content, lstrip: false, normalized: false, rstrip: false, single_word: false, special: true },
        ]),
      ),
      chat_template: chatTemplate,
    },
  };
}
