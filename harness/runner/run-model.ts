/** What run.json says of a model, and where its kept answers lie. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ModelInfo } from '../../engine/index.ts';
import { parseModelReference } from '../models/model-reference.ts';
import { digestOf } from '../runs/digest.ts';
import type { RunModel } from '../../reports/report-data.ts';
import { cachePath, modelIdentity } from './response-cache.ts';

export async function runModel(info: ModelInfo, reference: string): Promise<RunModel> {
  const { name, kind, digests, device, deviceReason, dtype, parameterCount } = info;
  const script = await scriptDigest(reference);
  return {
    reference,
    name,
    kind,
    digests,
    device,
    ...(deviceReason !== undefined && { deviceReason }),
    dtype,
    parameterCount,
    ...(script !== null && { script }),
  };
}

/** Of a scripted model's file; null for any other. */
async function scriptDigest(reference: string): Promise<string | null> {
  const parsed = parseModelReference(reference);
  return parsed.kind === 'scripted' ? digestOf(await readFile(parsed.file)) : null;
}

/** The file of its kept answers; null for a model of which none are kept. */
export async function cacheOf(info: ModelInfo, { script }: RunModel, home: string): Promise<string | null> {
  const identity = await modelIdentity(info, script ?? null);
  return identity === null ? null : resolve(cachePath(home, identity));
}
