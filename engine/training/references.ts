/** Evaluation of a session's weights over whole data sets: their loss, and what the model says of pairs before it is
 *  trained, which is computed once. */
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

/** Fills the reference tables of data that has pairs: from what is known, or by asking the session, whose weights must
 *  then be those of the reference. Returns the tables by name of the data. */
export async function referenceTables(
  session: TrainingSession,
  data: DataSets,
  shape: BatchShape,
  known: ReadonlyMap<string, Float32Array>,
): Promise<Map<string, Float32Array>> {
  const tables = new Map<string, Float32Array>();
  for (const [name, examples] of Object.entries(data)) {
    if (!(examples instanceof PreferenceExamples)) continue;
    const table = known.get(name);
    if (table?.length === examples.reference.length) examples.reference.set(table);
    else await refer(session, examples, shape);
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
