/** What `harness score --list` prints: scores, options and fields, for people in tables of at most 120 columns, or
 *  as JSON. */
import { scoreCatalog } from '../score/score-catalog.ts';
import { scoreFieldRows } from '../score/score-lines.ts';
import { scoreOptionRows } from '../score/score-selection.ts';
import { renderTable } from './table.ts';

interface ScoreList {
  readonly scores: readonly {
    readonly name: string;
    readonly title: string;
    readonly range: readonly [low: number | null, high: number | null];
    readonly better: 'higher' | 'lower' | 'neither';
    /** Fields of a line without which it has no such score. */
    readonly needs: readonly string[];
    readonly citation: string;
  }[];
  readonly options: readonly { readonly name: string; readonly values: string; readonly default: string }[];
  readonly fields: readonly { readonly name: string; readonly is: string; readonly for: string }[];
}

export function scoreList(): ScoreList {
  return {
    scores: scoreCatalog.map(({ name, title, range, better, needs, citation }) => ({
      name,
      title,
      range,
      better,
      needs,
      citation,
    })),
    options: Object.entries(scoreOptionRows).map(([name, row]) => ({
      name,
      values: row.values,
      default: row.default,
    })),
    fields: Object.entries(scoreFieldRows).map(([name, row]) => ({ name, is: row.is, for: row.for })),
  };
}

const rangeOf = ([low, high]: readonly [number | null, number | null]) =>
  `${low ?? '−∞'} … ${high ?? '∞'}`.replace('-', '−');

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return renderTable(
    [header, ...rows],
    header.map(() => 'left'),
  );
}

export function renderScoreList({ scores, options, fields }: ScoreList): string {
  return [
    table(
      ['SCORE', 'IS', 'RANGE', 'BETTER', 'NEEDS'],
      scores.map((each) => [
        each.name,
        each.title,
        rangeOf(each.range),
        each.better === 'neither' ? '' : each.better,
        each.needs.filter((field) => field !== 'hypothesis').join(', '),
      ]),
    ),
    table(
      ['OPTION', 'VALUES', 'DEFAULT'],
      options.map((each) => [each.name, each.values, each.default]),
    ),
    table(
      ['FIELD', 'IS', 'FOR'],
      fields.map((each) => [each.name, shortened(each.is), each.for]),
    ),
    table(
      ['SCORE', 'SOURCE'],
      scores.map((each) => [each.name, each.citation]),
    ),
  ].join('\n\n');
}

/** Widest description of a field's values in the table; JSON has all of it. */
const VALUES_WIDTH = 48;

function shortened(list: string): string {
  if (list.length <= VALUES_WIDTH) return list;
  return `${list.slice(0, list.lastIndexOf(', ', VALUES_WIDTH - 1))} …`;
}
