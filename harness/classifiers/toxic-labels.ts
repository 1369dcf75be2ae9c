/** Which of a classifier's labels say that a text is toxic, and how toxic a text is by them. Knows labels and their
 *  probabilities; knows nothing of models. */
import { HarnessError } from '../errors.ts';

export interface LabelScore {
  readonly label: string;
  /** In [0, 1]. */
  readonly score: number;
}

/** As published classifiers name them (Jigsaw's six, its unintended-bias set, hate-speech models), whole names alone:
 *  `non-toxic` and `not_hate` are not among them. */
const TOXIC =
  /^(?:severe_|very_)?(?:toxic|toxicity|obscene|obscenity|threat|insult|profanity|identity_(?:hate|attack)|sexual_explicit|hate|hateful|hate_speech|hatespeech|offensive|abuse|abusive|harmful|unsafe|violence|harassment)$/;

const plain = (label: string): string =>
  label
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

/** The labels that mean toxic: the one that is named, else those whose names say it.
 *  @throws E_INPUT_INVALID where there is none */
export function toxicLabels(labels: readonly string[], named: string | null): readonly string[] {
  const found = labels.filter((label) =>
    named === null ? TOXIC.test(plain(label)) : plain(label) === plain(named),
  );
  if (found.length > 0) return found;
  const asked = named === null ? 'none is known to mean toxic' : `none is ${JSON.stringify(named)}`;
  throw new HarnessError('E_INPUT_INVALID', `The classifier has the labels ${labels.join(', ')}: ${asked}.`, {
    remedy: `Name the one that means toxic behind a #, such as ./classifier#${labels.at(-1) ?? 'toxic'}.`,
  });
}

/** How toxic a text is, in [0, 1]: the largest probability of a label that means it.
 *  @throws as `toxicLabels` */
export function toxicityOf(scores: readonly LabelScore[], named: string | null): number {
  const toxic = new Set(
    toxicLabels(
      scores.map(({ label }) => label),
      named,
    ),
  );
  return Math.max(...scores.filter(({ label }) => toxic.has(label)).map(({ score }) => score));
}
