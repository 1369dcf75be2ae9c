/** Which adapter a model is loaded with, and how: merged into its weights, for speed, or as inputs of its graph, so
 *  that another can take its place while the model stays loaded. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { readLoraAdapter, withMergedAdapter } from '../checkpoint/lora-adapter.ts';

export interface AdapterChoice {
  /** A folder in PEFT's layout; null for none yet. */
  readonly path: string | null;
  readonly merged: boolean;
}

/** The checkpoint with what is merged into it: the adapter asked for, or the one that lies in the model's own folder
 *  `adapter/`, since that belongs to the model. */
export async function withChosenAdapter(
  checkpoint: Checkpoint,
  choice: AdapterChoice | null,
): Promise<Checkpoint> {
  const own = join(checkpoint.path, 'adapter');
  const path = choice ? (choice.merged ? choice.path : null) : existsSync(own) ? own : null;
  return path === null
    ? checkpoint
    : withMergedAdapter(checkpoint, await readLoraAdapter(path, checkpoint.spec));
}
