/** An exported ONNX folder, in the layout of the onnx-community: config.json and tokenizer.json as in a Hugging Face
 *  folder, and under onnx/ one file a precision, with `past_key_values` in and `present` out. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../errors.ts';
import type { ExportedGraph, ExportedModel, ModelDigests } from './checkpoint.ts';
import {
  describeFolder,
  digestsOfFolder,
  modelOfFolder,
  type FolderDescription,
} from './folder-description.ts';
import { FieldReader } from './json-object.ts';
import { readOnnxFile, type OnnxFile, type OnnxTensorType } from './onnx-file.ts';

const MOST = 2 ** 24;
const FLOAT32 = 1;
const INT64 = 7;

/** File names by precision, as transformers.js looks for them; the first that is there is taken. */
const fileNames = {
  float32: ['model.onnx'],
  float16: ['model_fp16.onnx'],
  int8: ['model_int8.onnx', 'model_quantized.onnx'],
  int4: ['model_q4.onnx'],
} as const;

export type ExportedPrecision = keyof typeof fileNames;

/** Whether a folder holds graphs and no weights to build one from. */
export function isOnnxFolder(folder: string): boolean {
  const hasWeights = ['model.safetensors', 'model.safetensors.index.json'].some((name) =>
    existsSync(join(folder, name)),
  );
  return !hasWeights && onnxFilesIn(folder).length > 0;
}

/** @throws EngineError E_MODEL_NOT_FOUND for a precision that was not exported, E_MODEL_UNSUPPORTED for another
 *  layout, E_CHECKPOINT_INVALID, E_TOKENIZER_INVALID */
export async function readOnnxFolder(folder: string, precision: ExportedPrecision): Promise<ExportedModel> {
  const description = await describeFolder(folder);
  const file = await readOnnxFile(graphFile(folder, precision));
  const graph = exportedGraph(folder, file, description);
  return { ...(await modelOfFolder(folder, description, await weightFiles(folder))), format: 'onnx', graph };
}

/** Of every precision that lies in the folder: what is pinned is the folder, as with weights that are quantised when
 *  they are loaded. */
export async function digestOnnxFolder(folder: string): Promise<ModelDigests> {
  return digestsOfFolder(await describeFolder(folder), await weightFiles(folder));
}

async function weightFiles(folder: string): Promise<string[]> {
  const files = new Set<string>();
  for (const path of onnxFilesIn(folder).toSorted()) {
    files.add(path);
    for (const dataFile of (await readOnnxFile(path)).dataFiles) files.add(dataFile);
  }
  return [...files];
}

function onnxFilesIn(folder: string): string[] {
  return [join(folder, 'onnx'), folder]
    .filter((each) => existsSync(each) && statSync(each).isDirectory())
    .flatMap((each) => readdirSync(each).map((name) => join(each, name)))
    .filter((path) => path.endsWith('.onnx'));
}

function graphFile(folder: string, precision: ExportedPrecision): string {
  const found = fileNames[precision]
    .flatMap((name) => [join(folder, 'onnx', name), join(folder, name)])
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  const present = onnxFilesIn(folder).map((path) => path.slice(folder.length + 1));
  throw new EngineError(
    'E_MODEL_NOT_FOUND',
    `${folder} was not exported as ${precision}; it has ${present.join(', ')}`,
    { remedy: 'Give the --dtype of a file that is there.' },
  );
}

function exportedGraph(folder: string, file: OnnxFile, { config }: FolderDescription): ExportedGraph {
  const inputs = new Map(file.inputs.map((input) => [input.name, input]));
  const fault = (what: string) => new EngineError('E_MODEL_UNSUPPORTED', `${file.path}: ${what}`);
  const take = (name: string, dataType: number) => {
    const input = inputs.get(name);
    inputs.delete(name);
    if (input && input.dataType !== dataType) {
      throw fault(`${name} has the data type ${input.dataType}, supported is ${dataType}`);
    }
    return input;
  };
  for (const name of ['input_ids', 'attention_mask']) {
    if (!take(name, INT64)) throw fault(`it has no input ${name}`);
  }
  const hasPositionIds = take('position_ids', INT64) !== undefined;
  const hasLogitsToKeep = take('num_logits_to_keep', INT64) !== undefined;
  let layerCount = 0;
  let first: OnnxTensorType | undefined;
  for (;;) {
    const key = take(`past_key_values.${layerCount}.key`, FLOAT32);
    const value = take(`past_key_values.${layerCount}.value`, FLOAT32);
    if (!key || !value) break;
    first ??= key;
    layerCount++;
  }
  if (!first) throw fault('it has no past_key_values: export it with its cache');
  const [other] = inputs.keys();
  if (other !== undefined) throw fault(`it has the input ${other}, which is not known`);
  checkOutputs(file, layerCount, fault);
  const fields = new FieldReader(join(folder, 'config.json'), config);
  const [, kvHeadCount, , headSize] = first.shape;
  const heads = first.shape.length === 4 ? kvHeadCount : undefined;
  if (!heads || !headSize) throw fault(`${first.name} does not say its heads and their size`);
  return {
    path: file.path,
    vocabSize: fields.integer('vocab_size', 1, MOST),
    maxPositions: fields.integer(
      'max_position_embeddings',
      1,
      MOST,
      fields.integer('n_positions', 1, MOST, 2048),
    ),
    layerCount,
    kvHeadCount: heads,
    headSize,
    parameterCount: file.weights.reduce((sum, { elements }) => sum + elements, 0),
    hasPositionIds,
    hasLogitsToKeep,
  };
}

function checkOutputs(file: OnnxFile, layerCount: number, fault: (what: string) => EngineError): void {
  const outputs = new Map(file.outputs.map((output) => [output.name, output]));
  const layers = Array.from({ length: layerCount }, (_, layer) => layer);
  const wanted = ['logits', ...layers.flatMap((layer) => [`present.${layer}.key`, `present.${layer}.value`])];
  for (const name of wanted) {
    const output = outputs.get(name);
    if (!output) throw fault(`it has no output ${name}`);
    if (output.dataType !== FLOAT32)
      throw fault(`${name} has the data type ${output.dataType}, supported is 1`);
  }
}
