/** Small talk: an intent is one answer and the ways people ask for it (chat.json). */
import intents from './chat.json' with { type: 'json' };
import type { Split } from './wording.ts';

export interface Intent extends Split {
  readonly id: string;
  readonly answer: string;
  readonly length: 'short' | 'long';
}

// A text of a JSON file is of any value to the compiler; the specs of the sets see that these are what they must be.
export const INTENTS = intents as readonly Intent[];
