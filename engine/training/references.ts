/** Evaluation of a session's weights over whole data sets: their loss, and what the model says of pairs before it is
 *  trained, which is computed once. */
import { EngineError } from '../errors.ts';
import type { BatchShape } from './decoder-loss.ts';
import { PreferenceExamples, type TrainingExamples } from './training-examples.ts';
import { evaluationBatches } from './training-plan.ts';
import type { TrainingSession } from './training-session.ts';

type DataSets = Readonly<Record<string, TrainingExamples | null>>;

/** Mean loss over all targets, or over all pairs. */
export async function evaluate(
  session: TrainingSession,
  examples: TrainingExamples,
  shape: BatchShape,
): Promise<number> {
  let lossSum = 0;
  let weightSum = 0;
  for (const { batch } of evaluationBatches(examples, shape)) {
    const { loss } = await session.evaluate(batch.data);
    lossSum += batch.weight * loss;
    weightSum += batch.weight;
  }
  return lossSum / weightSum;
}

/** Fills the reference tables of data that has pairs: from what is known, or by asking the session, whose weights are
 *  those of the reference unless the run is resumed. Returns the tables by name of the data.
 *  @throws EngineError E_CHECKPOINT_INVALID when a resumed run does not know them */
export async function referenceTables(
  session: TrainingSession,
  data: DataSets,
  shape: BatchShape,
  known: ReadonlyMap<string, Float32Array>,
  isResumed: boolean,
): Promise<Map<string, Float32Array>> {
  const tables = new Map<string, Float32Array>();
  for (const [name, examples] of Object.entries(data)) {
    if (!(examples instanceof PreferenceExamples)) continue;
    const table = known.get(name);
    if (table?.length === examples.reference.length) examples.reference.set(table);
    else if (isResumed) {
      throw new EngineError(
        'E_CHECKPOINT_INVALID',
        `the checkpoint does not hold what the reference model said of the ${name} data`,
        { remedy: 'Resume from another checkpoint of this run.' },
      );
    } else await refer(session, examples, shape);
    tables.set(name, examples.reference);
  }
  return tables;
}

async function refer(session: TrainingSession, examples: PreferenceExamples, shape: BatchShape) {
  for (const { batch, indices } of evaluationBatches(examples, shape)) {
    const { sequences } = await session.evaluate(batch.data);
    indices.forEach((index, place) => {
      examples.reference[2 * index] = sequences![place]!;
      examples.reference[2 * index + 1] = sequences![shape.rows / 2 + place]!;
    });
  }
}
