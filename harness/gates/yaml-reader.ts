/** Reading a YAML file of ours key by key, so that all of its faults are told at once, each with its line.
 *  Knows YAML; knows nothing of any file's keys. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';
import { HarnessError } from '../errors.ts';
import { nearest } from '../tasks/nearest.ts';

/** Faults with their lines, thrown all at once. */
export class YamlFaults {
  readonly lines = new LineCounter();
  readonly #file: string;
  readonly #code: 'E_GATES_INVALID' | 'E_POLICY_INVALID';
  readonly #what: string;
  readonly #found: { line: number; what: string }[] = [];

  /** @param what the file is, as a subject: `The gates file` */
  constructor(file: string, code: 'E_GATES_INVALID' | 'E_POLICY_INVALID', what: string) {
    this.#file = file;
    this.#code = code;
    this.#what = what;
  }

  add(offset: number, what: string): void {
    this.#found.push({ line: Math.max(1, this.lines.linePos(offset).line), what });
  }

  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const lines = this.#found
      .sort((a, b) => a.line - b.line)
      .map(({ line, what }) => `  ${this.#file}:${line}: ${what}`);
    const count = lines.length === 1 ? 'one fault' : `${lines.length} faults`;
    throw new HarnessError(this.#code, `${this.#what} has ${count}:\n${lines.join('\n')}`);
  }
}

/** The mapping that a file is.
 *  @param begins what such a file begins with, in words
 *  @throws HarnessError where it is no YAML or no mapping */
export function readRoot(text: string, faults: YamlFaults, begins: string): MapReader {
  const document = parseDocument(text, { lineCounter: faults.lines, stringKeys: true });
  for (const error of document.errors)
    faults.add(error.pos[0], error.message.replace(/ at line \d[^]*$/, ''));
  faults.throwIfAny();
  const top = document.contents;
  if (!isMap(top)) {
    faults.add(0, `is empty or no mapping; ${begins}`);
    faults.throwIfAny();
  }
  return new MapReader(top as YAMLMap, 0, faults);
}

/** A YAML mapping read key by key; what is wrong goes to the faults and reading goes on. */
export class MapReader {
  readonly #pairs: readonly Pair[];
  readonly #offset: number;
  readonly #faults: YamlFaults;

  constructor(map: YAMLMap, offset: number, faults: YamlFaults) {
    this.#pairs = map.items;
    this.#offset = offset;
    this.#faults = faults;
  }

  #pair(key: string): Pair | undefined {
    return this.#pairs.find((pair) => keyOf(pair) === key);
  }

  has(key: string): boolean {
    return this.#pair(key) !== undefined;
  }

  node(key: string): unknown {
    return this.#pair(key)?.value;
  }

  /** Null for what is no plain scalar (a list, a mapping, an alias), undefined where the key is absent. */
  scalar(key: string): unknown {
    const pair = this.#pair(key);
    if (!pair) return undefined;
    return isScalar(pair.value) ? pair.value.value : null;
  }

  /** The number under the key. Where it is absent: the fallback, or a fault if there is none. */
  number(
    key: string,
    fallback: number | undefined,
    fits: (value: number) => boolean,
    expected: string,
  ): number {
    const value = this.scalar(key);
    if (value === undefined && fallback !== undefined) return fallback;
    if (typeof value === 'number' && Number.isFinite(value) && fits(value)) return value;
    this.fault(key, `${key} is ${show(value)}, expected ${expected}`);
    return fallback ?? 0;
  }

  share(key: string, fallback: number): number {
    const fits = (value: number): boolean => value >= 0 && value < 1;
    return this.number(key, fallback, fits, 'a number of at least 0 and below 1');
  }

  /** The texts under the key, one or a list; none where it is absent. What does not fit is a fault with its own line. */
  strings(key: string, fits: RegExp, expected: string): string[] {
    const node = this.node(key);
    if (node === undefined) return [];
    const items: readonly unknown[] = isSeq(node) ? node.items : [node];
    return items.flatMap((item) => {
      const value = isScalar(item) ? item.value : null;
      if (typeof value === 'string' && fits.test(value)) return [value];
      this.#faults.add(
        (item as Node | null)?.range?.[0] ?? this.#offset,
        `${key} has ${show(value)}, expected ${expected}`,
      );
      return [];
    });
  }

  /** The mapping under the key; null where it is absent, or is none, which is a fault. */
  child(key: string, expected: string): MapReader | null {
    const pair = this.#pair(key);
    if (!pair) return null;
    if (isMap(pair.value)) return new MapReader(pair.value, startOf(pair), this.#faults);
    this.#faults.add(startOf(pair), `${key} is no mapping; expected ${expected}`);
    return null;
  }

  /** The mappings under the keys that are not known beforehand. */
  maps(expected: string): { readonly key: string; readonly map: MapReader }[] {
    return this.#pairs.flatMap((pair) => {
      const key = keyOf(pair);
      if (isMap(pair.value)) return [{ key, map: new MapReader(pair.value, startOf(pair), this.#faults) }];
      this.#faults.add(startOf(pair), `${key} is no mapping; expected ${expected}`);
      return [];
    });
  }

  fault(key: string, what: string): void {
    const pair = this.#pair(key);
    this.#faults.add(pair ? startOf(pair) : this.#offset, what);
  }

  refuseUnknownKeys(known: readonly string[]): void {
    for (const pair of this.#pairs) {
      const key = keyOf(pair);
      if (known.includes(key)) continue;
      const close = nearest(key, known);
      const hint = close ? `did you mean ${close}?` : `known are ${known.join(', ')}`;
      this.#faults.add(startOf(pair), `unknown key ${JSON.stringify(key)}; ${hint}`);
    }
  }
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function startOf(pair: Pair): number {
  return (pair.key as Node | null)?.range?.[0] ?? 0;
}

export function show(value: unknown): string {
  return value === undefined ? 'missing' : (JSON.stringify(value) ?? 'missing');
}
