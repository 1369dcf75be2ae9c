/** gates.yaml: which metric must be what before a model may go to production.
 *  Knows the format; knows nothing of values or runs. */
import { fileURLToPath } from 'node:url';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';
import { HarnessError } from '../errors.ts';
import type { ErrorClass } from '../../reports/report-data.ts';
import { digestOf } from '../runs/digest.ts';
import { errorClasses } from './error-classes.ts';
import { nearest } from '../tasks/nearest.ts';

export type Gate = {
  readonly metric: string;
  /** In place of the file's, where the metric is undefined for many samples by its nature. */
  readonly maxUndefinedShare?: number;
} & (
  | { readonly kind: 'atLeast' | 'atMost'; readonly threshold: number }
  | { readonly kind: 'always' }
  | { readonly kind: 'notWorseThan'; readonly margin: number }
);

/** Shares of a gate's samples above which it could not be evaluated. */
export interface Tolerance {
  /** Of all errors together. */
  readonly maxErrorShare: number;
  /** Of the errors of a class, where it has a limit of its own. */
  readonly maxErrorShareOf: Partial<Readonly<Record<ErrorClass, number>>>;
  /** Of undefined scores: what is left when many are missing is another population. */
  readonly maxUndefinedShare: number;
}

export interface Gates extends Tolerance {
  /** Where they came from, as given. */
  readonly file: string;
  /** Of the file's text. */
  readonly digest: string;
  /** Two-sided confidence of the intervals that decide; a bound errs at half its complement. */
  readonly confidence: number;
  readonly gates: readonly Gate[];
}

/** The gates used where none are named. */
export const defaultGatesPath = fileURLToPath(new URL('gates.yaml', import.meta.url));

const DEFAULT_MAX_ERROR_SHARE = 0.05;
const DEFAULT_MAX_UNDEFINED_SHARE = 0.05;

const TOP_KEYS = ['version', 'confidence', 'maxErrorShare', 'maxUndefinedShare', 'gates'] as const;
const GATE_KEYS = [
  'metric',
  'atLeast',
  'atMost',
  'always',
  'notWorseThan',
  'margin',
  'maxUndefinedShare',
] as const;
const ERROR_SHARE_KEYS = ['all', ...errorClasses] as const;
const RULES = ['atLeast', 'atMost', 'always', 'notWorseThan'] as const;
const METRIC_NAME = /^[\w-]+\/[\w-]+\.[\w.-]+$/;

/** The gates of a file's text.
 *  @throws HarnessError E_GATES_INVALID with every fault and its line; a file without gates is a fault */
export function parseGates(text: string, file: string): Gates {
  const faults = new Faults(file);
  const document = parseDocument(text, { lineCounter: faults.lines, stringKeys: true });
  for (const error of document.errors)
    faults.add(error.pos[0], error.message.replace(/ at line \d[^]*$/, ''));
  faults.throwIfAny();

  const top = document.contents;
  if (!isMap(top)) {
    faults.add(0, 'is empty or no mapping; it starts with `version: 1` and lists `gates:`');
    faults.throwIfAny();
  }
  const root = new MapReader(top as YAMLMap, 0, faults);
  root.refuseUnknownKeys(TOP_KEYS);

  const version = root.scalar('version');
  if (version !== 1) root.fault('version', `version is ${show(version)}, expected 1`);
  const confidence = root.number(
    'confidence',
    0.95,
    (value) => value > 0.5 && value < 1,
    'a number between 0.5 and 1',
  );
  const errorShares = readErrorShares(root, faults);
  const maxUndefinedShare = root.share('maxUndefinedShare', DEFAULT_MAX_UNDEFINED_SHARE);

  const gates: Gate[] = [];
  const list = root.node('gates');
  if (!isSeq(list) || list.items.length === 0) {
    root.fault('gates', '`gates:` lists no gate, and without gates there is no verdict');
  } else {
    const seen = new Map<string, number>();
    for (const item of list.items as Node[]) {
      const offset = item.range?.[0] ?? 0;
      if (!isMap(item)) {
        faults.add(offset, 'a gate is a mapping such as {metric: quality/facts.rougeL, atLeast: 0.2}');
        continue;
      }
      const gate = readGate(new MapReader(item, offset, faults));
      if (!gate) continue;
      const key = `${gate.kind} ${gate.metric}`;
      const line = faults.lines.linePos(offset).line;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, line);
      else
        faults.add(offset, `${gate.metric} has its second \`${gate.kind}\`; the first is on line ${first}`);
      gates.push(gate);
    }
  }
  faults.throwIfAny();
  return { file, digest: digestOf(text), confidence, ...errorShares, maxUndefinedShare, gates };
}

