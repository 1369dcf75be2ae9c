/** Fields of a parsed JSON object, each checked for its type: files of strangers claim anything. */
import { EngineError } from '../errors.ts';

export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field whose value stands for something that we do not compute. */
export function unsupportedField(file: string, name: string, value: unknown): EngineError {
  const shown = JSON.stringify(value) ?? 'missing';
  return new EngineError(
    'E_MODEL_UNSUPPORTED',
    `${file}: ${name} is ${shown.slice(0, 80)}, which this engine does not compute`,
  );
}

/** Reads fields of one object; every fault names the file and the field. */
export class FieldReader {
  readonly #file: string;
  readonly #object: JsonObject;

  constructor(file: string, object: JsonObject) {
    this.#file = file;
    this.#object = object;
  }

  /** undefined for an absent field and for null, which Hugging Face writes alike. */
  get(name: string): unknown {
    return this.#object[name] ?? undefined;
  }

  integer(name: string, least: number, most: number, fallback?: number): number {
    const value = this.get(name) ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw this.#fault(name, `an integer from ${least} to ${most}`);
  }

  /** A finite number above zero. */
  positive(name: string, fallback?: number): number {
    const value = this.get(name) ?? fallback;
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw this.#fault(name, 'a number above 0');
  }

  /** A list of so many elements; undefined where absent. */
  list(name: string, length: number): readonly unknown[] | undefined {
    const value = this.get(name);
    if (value === undefined || (Array.isArray(value) && value.length === length)) return value;
    throw this.#fault(name, `a list of ${length}`);
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.get(name) ?? fallback;
    if (typeof value === 'boolean') return value;
    throw this.#fault(name, 'true or false');
  }

  /** A token id or a list of them; empty where absent. */
  tokenIds(name: string): number[] {
    const value = this.get(name) ?? [];
    const ids: unknown[] = Array.isArray(value) ? value : [value];
    if (ids.every((id): id is number => typeof id === 'number' && Number.isInteger(id) && id >= 0))
      return ids;
    throw this.#fault(name, 'a token id or a list of token ids');
  }

  #fault(name: string, expected: string): EngineError {
    const found = JSON.stringify(this.#object[name]) ?? 'nothing';
    return new EngineError(
      'E_CHECKPOINT_INVALID',
      `${this.#file}: ${name} should be ${expected}, found ${found.slice(0, 80)}`,
    );
  }
}
