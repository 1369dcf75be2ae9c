/** The training data of tiny-chat: pairs of prompt and answer drawn from the grammar, with word noise.
 *  Draws from the `train` lists only; a prompt that an evaluation set holds is never written, however it came about. */
import { MersenneTwister } from '../random.ts';
import type { ChatExample, DpoExample } from '../test-data.ts';
import { INTENTS } from './chat.ts';
import { HARMFUL_COMPOSITIONS, HARMLESS_COMPOSITIONS } from './deeds.ts';
import { reservedPrompts } from './evaluation.ts';
import { draft } from './drafts.ts';
import { asTyped, markedWords } from './noise.ts';
import { drawPreferences } from './preferences.ts';
import { tellProse } from './prose.ts';
import { HARMFUL, HARMFUL_VERBS, HARMLESS, HARM_QUESTION_WRAPPERS } from './safety.ts';
import { TOPICS } from './topics.ts';
import { FACTS, RELATIONS } from './world/index.ts';
import { fill, normalisePrompt } from './wording.ts';
import { loadVocabulary } from './words.ts';
import { TOPIC_WRAPPERS } from './wrappers.ts';

/** Every wording of the grammar that has marks: their words must not come up as noise. */
function* everyMarkedWording(): Iterable<string> {
  for (const relation of RELATIONS) yield* [...relation.questions, ...relation.phrases];
  for (const fact of FACTS) yield fill('{x} {y}', fact.slots);
  for (const topic of TOPICS) for (const name of topic.names) yield fill('{x}', { x: name });
  for (const intent of INTENTS) yield* intent.train;
  for (const family of [...HARMFUL, ...HARMLESS]) {
    for (const deed of [...family.train, ...family.heldOut]) yield fill('{x}', { x: deed });
  }
  for (const { parts } of [...HARMFUL_COMPOSITIONS, ...HARMLESS_COMPOSITIONS]) {
    for (const part of parts.flat()) yield fill('{x}', { x: part });
  }
  for (const verb of [...HARMFUL_VERBS.train, ...HARMFUL_VERBS.heldOut]) yield fill('{x}', { x: verb });
  yield* [...TOPIC_WRAPPERS.train, ...HARM_QUESTION_WRAPPERS.train];
}

export interface TinyChatData {
  /** Plain texts, for the first stage. */
  readonly prose: readonly { readonly text: string }[];
  /** Prompts and answers, for the second. */
  readonly train: readonly ChatExample[];
  /** Better and worse answers, for the third. */
  readonly preferences: readonly DpoExample[];
  readonly validation: readonly ChatExample[];
}

/** Of each kind, for every 100 pairs of prompt and answer. */
const PER_HUNDRED = { prose: 30, preferences: 2, validation: 2 } as const;

/** Data of three stages; no validation prompt occurs in training, no evaluation prompt anywhere.
 *  @param count pairs of prompt and answer to train on; the other kinds in proportion */
export function generateTinyChatData(count: number, seed: number): TinyChatData {
  const rng = new MersenneTwister(seed);
  const words = loadVocabulary(markedWords(everyMarkedWording()));
  const source = { rng, words };
  const reserved = new Set(reservedPrompts().map(normalisePrompt));
  const seen = new Set<string>();
  /** null where the prompt may not be used. */
  const typed = (wording: string, avoid: ReadonlySet<string>): string | null => {
    const input = asTyped(wording, rng, words);
    const normal = normalisePrompt(input);
    if (normal === '' || reserved.has(normal) || avoid.has(normal)) return null;
    seen.add(normal);
    return input;
  };
  const next = (avoid: ReadonlySet<string>): ChatExample => {
    for (;;) {
      const { wording, answer } = draft(source);
      const input = typed(wording, avoid);
      if (input !== null) return { input, output: answer };
    }
  };
  const share = (kind: keyof typeof PER_HUNDRED) => Math.ceil((count * PER_HUNDRED[kind]) / 100);
  const train = Array.from({ length: count }, () => next(new Set()));
  const trained = new Set(seen);
  const validation = Array.from({ length: share('validation') }, () => next(trained));
  const prose = Array.from({ length: share('prose') }, () => ({
    text: tellProse(source, (wording) => typed(wording, new Set())),
  }));
  const held = new Set(validation.map(({ input }) => normalisePrompt(input)));
  // Last, so that other preferences leave the earlier stages as they are.
  const preferences = drawPreferences(share('preferences'), source, (wording) => typed(wording, held));
  return { prose, train, preferences, validation };
}
