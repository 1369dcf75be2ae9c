/** gates.yaml: which metric must be what before a model may go to production.
 *  Knows the format; knows nothing of values or runs. */
import { fileURLToPath } from 'node:url';
import { isMap, isSeq, type Node } from 'yaml';
import type { ErrorClass } from '../../reports/report-data.ts';
import { digestOf } from '../runs/digest.ts';
import { errorClasses } from './error-classes.ts';
import { MapReader, readRoot, show, YamlFaults } from './yaml-reader.ts';

export type Gate = {
  readonly metric: string;
  /** In place of the file's, where the metric is undefined for many samples by its nature. */
  readonly maxUndefinedShare?: number;
} & (
  | ({ readonly kind: 'atLeast' | 'atMost'; readonly threshold: number } & OfUndefined)
  | ({ readonly kind: 'always' } & OfUndefined)
  | { readonly kind: 'notWorseThan'; readonly margin: number }
);

interface OfUndefined {
  /** They count as the worst answers, as errors do; unless the gate's author knows them to be none of the model's doing. */
  readonly undefinedScores?: 'leaveOut';
}

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
  /** A second look that every run declares which leaves it something to see: `400`, `2x` or `all`. */
  readonly secondLook: string | null;
  readonly gates: readonly Gate[];
}

/** The gates used where none are named. */
export const defaultGatesPath = fileURLToPath(new URL('gates.yaml', import.meta.url));

const DEFAULT_MAX_ERROR_SHARE = 0.05;
const DEFAULT_MAX_UNDEFINED_SHARE = 0.05;

const TOP_KEYS = [
  'version',
  'confidence',
  'maxErrorShare',
  'maxUndefinedShare',
  'secondLook',
  'gates',
] as const;
const GATE_KEYS = [
  'metric',
  'atLeast',
  'atMost',
  'always',
  'notWorseThan',
  'margin',
  'maxUndefinedShare',
  'undefinedScores',
] as const;
export const ERROR_SHARE_KEYS = ['all', ...errorClasses] as const;
const RULES = ['atLeast', 'atMost', 'always', 'notWorseThan'] as const;
/** `400` samples a task in all, `2x`, or `all`. */
export const SECOND_LOOK = /^(\d{1,9}x?|all)$/;
export const METRIC_NAME = /^[\w-]+\/[\w-]+\.[\w.-]+$/;

/** The gates of a file's text.
 *  @throws HarnessError E_GATES_INVALID with every fault and its line; a file without gates is a fault */
export function parseGates(text: string, file: string): Gates {
  const faults = new YamlFaults(file, 'E_GATES_INVALID', 'The gates file');
  const root = readRoot(text, faults, 'it starts with `version: 1` and lists `gates:`');
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

  const secondLook = readSecondLook(root);

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
  return { file, digest: digestOf(text), confidence, ...errorShares, maxUndefinedShare, secondLook, gates };
}

/** `maxErrorShare: 0.05`, or a mapping of classes: `{all: 0.05, timeout: 0.01}`. */
function readErrorShares(
  root: MapReader,
  faults: YamlFaults,
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

function readSecondLook(root: MapReader): string | null {
  if (!root.has('secondLook')) return null;
  const value = root.scalar('secondLook');
  const size = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (!SECOND_LOOK.test(size)) {
    root.fault('secondLook', `secondLook is ${show(value)}, expected samples a task in all (400), 2x or all`);
  }
  return size;
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
  const undefinedScores = readUndefinedScores(map, kind);

  if (kind === 'always') {
    if (map.scalar('always') !== true) map.fault('always', '`always` can only be true');
    return named ? { kind, metric, ...share, ...undefinedScores } : null;
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
  return named ? { kind, metric, threshold, ...share, ...undefinedScores } : null;
}

function readUndefinedScores(map: MapReader, rule: string): OfUndefined {
  if (!map.has('undefinedScores')) return {};
  const value = map.scalar('undefinedScores');
  if (value !== 'leaveOut')
    map.fault('undefinedScores', `undefinedScores is ${show(value)}, expected leaveOut`);
  if (rule === 'notWorseThan') {
    map.fault(
      'undefinedScores',
      'undefinedScores goes with atLeast, atMost and always: a comparison leaves out pairs that are undefined on both sides',
    );
  }
  return { undefinedScores: 'leaveOut' };
}
