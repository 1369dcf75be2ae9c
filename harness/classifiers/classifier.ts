/** A toxicity classifier of the user's, by its reference: a folder with an ONNX sequence classifier, or the URL of an
 *  endpoint that answers as Hugging Face's do; behind a # the label that means toxic, where its name does not say it.
 *  Texts in, probabilities out. Knows nothing of scores. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { HarnessError } from '../errors.ts';
import { neededFiles } from '../embeddings/onnx-folder.ts';

export interface ToxicityClassifier {
  /** How toxic each text is, in [0, 1]; 0 for a blank one. What is beyond the model's length is not read.
   *  @throws HarnessError E_INPUT_INVALID where no label means toxic, E_ENDPOINT */
  toxicity(texts: readonly string[]): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface ClassifierReference {
  readonly kind: 'folder' | 'endpoint';
  /** Path or URL. */
  readonly where: string;
  /** The label that means toxic; null: its name says it. */
  readonly label: string | null;
}

function parseClassifierReference(reference: string): ClassifierReference {
  const hash = reference.lastIndexOf('#');
  const where = hash < 0 ? reference : reference.slice(0, hash);
  const label = hash < 0 ? null : reference.slice(hash + 1);
  if (where === '' || label === '') {
    throw new HarnessError('E_INPUT_INVALID', `${JSON.stringify(reference)} names no classifier.`, {
      remedy: 'Give a folder or a URL, such as ./classifier or http://localhost:8080/predict#toxic.',
    });
  }
  return { kind: /^https?:\/\//.test(where) ? 'endpoint' : 'folder', where, label };
}

/** SHA-256 of configuration, tokenizer and weights, the first 16 digits. Waits for the disk: a signature is part of a
 *  task's declaration.
 *  @throws E_FILE_NOT_FOUND */
function digestOfFolder(folder: string): string {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(1 << 20);
  const weights = ['model.onnx', 'model.onnx_data'].map((name) => join('onnx', name));
  for (const name of [...neededFiles(folder), ...weights.filter((each) => existsSync(join(folder, each)))]) {
    hash.update(`${name}\0`);
    const file = openSync(join(folder, name), 'r');
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      hash.update(chunk.subarray(0, read));
    }
    closeSync(file);
  }
  return hash.digest('hex').slice(0, 16);
}

/** What stands for the classifier in a signature: `model:tox|digest:0123456789abcdef`, or `endpoint:host/path`.
 *  @throws E_FILE_NOT_FOUND for a folder without its files */
export function classifierSignature(reference: string): string {
  const { kind, where, label } = parseClassifierReference(reference);
  const which = label === null ? [] : [`label:${label}`];
  if (kind === 'endpoint') {
    const { host, pathname } = new URL(where);
    return [`endpoint:${host}${pathname}`, ...which].join('|');
  }
  const folder = resolve(where);
  return [`model:${basename(folder)}`, `digest:${digestOfFolder(folder)}`, ...which].join('|');
}

/** @throws E_FILE_NOT_FOUND, E_INPUT_INVALID */
export async function openClassifier(reference: string): Promise<ToxicityClassifier> {
  const parsed = parseClassifierReference(reference);
  if (parsed.kind === 'endpoint') {
    const { endpointClassifier } = await import('./endpoint-classifier.ts');
    return endpointClassifier(parsed);
  }
  const { openFolderClassifier } = await import('./folder-classifier.ts');
  return await openFolderClassifier(parsed);
}
