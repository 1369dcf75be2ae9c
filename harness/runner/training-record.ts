/** What a model's own files tell of its training, short enough for run.json: curves, base, data.
 *  Believes them, as it cannot check them. */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TrainingRecord } from '../../reports/report-data.ts';
import { readLineage } from '../registry/lineage.ts';

const CURVES = ['loss', 'evalLoss', 'learningRate', 'gradNorm'] as const;
/** Points a curve keeps: more than its picture shows. */
const MAX_POINTS = 120;

/** @param folder of the model; null where there is nothing to tell */
export async function readTrainingRecord(folder: string): Promise<TrainingRecord | null> {
  const { base, data, licence } = await readLineage(folder);
  const curves = await readCurves(join(folder, 'training-log.jsonl'));
  if (curves.length === 0 && base.length === 0 && data.length === 0) return null;
  return {
    curves,
    base: base.map(({ reference, weights, from }) => ({ name: reference, digest: weights, from })),
    data: data.map(({ name, digest, from }) => ({ name, digest, from })),
    licence,
  };
}

async function readCurves(path: string): Promise<TrainingRecord['curves']> {
  if (!existsSync(path)) return [];
  const points = new Map<string, [number, number][]>(CURVES.map((name) => [name, []]));
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const entry = objectIn(line);
    const step = entry?.['step'];
    if (!entry || typeof step !== 'number') continue;
    for (const name of CURVES) {
      const value = entry[name];
      if (typeof value === 'number' && Number.isFinite(value)) points.get(name)!.push([step, value]);
    }
  }
  return CURVES.map((name) => ({ name, points: thinned(points.get(name)!) })).filter(
    (curve) => curve.points.length > 1,
  );
}

/** The first, the last, and as many between at equal distances as are kept. */
function thinned(points: readonly [number, number][]): [number, number][] {
  if (points.length <= MAX_POINTS) return [...points];
  return Array.from(
    { length: MAX_POINTS },
    (_, i) => points[Math.round((i * (points.length - 1)) / (MAX_POINTS - 1))]!,
  );
}

/** A torn or foreign line is none. */
function objectIn(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}
