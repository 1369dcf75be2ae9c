/** What `harness score` does with its arguments: lines from standard input, scores as JSON on standard output. */
import { HarnessError } from '../errors.ts';
import { scoreDefinitions } from '../metrics/score-definitions.ts';
import { readScoreLines } from '../score/score-lines.ts';
import { parseScoreOptions, scoreOptionRows, selectScores } from '../score/score-selection.ts';
import { scoreTexts } from '../score/score-texts.ts';
import type { ScoreArguments } from './commands/score.ts';
import { renderTable } from './table.ts';
import { wholeNumber } from './whole-number.ts';

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new HarnessError('E_INPUT_INVALID', 'Standard input is not UTF-8.', { cause });
  }
}

const rangeOf = ([low, high]: readonly [number | null, number | null]) => `${low ?? '−∞'} … ${high ?? '∞'}`;

function printList(json: boolean): void {
  const scores = scoreDefinitions.map(({ name, title, range, better, needsReferences, citation }) => ({
    name,
    title,
    range,
    better,
    needsReferences,
    citation,
  }));
  const options = Object.entries(scoreOptionRows).map(([name, row]) => ({
    name,
    values: row.values,
    default: row.default,
  }));
  if (json) {
    process.stdout.write(`${JSON.stringify({ scores, options })}\n`);
    return;
  }
  const scoreRows = scores.map((each) => [
    each.name,
    each.title,
    rangeOf(each.range),
    each.better === 'neither' ? '' : `${each.better} is better`,
    each.needsReferences ? 'references' : '',
    each.citation,
  ]);
  const optionRows = options.map((each) => [each.name, each.values, each.default]);
  const table = (header: readonly string[], rows: readonly (readonly string[])[]) =>
    renderTable(
      [header, ...rows],
      header.map(() => 'left'),
    );
  const scoreTable = table(['SCORE', 'IS', 'RANGE', '', 'NEEDS', 'SOURCE'], scoreRows);
  process.stdout.write(`${scoreTable}\n\n${table(['OPTION', 'VALUES', 'DEFAULT'], optionRows)}\n`);
}

export async function scoreFromCommandLine(argv: ScoreArguments): Promise<void> {
  if (argv.list) return printList(argv.json);
  // Given twice, yargs makes a list of it.
  const names = [argv.metrics]
    .flat()
    .join(',')
    .split(',')
    .map((name) => name.trim());
  const definitions = selectScores(names.filter((name) => name !== ''));
  const options = parseScoreOptions(argv.option);
  const seed = wholeNumber('seed', argv.seed, 0);
  if (process.stdin.isTTY) {
    throw new HarnessError('E_USAGE', 'harness score reads JSON Lines from standard input.', {
      remedy: 'Pipe lines into it: {"hypothesis": "…", "references": ["…"]}.',
    });
  }
  const lines = readScoreLines(await readStandardInput());
  process.stdout.write(`${JSON.stringify(scoreTexts(lines, definitions, options, seed))}\n`);
}
