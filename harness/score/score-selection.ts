/** Which scores to compute and how: the names and options of a `harness score` command line. */
import { HarnessError } from '../errors.ts';
import { nearest } from '../tasks/nearest.ts';
import { bleuSmoothing } from '../metrics/bleu.ts';
import { bleuTokenizers } from '../metrics/bleu-tokenizers.ts';
import { sentenceCounters } from '../metrics/readability.ts';
import type { ScoreOptions } from '../metrics/score-definition.ts';
import { isObject } from '../tasks/json-lines.ts';
import type { RubricScoreOptions } from './model-scores.ts';
import { scoreCatalog } from './score-catalog.ts';

type Parsed = string | number | boolean | object;

interface OptionRow {
  /** What it may be, in words. */
  readonly values: string;
  readonly default: string;
  /** Undefined for a value that it may not have. */
  readonly parse: (value: string) => Parsed | undefined;
}

function choice(values: readonly string[], fallback: string): OptionRow {
  return {
    values: values.join(', '),
    default: fallback,
    parse: (value) => (values.includes(value) ? value : undefined),
  };
}

function flag(fallback: string): OptionRow {
  const words: Readonly<Record<string, boolean>> = { true: true, false: false };
  return {
    values: 'true, false',
    default: fallback,
    parse: (value) => (Object.hasOwn(words, value) ? words[value] : undefined),
  };
}

function number(values: string, fallback: string, fits: (value: number) => boolean): OptionRow {
  return {
    values,
    default: fallback,
    parse: (value) => {
      const parsed = Number(value);
      return value.trim() !== '' && Number.isFinite(parsed) && fits(parsed) ? parsed : undefined;
    },
  };
}

const integer = (low: number, high: number, fallback: string) =>
  number(
    `integer from ${low} to ${high}`,
    fallback,
    (value) => Number.isInteger(value) && value >= low && value <= high,
  );

function text(values: string, fallback: string): OptionRow {
  return { values, default: fallback, parse: (value) => (value === '' ? undefined : value) };
}

/** Text that JSON.parse takes to an object. */
function object(values: string): OptionRow {
  return {
    values,
    default: 'none',
    parse: (value) => {
      try {
        const parsed: unknown = JSON.parse(value);
        return isObject(parsed) ? parsed : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** Options by name, in the references' terms. */
export const scoreOptionRows = {
  'bleu.tokenize': choice(Object.keys(bleuTokenizers), '13a'),
  'bleu.smooth': choice(Object.keys(bleuSmoothing), 'exp'),
  'bleu.smoothValue': number('number from 0', 'floor 0.1, add-k 1', (value) => value >= 0),
  'bleu.effectiveOrder': flag('rows true, corpus false'),
  'bleu.lowercase': flag('false'),
  'bleu.maxOrder': integer(1, 16, '4'),
  'chrf.charOrder': integer(1, 32, '6'),
  'chrf.wordOrder': integer(0, 16, '0'),
  'chrf.beta': number('number above 0', '2', (value) => value > 0),
  'chrf.lowercase': flag('false'),
  'chrf.whitespace': flag('false'),
  'chrf.epsSmoothing': flag('false'),
  'ter.normalized': flag('false'),
  'ter.noPunct': flag('false'),
  'ter.asianSupport': flag('false'),
  'ter.caseSensitive': flag('false'),
  'rouge.stem': flag('false'),
  'readability.sentences': choice(sentenceCounters, 'textstat'),
  'numeric.take': choice(['last', 'first', 'only'], 'last'),
  'numeric.percent': choice(['written', 'fraction'], 'written'),
  'numeric.absolute': number('number from 0', '0', (value) => value >= 0),
  'numeric.relative': number('number from 0 to 1', '1e-9', (value) => value >= 0 && value <= 1),
  'json.fence': choice(['never', 'allow', 'search'], 'never'),
  'json.schema': object('JSON Schema, for lines without one'),
  'passAtK.k': integer(1, 1_000_000, '1'),
  'ece.bins': integer(1, 1000, '15'),
  'ece.binning': choice(['width', 'mass'], 'width'),
  'similarity.model': text('folder of an ONNX model', 'the packaged English one'),
  'toxicityClassifier.model': text('folder of an ONNX model, or URL; #label of what is toxic', 'none'),
  'judge.low': integer(-1000, 1000, '1'),
  'judge.high': integer(-1000, 1000, '5'),
  'judge.votes': integer(1, 99, '1'),
  'judge.temperature': number(
    'number from 0 to 2',
    '0; several votes 0.7',
    (value) => value >= 0 && value <= 2,
  ),
  'judge.maxTokens': integer(1, 100_000, '512'),
  'judge.passFrom': number('number: this score or more passes', 'none', () => true),
  'judge.maxErrors': number('share from 0 to 1', '0.1', (value) => value >= 0 && value <= 1),
  'judge.concurrency': integer(1, 256, '4'),
} as const satisfies Record<string, OptionRow>;

const letters = (name: string) => Array.from(name.toLowerCase()).sort().join('');

function unknown(what: string, name: string, known: readonly string[]): string {
  // "blue" for bleu: swapped letters are two edits, too many of four to be near.
  const meant = nearest(name, known) ?? known.find((each) => letters(each) === letters(name));
  return `unknown ${what} ${JSON.stringify(name)}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** Names of scores as asked for, each once, in the order of the list; `rouge1` brings `rouge1.precision` and
 *  `rouge1.recall`.
 *  @throws E_USAGE naming every unknown name with a suggestion */
export function selectScores(names: readonly string[]): readonly string[] {
  const known = scoreCatalog.map(({ name }) => name);
  const faults = names.filter((name) => !known.includes(name)).map((name) => unknown('metric', name, known));
  if (names.length === 0) faults.push('no metric is named');
  if (faults.length > 0) {
    throw new HarnessError('E_USAGE', faults.join('\n'), { remedy: 'See harness score --list.' });
  }
  const wanted = new Set(names);
  return known.filter((name) => wanted.has(name) || wanted.has(name.split('.')[0]!));
}

/** Options of the scores that take a model. */
export interface ModelScoreOptions {
  readonly similarity?: { readonly model?: string };
  readonly toxicityClassifier?: { readonly model?: string };
  readonly judge?: Omit<RubricScoreOptions, 'rubric' | 'seed'>;
}

/** Options from `name=value` settings; of several for one name the last counts.
 *  @throws E_USAGE naming every unknown option, with a suggestion, and every bad value */
export function parseScoreOptions(settings: readonly string[]): ScoreOptions & ModelScoreOptions {
  const known = Object.keys(scoreOptionRows) as (keyof typeof scoreOptionRows)[];
  const options: Record<string, Record<string, Parsed>> = {};
  const faults: string[] = [];
  for (const setting of settings) {
    const equals = setting.indexOf('=');
    const name = equals < 0 ? setting : setting.slice(0, equals);
    const row = known.find((each) => each === name);
    if (row === undefined) {
      faults.push(unknown('option', name, known));
      continue;
    }
    const value = equals < 0 ? undefined : scoreOptionRows[row].parse(setting.slice(equals + 1));
    if (value === undefined) {
      faults.push(`${name} takes ${scoreOptionRows[row].values}: got ${JSON.stringify(setting)}`);
      continue;
    }
    const [metric, option] = row.split('.') as [string, string];
    (options[metric] ??= {})[option] = value;
  }
  if (faults.length > 0) {
    throw new HarnessError('E_USAGE', faults.join('\n'), { remedy: 'See harness score --list.' });
  }
  return options;
}
