/** Examples to tokens and loss weights, in exactly the form in which the model will see them when it is used. */
import { EngineError } from '../errors.ts';
import type { ChatTemplate } from '../tokenizer/chat-template.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { EncodedExample } from './batch.ts';
import type { Conversation, TextDocument } from './examples.ts';

export interface Encoding {
  readonly tokenizer: Tokenizer;
  readonly eosTokenId: number | null;
  /** Most tokens of an example; the rest is cut off. */
  readonly maxLength: number;
}

export interface EncodedData {
  readonly examples: readonly EncodedExample[];
  /** Examples that were cut at maxLength. */
  readonly truncated: number;
  /** Examples of which nothing was left to learn after the cut; they are left out. */
  readonly dropped: number;
}

interface Segment {
  readonly text: string;
  readonly completion: boolean;
}

/** Prompt and completion in turns. What is rendered before an assistant turn, with the generation prompt, is the
 *  prompt at inference; what the turn adds to it is the completion. */
function segmentsOf({ id, messages }: Conversation, template: ChatTemplate): Segment[] {
  const segments: Segment[] = [];
  let done = '';
  const extend = (text: string, completion: boolean) => {
    if (!text.startsWith(done)) {
      throw new EngineError(
        'E_TRAINING_DATA',
        `example ${id}: the chat template changes earlier turns when a later one follows, so that an answer cannot be told from its prompt`,
        { remedy: 'Split the conversation into one example a turn, or use another chat template.' },
      );
    }
    segments.push({ text: text.slice(done.length), completion });
    done = text;
  };
  messages.forEach((message, turn) => {
    if (message.role !== 'assistant') return;
    extend(template.render(messages.slice(0, turn), true), false);
    extend(template.render(messages.slice(0, turn + 1), false), true);
  });
  return segments;
}

/** Without a template the prompt is continued as it stands, and the end token closes the answer. */
function plainSegments({ messages }: Conversation): Segment[] {
  return messages.map(({ role, content }) => ({ text: content, completion: role === 'assistant' }));
}

function cut(examples: readonly EncodedExample[], maxLength: number): EncodedData {
  const shortened = examples.map((example) =>
    example.tokens.length <= maxLength
      ? example
      : {
          ...example,
          tokens: example.tokens.slice(0, maxLength),
          weights: example.weights.slice(0, maxLength),
        },
  );
  // The first token is never a target.
  const kept = shortened.filter((example) =>
    example.weights.some((weight, index) => index > 0 && weight === 1),
  );
  return {
    examples: kept,
    truncated: shortened.filter((example, index) => example !== examples[index]).length,
    dropped: shortened.length - kept.length,
  };
}

/** Tokens of the assistant's turns weigh 1, all others `promptWeight`. */
export function encodeConversations(
  conversations: readonly Conversation[],
  template: ChatTemplate | null,
  promptWeight: number,
  { tokenizer, eosTokenId, maxLength }: Encoding,
): EncodedData {
  const examples = conversations.map((conversation): EncodedExample => {
    const segments = template ? segmentsOf(conversation, template) : plainSegments(conversation);
    const tokens: number[] = [];
    const weights: number[] = [];
    segments.forEach(({ text, completion }, index) => {
      const ids = tokenizer.encode(text, !template && index === 0);
      if (!template && completion && eosTokenId !== null) ids.push(eosTokenId);
      tokens.push(...ids);
      weights.push(...ids.map(() => (completion ? 1 : promptWeight)));
    });
    return { id: conversation.id, tokens, weights };
  });
  return cut(examples, maxLength);
}

/** Every token weighs 1; the end token closes each text; long texts become several examples. */
export function encodeTexts(
  texts: readonly TextDocument[],
  { tokenizer, eosTokenId, maxLength }: Encoding,
): EncodedData {
  const examples = texts.flatMap(({ id, text }): EncodedExample[] => {
    const tokens = tokenizer.encode(text);
    if (eosTokenId !== null) tokens.push(eosTokenId);
    // Chunks overlap by one token: the last of one is the first input of the next.
    const chunks = Math.max(1, Math.ceil((tokens.length - 1) / (maxLength - 1)));
    return Array.from({ length: chunks }, (_, chunk) => {
      const part = tokens.slice(chunk * (maxLength - 1), (chunk + 1) * (maxLength - 1) + 1);
      return { id: chunks > 1 ? `${id}#${chunk + 1}` : id, tokens: part, weights: part.map(() => 1) };
    });
  });
  return cut(examples, maxLength);
}
