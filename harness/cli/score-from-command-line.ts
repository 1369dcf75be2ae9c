/** What `harness score` does with its arguments: lines from standard input, scores as JSON on standard output. */
import { HarnessError } from '../errors.ts';
import { scoreDefinitions } from '../metrics/score-definitions.ts';
import type { ScoreDefinition } from '../metrics/score-definition.ts';
import { scoreLinesReader, type ScoreLine } from '../score/score-lines.ts';
import { parseScoreOptions, selectScores } from '../score/score-selection.ts';
import { scoreTexts, type ScoreTable } from '../score/score-texts.ts';
import type { ScoreArguments } from './commands/score.ts';
import { renderScoreList, scoreList } from './score-list.ts';
import { wholeNumber } from './whole-number.ts';

const DEFAULT_METRICS = 'bleu,chrf,rouge1,rouge2,rougeL,exactMatch,tokenF1';

/** Lines of standard input as they come, so that neither the whole of it nor its text is held.
 *  @throws E_INPUT_INVALID for what is not UTF-8 */
async function* linesOfStandardInput(): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let begun = '';
  try {
    for await (const chunk of process.stdin) {
      const lines = decoder.decode(chunk as Buffer, { stream: true }).split('\n');
      lines[0] = begun + lines[0]!;
      begun = lines.pop()!;
      yield* lines;
    }
    yield begun + decoder.decode();
  } catch (cause) {
    if (cause instanceof TypeError) {
      throw new HarnessError('E_INPUT_INVALID', 'Standard input is not UTF-8.', { cause });
    }
    throw cause;
  }
}

async function readLines(definitions: readonly ScoreDefinition[]): Promise<readonly ScoreLine[]> {
  const reader = scoreLinesReader(definitions.flatMap(({ needs }) => needs));
  for await (const line of linesOfStandardInput()) reader.push(line);
  return reader.lines();
}

const ROWS_AT_ONCE = 1000;

/** As one JSON object, some rows at a time: a million of them make no string of a gigabyte. */
function print({ rows, ...rest }: ScoreTable): void {
  process.stdout.write('{"rows":[');
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const some = rows.slice(at, at + ROWS_AT_ONCE).map((row) => JSON.stringify(row));
    process.stdout.write(`${at === 0 ? '' : ','}${some.join(',')}`);
  }
  process.stdout.write(`],${JSON.stringify(rest).slice(1)}\n`);
}

export async function scoreFromCommandLine(argv: ScoreArguments): Promise<void> {
  if (argv.list) {
    process.stdout.write(`${argv.json ? JSON.stringify(scoreList()) : renderScoreList(scoreList())}\n`);
    return;
  }
  // Given twice, yargs makes a list of it.
  const asked = [argv.metrics ?? DEFAULT_METRICS]
    .flat()
    .join(',')
    .split(',')
    .map((name) => name.trim());
  const names = selectScores(asked.filter((name) => name !== ''));
  const options = parseScoreOptions(argv.option);
  const seed = wholeNumber('seed', argv.seed, 0);
  if (process.stdin.isTTY) {
    throw new HarnessError('E_USAGE', 'harness score reads JSON Lines from standard input.', {
      remedy: 'Pipe lines into it: {"hypothesis": "…", "references": ["…"]}.',
    });
  }
  const definitions = scoreDefinitions.filter(({ name }) => names.includes(name));
  print(await scoreTexts(await readLines(definitions), definitions, options, seed));
}
