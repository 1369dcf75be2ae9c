/** Every task there is: the one list from which runs are planned and suites are made. */
import type { Task } from '../tasks/task.ts';
import { apiSmoke, workflow } from './api.ts';
import { customerRecords, injections, jailbreaks, markup, systemPrompts } from './attacks.ts';
import { consistency } from './consistency.ts';
import { intents, optionOrder, paraphrases } from './contrasts.ts';
import { counterfactual, groupLikelihood, pronouns } from './counterfactual.ts';
import { facts, free } from './facts.ts';
import { genderSwap } from './gender-swap.ts';
import { heldout } from './heldout.ts';
import { concurrency, stress } from './performance-load.ts';
import { memory } from './performance-memory.ts';
import { batches, benchmark, latency, throughput } from './performance.ts';
import { explanations, length, readability } from './responses.ts';
import { safety } from './safety.ts';
import {
  instructions,
  inventedSources,
  languages,
  reading,
  recall,
  relevance,
  summaries,
} from './understanding.ts';

export const catalog: readonly Task[] = [
  facts,
  heldout,
  explanations,
  readability,
  length,
  consistency,
  safety,
  genderSwap,
  free,
  paraphrases,
  optionOrder,
  reading,
  summaries,
  instructions,
  recall,
  languages,
  relevance,
  intents,
  inventedSources,
  counterfactual,
  groupLikelihood,
  pronouns,
  jailbreaks,
  systemPrompts,
  customerRecords,
  injections,
  markup,
  latency,
  memory,
  benchmark,
  throughput,
  batches,
  concurrency,
  stress,
  apiSmoke,
  workflow,
];
