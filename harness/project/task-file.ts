/** Reads `suites/….task.yaml`: a task without code. All faults at once, each with its line.
 *  Knows the file; what a task is, is define-task.ts's. */
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { isCollection, isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { HarnessError } from '../errors.ts';
import { parseScoreOptions } from '../score/score-selection.ts';
import { nearest } from '../tasks/nearest.ts';
import type { Task, TaskCost, TaskGate, Frequency } from '../tasks/task.ts';
import { defineTask, type TaskDefinition } from './define-task.ts';
import { namedScoring, scoreNames, type Aggregate, type Scoring } from './scoring.ts';
import { isDataPath, type SampleMapping } from './task-dataset.ts';
import { taskFileSchema } from './task-file-schema.ts';

/** The file as the schema has it. */
interface TaskFile extends SampleMapping {
  readonly version: 1;
  readonly suite: string;
  readonly name?: string;
  readonly title?: string;
  readonly description?: string;
  readonly when?: readonly Frequency[];
  readonly dataset?: string;
  readonly samples?: readonly Readonly<Record<string, unknown>>[];
  readonly sampling?: NonNullable<TaskDefinition['sampling']>;
  readonly scorers: readonly (string | ScorerEntry)[];
  readonly gates?: readonly TaskGate[];
  readonly cost?: TaskCost;
  readonly concurrency?: number;
}

interface ScorerEntry {
  readonly score: string;
  readonly tag?: string;
  readonly aggregate?: Aggregate;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  readonly schema?: unknown;
}

let validator: ReturnType<Ajv2020['compile']> | undefined;

/** @param path of the file; a dataset is looked for beside it
 *  @throws HarnessError E_TASK_INVALID with every fault and its line */
export function parseTaskFile(text: string, path: string): Task {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
  const syntax = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    what: error.message.replace(/ at line \d[^]*$/, ''),
  }));
  if (syntax.length > 0) throw invalid(path, syntax);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  validator ??= new Ajv2020({ allErrors: true, strict: false, verbose: true }).compile(taskFileSchema);
  if (!validator(value)) {
    const faults = faultsOf(validator.errors!).map(({ at, what }) => ({
      line: lineOf(document, at, lines),
      what,
    }));
    throw invalid(path, faults);
  }
  try {
    return taskOf(value as TaskFile, path);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    throw invalid(path, [{ line: 1, what: error.message }]);
  }
}

function taskOf(file: TaskFile, path: string): Task {
  const { version: _, dataset, samples, scorers, name = basename(path).split('.')[0]!, ...rest } = file;
  const beside =
    dataset !== undefined && isDataPath(dataset) ? pathToFileURL(resolve(dirname(path), dataset)) : dataset;
  return defineTask({ ...rest, name, dataset: beside ?? samples!, scorers: scorers.map(scoringOf) });
}

function scoringOf(entry: string | ScorerEntry): Scoring {
  if (typeof entry === 'string') return namedScoring(entry);
  const { score, options = {}, ...settings } = entry;
  const parsed = parseScoreOptions(Object.entries(options).map(([key, value]) => `${key}=${value}`));
  return namedScoring(score, { ...settings, options: parsed });
}

interface Fault {
  readonly line: number;
  readonly what: string;
}

function invalid(path: string, faults: readonly Fault[]): HarnessError {
  const lines = faults
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, what }) => `  ${path}:${line}: ${what}`);
  const count = lines.length === 1 ? 'one fault' : `${lines.length} faults`;
  return new HarnessError('E_TASK_INVALID', `The task file has ${count}:\n${lines.join('\n')}`);
}

/** Line of what the path leads to: of a missing or unknown key, the mapping or the key itself. */
function lineOf(document: Document, at: readonly string[], lines: LineCounter): number {
  for (let depth = at.length; depth >= 0; depth--) {
    const path = at.slice(0, depth).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const node = depth === 0 ? document.contents : document.getIn(path, true);
    if (isNode(node) && node.range)
      return Math.max(1, lines.linePos(keyOffset(document, path) ?? node.range[0]).line);
  }
  return 1;
}

