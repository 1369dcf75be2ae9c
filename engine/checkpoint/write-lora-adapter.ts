/** Writes a LoRA adapter in PEFT's files, adapter_config.json and adapter_model.safetensors, from which
 *  `peft.PeftModel.from_pretrained` loads it. */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { LinearParameters } from '../nn/decoder-parameters.ts';
import { syncFolder, writeJsonThrough } from './write-through.ts';
import { writeSafetensors, type StoredTensor } from './write-safetensors.ts';

export interface AdapterContent {
  /** Name or path of the model that is adapted. */
  readonly base: string;
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
  /** Names of modules, as PEFT matches them: in full, or what stands behind a dot. */
  readonly targetModules: readonly string[];
  /** Whether the layers that are adapted are stored (in, out), as GPT-2's are. */
  readonly transposed: boolean;
  /** By `adapterWeightNames`: A (rank, in) and B (out, rank), without the scale. */
  readonly weights: ReadonlyMap<string, StoredTensor>;
}

/** A linear layer's module: its weight's name without `.weight`. */
export function moduleOf({ weight }: Pick<LinearParameters, 'weight'>): string {
  return weight.replace(/\.weight$/, '');
}

/** Names of a layer's matrices within adapter_model.safetensors. */
export function adapterWeightNames(linear: Pick<LinearParameters, 'weight'>): { a: string; b: string } {
  const at = `base_model.model.${moduleOf(linear)}.lora_`;
  return { a: `${at}A.weight`, b: `${at}B.weight` };
}

/** Writes into the folder, which may exist. adapter_config.json comes last: without it the folder is no adapter. */
export async function writeLoraAdapter(folder: string, content: AdapterContent): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'adapter_model.safetensors');
  await writeSafetensors(`${file}.${process.pid}.tmp`, content.weights);
  await rename(`${file}.${process.pid}.tmp`, file);
  await writeJsonThrough(join(folder, 'adapter_config.json'), {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: content.base,
    inference_mode: true,
    r: content.rank,
    lora_alpha: content.alpha,
    lora_dropout: content.dropout,
    target_modules: content.targetModules,
    fan_in_fan_out: content.transposed,
    bias: 'none',
    init_lora_weights: true,
    use_rslora: false,
    use_dora: false,
    modules_to_save: null,
  });
  await syncFolder(folder);
}
