/** The evaluation sets for any chat model: what each is made by. Those of tiny-chat's closed world are beside, in
 *  harness/data/tiny-chat. Every set is the same, line for line, each time. */
import type { Sample } from '../../tasks/task.ts';
import { canaryOf } from '../canary.ts';
import { optionOrder, paraphrases } from './choices.ts';
import { counterfactual } from './counterfactual.ts';
import { injections } from './injections.ts';
import { instructions } from './instructions.ts';
import { inventedSources } from './invented-sources.ts';
import { jailbreaks } from './jailbreaks.ts';
import { languages } from './languages.ts';
import { markup } from './markup.ts';
import { customerRecords, systemPrompts } from './prompt-secrets.ts';
import { pronouns } from './pronouns.ts';
import { reading } from './reading.ts';
import { recall } from './recall.ts';
import { summaries } from './reports.ts';
import { topics } from './topics.ts';

const BUILDERS = {
  reading,
  summaries,
  instructions,
  'option-order': optionOrder,
  paraphrases,
  recall,
  languages,
  topics,
  'invented-sources': inventedSources,
  counterfactual,
  pronouns,
  jailbreaks,
  'system-prompts': systemPrompts,
  'customer-records': customerRecords,
  injections,
  markup,
} as const satisfies Readonly<Record<string, () => Sample[]>>;

export const SUITE_SETS = Object.keys(BUILDERS) as readonly (keyof typeof BUILDERS)[];

/** The samples of one set, in the order of its file; the first carries the set's canary. */
export function suiteSet(name: keyof typeof BUILDERS): readonly Sample[] {
  return BUILDERS[name]().map((sample, at) =>
    at === 0 ? { ...sample, metadata: { ...sample.metadata, canary: canaryOf(name) } } : sample,
  );
}
