/** Examples to tokens and loss weights, in exactly the form in which the model will see them when it is used. */
import { EngineError } from '../errors.ts';
import type { ChatTemplate } from '../tokenizer/chat-template.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { EncodedExample, EncodedPair } from './batch.ts';
import type { Conversation, Preference, TextDocument } from './examples.ts';

export interface Encoding {
  readonly tokenizer: Tokenizer;
  readonly eosTokenId: number | null;
  /** Most tokens of an example. */
  readonly maxLength: number;
  /** What becomes of longer ones: their end is cut off, or they are left out. */
  readonly overlong: 'cut' | 'drop';
}

export interface EncodedData<Example = EncodedExample> {
  readonly examples: readonly Example[];
  /** Examples that were cut at maxLength. */
  readonly truncated: number;
  /** Examples that were left out: too long, or of which nothing was left to learn after the cut. */
  readonly dropped: number;
}

interface Segment {
  readonly text: string;
  readonly completion: boolean;
}

/** Prompt and completion in turns. What is rendered before an assistant turn, with the generation prompt, is the
 *  prompt at inference; what the turn adds to it is the completion. */
function segmentsOf({ id, messages }: Conversation, template: ChatTemplate, given: number): Segment[] {
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
    if (message.role !== 'assistant' || turn < given) return;
    extend(template.render(messages.slice(0, turn), true), false);
    extend(template.render(messages.slice(0, turn + 1), false), true);
  });
  return segments;
}

/** Without a template the prompt is continued as it stands, and the end token closes the answer. */
function plainSegments({ messages }: Conversation, given: number): Segment[] {
  return messages.map(({ role, content }, turn) => ({
    text: content,
    completion: role === 'assistant' && turn >= given,
  }));
}

type Limit = Pick<Encoding, 'maxLength' | 'overlong'>;

/** The example within the limit; null when nothing is left of it to learn. */
function limited(example: EncodedExample, { maxLength, overlong }: Limit): EncodedExample | null {
  const isLong = example.tokens.length > maxLength;
  if (isLong && overlong === 'drop') return null;
  const weights = example.weights.slice(0, maxLength);
  // The first token is never a target.
  if (!weights.some((weight, index) => index > 0 && weight === 1)) return null;
  return isLong ? { ...example, tokens: example.tokens.slice(0, maxLength), weights } : example;
}

function withinLimit(examples: readonly EncodedExample[], limit: Limit): EncodedData {
  const kept = examples.map((example) => limited(example, limit));
  return {
    examples: kept.filter((example) => example !== null),
    truncated: kept.filter((example, index) => example !== null && example !== examples[index]).length,
    dropped: kept.filter((example) => example === null).length,
  };
}

/** Tokens of the assistant's turns weigh 1, all others `promptWeight`.
 *  @param given turns that belong to the prompt, whoever speaks in them */
function encodeConversation(
  conversation: Conversation,
  template: ChatTemplate | null,
  promptWeight: number,
  { tokenizer, eosTokenId }: Encoding,
  given = 0,
): EncodedExample {
  const segments = template ? segmentsOf(conversation, template, given) : plainSegments(conversation, given);
  const tokens: number[] = [];
  const weights: number[] = [];
  segments.forEach(({ text, completion }, index) => {
    const ids = tokenizer.encode(text, !template && index === 0);
    if (!template && completion && eosTokenId !== null) ids.push(eosTokenId);
    tokens.push(...ids);
    weights.push(...ids.map(() => (completion ? 1 : promptWeight)));
  });
  return { id: conversation.id, tokens, weights };
}

/** Tokens of the assistant's turns weigh 1, all others `promptWeight`. */
export function encodeConversations(
  conversations: readonly Conversation[],
  template: ChatTemplate | null,
  promptWeight: number,
  encoding: Encoding,
): EncodedData {
  const encode = (each: Conversation) => encodeConversation(each, template, promptWeight, encoding);
  return withinLimit(conversations.map(encode), encoding);
}

/** Both answers after the same prompt; a pair is left out with either of its sequences. */
export function encodePreferences(
  preferences: readonly Preference[],
  template: ChatTemplate | null,
  encoding: Encoding,
): EncodedData<EncodedPair> {
  const examples: EncodedPair[] = [];
  let truncated = 0;
  for (const { id, prompt, chosen, rejected } of preferences) {
    const [whole, other] = [chosen, rejected].map((answer) =>
      encodeConversation({ id, messages: [...prompt, ...answer] }, template, 0, encoding, prompt.length),
    ) as [EncodedExample, EncodedExample];
    const pair = { id, chosen: limited(whole, encoding), rejected: limited(other, encoding) };
    if (pair.chosen === null || pair.rejected === null) continue;
    if (pair.chosen !== whole || pair.rejected !== other) truncated++;
    examples.push({ id, chosen: pair.chosen, rejected: pair.rejected });
  }
  return { examples, truncated, dropped: preferences.length - examples.length };
}

/** Every token weighs 1; the end token closes each text; long texts become several examples. */
export function encodeTexts(texts: readonly TextDocument[], encoding: Encoding): EncodedData {
  const { tokenizer, eosTokenId, maxLength } = encoding;
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
  return withinLimit(examples, encoding);
}
