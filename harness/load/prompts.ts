/** What the requests of a load test ask: prompts of a file, or made up to a length.
 *  Knows prompts; knows nothing of when they are asked. */
import type { ModelInput } from '../../engine/index.ts';
import { MersenneTwister } from '../data/random.ts';

/** The prompt of request `index`; the same for the same seed, whichever order they are asked for. */
export type PromptSource = (index: number) => ModelInput;

/** Cycles through the prompts in a seeded order, so that neighbours in the file are not neighbours in time. */
export function promptsOf(inputs: readonly ModelInput[], seed: number): PromptSource {
  const order = new MersenneTwister(seed).shuffled(inputs);
  return (index) => order[index % order.length]!;
}

const WORDS = (
  'time year people way day man thing woman life child world school state family student group country problem ' +
  'hand part place case week company system program question work number night point home water room mother area ' +
  'money story fact month lot right study book eye job word business issue side kind head house service friend ' +
  'father power hour game line end member law car city name team minute idea body back parent face level office'
).split(' ');

/** Common words drawn at random: no two prompts share a beginning that a server's prefix cache could keep. Tokens
 *  are the tokenizer's affair; how many the server counted stands in the report. */
export function promptOfWords(words: number, index: number, seed: number): ModelInput {
  // Seeds of neighbouring requests must not overlap between repeats, which add to the seed.
  const random = new MersenneTwister(seed * 2 ** 20 + index);
  return { prompt: Array.from({ length: words }, () => random.choice(WORDS)).join(' ') };
}
