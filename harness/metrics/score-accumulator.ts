/** Streaming form of any row of score-definitions.ts: the corpus score of texts added one by one, in constant memory.
 *  The number is that of `harness score` over the same texts, bit for bit. */
import { meanAccumulator, sumAccumulator, type Accumulator } from './accumulator.ts';
import type { ScoreDefinition, ScoredText, ScoreOptions } from './score-definition.ts';

/** @throws E_INPUT_INVALID on adding a text without the fields that the score needs */
export function scoreAccumulator(
  { corpus, score }: ScoreDefinition,
  options: ScoreOptions = {},
): Accumulator<ScoredText> {
  if (corpus === undefined) return meanAccumulator((text) => score(text, options));
  return sumAccumulator(
    (text) => corpus.counts([text], options)[0]!,
    (sums) => corpus.value(sums, options),
  );
}