/** `maxErrorShare: 0.05`, or a mapping of classes: `{all: 0.05, timeout: 0.01}`. */
function readErrorShares(
  root: MapReader,
  faults: Faults,
): Pick<Tolerance, 'maxErrorShare' | 'maxErrorShareOf'> {
  const node = root.node('maxErrorShare');
  if (!isMap(node)) {
    return { maxErrorShare: root.share('maxErrorShare', DEFAULT_MAX_ERROR_SHARE), maxErrorShareOf: {} };
  }
  const map = new MapReader(node, node.range?.[0] ?? 0, faults);
  map.refuseUnknownKeys(ERROR_SHARE_KEYS);
  const limited = errorClasses.filter((each) => map.has(each));
  return {
    maxErrorShare: map.share('all', DEFAULT_MAX_ERROR_SHARE),
    maxErrorShareOf: Object.fromEntries(limited.map((each) => [each, map.share(each, 0)])),
  };
}

function readGate(map: MapReader): Gate | null {
  map.refuseUnknownKeys(GATE_KEYS);
  const name = map.scalar('metric');
  const named = typeof name === 'string' && METRIC_NAME.test(name);
  const metric = String(name);
  const share = map.has('maxUndefinedShare') ? { maxUndefinedShare: map.share('maxUndefinedShare', 0) } : {};
  if (!named) map.fault('metric', `metric is ${show(name)}, expected suite/task.metric`);

  const rules = RULES.filter((rule) => map.has(rule));
  if (rules.length !== 1) {
    map.fault(
      rules[1] ?? 'metric',
      rules.length === 0
        ? `a gate needs one of ${RULES.join(', ')}`
        : `a gate has one rule, this one has ${rules.join(' and ')}; write one gate for each`,
    );
    return null;
  }
  const kind = rules[0]!;
  if (kind !== 'notWorseThan' && map.has('margin'))
    map.fault('margin', 'margin goes with `notWorseThan: baseline`');

  if (kind === 'always') {
    if (map.scalar('always') !== true) map.fault('always', '`always` can only be true');
    return named ? { kind, metric, ...share } : null;
  }
  if (kind === 'notWorseThan') {
    const than = map.scalar('notWorseThan');
    if (than !== 'baseline') map.fault('notWorseThan', `notWorseThan is ${show(than)}, expected baseline`);
    const margin = map.number(
      'margin',
      undefined,
      (value) => value > 0,
      'a number above 0: no sample can show that a model is not worse by nothing at all',
    );
    return named ? { kind, metric, margin, ...share } : null;
  }
  const threshold = map.number(kind, undefined, () => true, 'a number');
  return named ? { kind, metric, threshold, ...share } : null;
}

/** Faults with their lines, thrown all at once. */
class Faults {
  readonly lines = new LineCounter();
  readonly #file: string;
  readonly #found: { line: number; what: string }[] = [];

  constructor(file: string) {
    this.#file = file;
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
    throw new HarnessError('E_GATES_INVALID', `The gates file has ${count}:\n${lines.join('\n')}`);
  }
}

/** A YAML mapping read key by key; what is wrong goes to the faults and reading goes on. */
class MapReader {
  readonly #pairs: readonly Pair[];
  readonly #offset: number;
  readonly #faults: Faults;

  constructor(map: YAMLMap, offset: number, faults: Faults) {
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

function show(value: unknown): string {
  return value === undefined ? 'missing' : (JSON.stringify(value) ?? 'missing');
}
