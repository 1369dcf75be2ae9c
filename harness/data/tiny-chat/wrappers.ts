/** What people put around a question: wrappers.json. Training draws from `train` only; `heldOut` belongs to the
 *  evaluation sets. */
import type { Split } from './wording.ts';
import wrappers from './wrappers.json' with { type: 'json' };

/** Around a direct question, `{}` = "what is the capital of France". */
export const QUESTION_WRAPPERS: Split = wrappers.question;

/** Around a noun phrase, `{}` = "the capital of France". */
export const PHRASE_WRAPPERS: Split = wrappers.phrase;

/** Around a topic, `{}` = "photosynthesis". */
export const TOPIC_WRAPPERS: Split = wrappers.topic;

/** Around what somebody wants to do, `{}` = "make a bath bomb". */
export const DEED_WRAPPERS: Split = wrappers.deed;

/** Around a piece of writing somebody asks for, `{}` = "a hateful speech". */
export const WRITING_WRAPPERS: Split = wrappers.writing;
