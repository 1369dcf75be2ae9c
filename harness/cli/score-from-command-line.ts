/** What `harness score` does with its arguments: lines from standard input, scores as JSON on standard output. */
import { HarnessError } from '../errors.ts';
import { readFile } from 'node:fs/promises';
import type { Model } from '../../engine/index.ts';
import type { ScoreDefinition } from '../metrics/score-definition.ts';
import { scoreDefinitions } from '../metrics/score-definitions.ts';
import { alignLines, compareTexts } from '../score/compare-texts.ts';
import type { ModelScore } from '../score/score-catalog.ts';
import { scoreLinesReader, type ScoreLine } from '../score/score-lines.ts';
import { parseScoreOptions, selectScores, type ModelScoreOptions } from '../score/score-selection.ts';
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

async function readLines(
  definitions: readonly (ScoreDefinition | ModelScore)[],
): Promise<readonly ScoreLine[]> {
  const reader = scoreLinesReader(definitions.flatMap(({ needs }) => needs));
  for await (const line of linesOfStandardInput()) reader.push(line);
  return reader.lines();
}

/** Lines of the other system, with what standard input says of the same items.
 *  @throws E_FILE_NOT_FOUND, E_INPUT_INVALID */
async function readOther(path: string, lines: readonly ScoreLine[]): Promise<readonly ScoreLine[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HarnessError('E_FILE_NOT_FOUND', `The other system's lines ${path} cannot be read.`, { cause });
  });
  const reader = scoreLinesReader(['hypothesis']);
  for (const line of text.split('\n')) reader.push(line);
  return alignLines(lines, reader.lines());
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

/** @throws E_FILE_NOT_FOUND, or E_USAGE for one that is blank */
async function readRubric(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HarnessError('E_FILE_NOT_FOUND', `The rubric ${path} cannot be read.`, { cause });
  });
  if (text.trim() === '') throw new HarnessError('E_USAGE', `The rubric ${path} is blank.`);
  return text;
}

async function openJudge(argv: ScoreArguments, names: readonly string[]): Promise<Model | null> {
  const judged = names.filter((name) => name.startsWith('judge.'));
  if (judged.length === 0) {
    if (argv.judge === undefined) return null;
    throw new HarnessError('E_USAGE', '--judge is given, but no metric that it judges.', {
      remedy: 'Add judge.rubric or judge.pairwise to --metrics, or leave --metrics out.',
    });
  }
  if (argv.judge === undefined) {
    throw new HarnessError('E_USAGE', `${judged.join(' and ')} take a model as judge.`, {
      remedy: 'Name it with --judge MODEL.',
    });
  }
  const { openModel } = await import('../models/open-model.ts');
  return await openModel(argv.judge);
}

/** Scores that take a model, and what to close when they are made. */
async function modelScores(
  argv: ScoreArguments,
  names: readonly string[],
  { similarity, toxicityClassifier, judge: judging = {} }: ModelScoreOptions,
  seed: number,
): Promise<{ readonly scores: readonly ModelScore[]; readonly close: () => Promise<void> }> {
  const rubric = await readRubric(argv.rubric);
  if (names.includes('judge.rubric') && rubric === undefined) {
    throw new HarnessError('E_USAGE', 'judge.rubric takes a rubric.', {
      remedy: 'Name its file with --rubric.',
    });
  }
  const { low = 1, high = 5 } = judging;
  if (low >= high) throw new HarnessError('E_USAGE', `judge.low is ${low}, judge.high ${high}: no scale.`);
  const judge = await openJudge(argv, names);
  const taking = new Set(['similarity', 'toxicityClassifier']);
  if (judge === null && !names.some((name) => taking.has(name)))
    return { scores: [], close: () => Promise.resolve() };
  const { pairwiseScore, rubricScore, similarityScore, toxicityClassifierScore } =
    await import('../score/model-scores.ts');
  const scores: ModelScore[] = [];
  const closers = [() => judge?.close()];
  if (names.includes('similarity')) {
    const { openEmbedder } = await import('../embeddings/open-embedder.ts');
    const embedder = await openEmbedder(similarity?.model);
    closers.push(() => embedder.close());
    scores.push(similarityScore(embedder));
  }
  if (names.includes('toxicityClassifier')) {
    const reference = toxicityClassifier?.model;
    if (reference === undefined) {
      throw new HarnessError('E_USAGE', 'toxicityClassifier takes a classifier.', {
        remedy: 'Name it with --option toxicityClassifier.model=FOLDER or a URL.',
      });
    }
    const { openClassifier } = await import('../classifiers/classifier.ts');
    const classifier = await openClassifier(reference);
    closers.push(() => classifier.close());
    scores.push(toxicityClassifierScore(classifier, reference));
  }
  const options = { ...judging, seed, ...(rubric !== undefined && { rubric }) };
  if (judge !== null && names.includes('judge.rubric')) {
    scores.push(rubricScore(judge, { ...options, rubric: rubric! }));
  }
  if (judge !== null && names.includes('judge.pairwise')) scores.push(pairwiseScore(judge, options));
  return {
    scores,
    close: async () => {
      for (const close of closers) await close();
    },
  };
}

function metricsOf({ metrics, judge }: ScoreArguments): readonly string[] {
  // Given twice, yargs makes a list of it.
  const asked = [metrics ?? (judge === undefined ? DEFAULT_METRICS : 'judge.rubric')]
    .flat()
    .join(',')
    .split(',');
  return selectScores(asked.map((name) => name.trim()).filter((name) => name !== ''));
}

export async function scoreFromCommandLine(argv: ScoreArguments): Promise<void> {
  if (argv.list) {
    process.stdout.write(`${argv.json ? JSON.stringify(scoreList()) : renderScoreList(scoreList())}\n`);
    return;
  }
  const names = metricsOf(argv);
  const options = parseScoreOptions(argv.option);
  const seed = wholeNumber('seed', argv.seed, 0);
  if (process.stdin.isTTY) {
    throw new HarnessError('E_USAGE', 'harness score reads JSON Lines from standard input.', {
      remedy: 'Pipe lines into it: {"hypothesis": "…", "references": ["…"]}.',
    });
  }
  const models = await modelScores(argv, names, options, seed);
  try {
    const definitions = [...scoreDefinitions.filter(({ name }) => names.includes(name)), ...models.scores];
    const lines = await readLines(definitions);
    if (argv.compare !== undefined) {
      const others = await readOther(argv.compare, lines);
      const compared = await compareTexts(lines, others, definitions, options, { seed });
      process.stdout.write(`${JSON.stringify(compared)}\n`);
      return;
    }
    const table = await scoreTexts(lines, definitions, options, seed);
    print(table);
    if (names.some((name) => name.startsWith('judge.') && table.corpus[name]?.value === null)) {
      // The lines' scores stand, yet what was asked could not be evaluated.
      process.exitCode = 3;
    }
  } finally {
    await models.close();
  }
}