/** Where the key that leads to a value stands. */
function keyOffset(document: Document, path: readonly (string | number)[]): number | null {
  const last = path.at(-1);
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (typeof last !== 'string' || !isCollection(parent)) return null;
  for (const item of parent.items) {
    const key = (item as { key?: { value?: unknown; range?: readonly number[] } }).key;
    if (key?.value === last && key.range) return key.range[0]!;
  }
  return null;
}

/** The validator's errors in our words; of what follows from another, the other alone. */
function faultsOf(
  errors: readonly ErrorObject[],
): { readonly at: readonly string[]; readonly what: string }[] {
  const seen = new Set<string>();
  return errors.flatMap((error) => {
    const at = error.instancePath.split('/').slice(1).map(unescapePointer);
    const found = describe(error, at);
    if (!found || seen.has(`${found.at.join('/')} ${found.what}`)) return [];
    seen.add(`${found.at.join('/')} ${found.what}`);
    return [found];
  });
}

const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

function describe(
  error: ErrorObject,
  at: readonly string[],
): { readonly at: readonly string[]; readonly what: string } | null {
  const { keyword, params, data, parentSchema } = error as ErrorObject<string, Record<string, unknown>>;
  const name = at.findLast((key) => !/^\d+$/.test(key)) ?? 'the file';
  const shown = JSON.stringify(data) ?? 'nothing';
  const value = shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys((parentSchema as { properties?: object }).properties ?? {});
      const close = nearest(key, known);
      const hint = close === null ? `known are ${known.join(', ')}` : `did you mean ${close}?`;
      return { at: [...at, key], what: `unknown key ${JSON.stringify(key)}; ${hint}` };
    }
    case 'required':
      // Of alternatives, the line about all of them says it.
      return error.schemaPath.includes('/oneOf/')
        ? null
        : { at, what: `${name} lacks ${params['missingProperty']}` };
    case 'oneOf':
      return at.length === 0
        ? { at, what: 'give either dataset or samples' }
        : { at, what: 'a gate needs one of atLeast, atMost, always, notWorseThan, and no second' };
    case 'dependentRequired':
      return { at, what: `${params['property']} goes with ${params['deps']}` };
    case 'not':
      return { at, what: 'undefinedScores goes with atLeast, atMost and always' };
    case 'enum': {
      if (error.schemaPath.includes('/anyOf/0/')) {
        const close = typeof data === 'string' ? nearest(data, scoreNames) : null;
        const hint = close === null ? 'see harness score --list' : `did you mean ${close}?`;
        return typeof data === 'string' ? { at, what: `no score is called ${value}; ${hint}` } : null;
      }
      const allowed = params['allowedValues'] as readonly string[];
      const listed = allowed.length > 12 ? 'see harness score --list' : `expected ${allowed.join(', ')}`;
      const close = typeof data === 'string' ? nearest(data, allowed) : null;
      return { at, what: `${name} is ${value}; ${close === null ? listed : `did you mean ${close}?`}` };
    }
    case 'anyOf':
      return null;
    case 'type':
      if (error.schemaPath.includes('/anyOf/') && at.at(-2) === 'scorers') {
        // A text is judged as a name, a mapping as settings: neither's other fault is one.
        if (typeof data === 'string' || (typeof data === 'object' && data !== null)) return null;
        return { at, what: `a scorer is ${value}, expected a name or a mapping` };
      }
      return { at, what: `${name} is ${value}, expected ${String(params['type']).replace(',', ' or ')}` };
    case 'const':
      return { at, what: `${name} is ${value}, expected ${JSON.stringify(params['allowedValue'])}` };
    default:
      return { at, what: `${name} is ${value}; it ${error.message}` };
  }
}
