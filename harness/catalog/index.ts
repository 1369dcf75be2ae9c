/** Every task there is: the one list from which runs are planned and suites are made. */
import type { Task } from '../tasks/task.ts';
import { apiSmoke, workflow } from './api.ts';
import { consistency } from './consistency.ts';
import { facts, free } from './facts.ts';
import { genderSwap } from './gender-swap.ts';
import { heldout } from './heldout.ts';
import { concurrency, stress } from './performance-load.ts';
import { memory } from './performance-memory.ts';
import { batches, benchmark, latency, throughput } from './performance.ts';
import { explanations, length, readability } from './responses.ts';
import { safety } from './safety.ts';

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
