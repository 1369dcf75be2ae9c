/** What `harness data overlap` does with its arguments, and what `harness train` says of its data. */
import { basename } from 'node:path';
import {
  countsBySet,
  evaluationSets,
  isContaminated,
  type Overlap,
  overlapOf,
  readRows,
  textsWithin,
} from '../data/index.ts';
import { openEmbedder } from '../embeddings/open-embedder.ts';
import { nearestTexts } from '../embeddings/nearest-texts.ts';
import { HarnessError } from '../errors.ts';
import { setsFolder } from '../recipes/fetched.ts';
import type { OverlapArguments } from './commands/data-overlap.ts';
import { renderTable } from './table.ts';
import { cut, oneLine, widthOf } from './terminal.ts';

const LISTED = 20;
const EXCERPT = 40;

interface Paraphrase {
  readonly set: string;
  readonly sampleId: string;
  readonly similarity: number;
  readonly place: string;
}

export async function overlapFromCommandLine(argv: OverlapArguments): Promise<void> {
  const files = argv.files.map(String);
  const sets = await evaluationSets([setsFolder(), ...(argv.sets === undefined ? [] : [argv.sets])]);
  const { samples, trainingTexts, overlaps } = await overlapOf(files, sets);
  const paraphrases =
    argv.embeddings === undefined ? [] : await findParaphrases(files, sets, cosineOf(argv.embeddings));
  const contaminated = overlaps.filter(isContaminated);
  if (contaminated.length > 0) process.exitCode = 1;
  if (argv.json) {
    process.stdout.write(`${JSON.stringify({ samples, trainingTexts, overlaps, paraphrases })}\n`);
    return;
  }
  const rows = [
    ...overlaps.map(({ set, sampleId, kind, place, excerpt }) => [
      set,
      sampleId,
      kind,
      place,
      oneLine(excerpt, EXCERPT),
    ]),
    ...paraphrases.map(({ set, sampleId, similarity, place }) => [
      set,
      sampleId,
      `cosine ${similarity.toFixed(2)}`,
      place,
      '',
    ]),
  ];
  const head = ['set', 'sample', 'found', 'in', 'words'];
  const table = renderTable([head, ...rows.slice(0, LISTED)], ['left', 'left', 'left', 'left', 'left']);
  const width = widthOf(process.stdout);
  const shown = table
    .split('\n')
    .map((line) => (width === null ? line : cut(line, width)))
    .join('\n');
  const more = rows.length > LISTED ? `\n… and ${rows.length - LISTED} more (--json lists all)` : '';
  const sentence =
    contaminated.length === 0
      ? `✓ ${samples} evaluation samples, ${trainingTexts} training texts: none is contaminated`
      : `✕ ${contaminated.length} of ${samples} evaluation samples stand in the training data: ${countsBySet(contaminated)}`;
  process.stdout.write(rows.length === 0 ? `${sentence}\n` : `${shown}${more}\n\n${sentence}\n`);
}

function cosineOf(value: number): number {
  if (value > 0 && value <= 1) return value;
  throw new HarnessError('E_USAGE', `--embeddings ${value} is no cosine above 0 and up to 1`);
}

async function findParaphrases(
  files: readonly string[],
  sets: Awaited<ReturnType<typeof evaluationSets>>,
  atLeast: number,
): Promise<readonly Paraphrase[]> {
  const asked = sets.flatMap(({ name, samples }) =>
    samples.map((sample) => ({
      set: name,
      sampleId: sample.id,
      text: sample.prompt ?? sample.messages?.at(-1)?.content ?? '',
    })),
  );
  const trained: { readonly text: string; readonly place: string }[] = [];
  for (const file of files) {
    for (const { fields, place } of await readRows(file)) {
      for (const text of textsWithin(fields)) trained.push({ text, place: `${basename(file)} ${place}` });
    }
  }
  const embedder = await openEmbedder();
  try {
    const texts = (list: readonly { readonly text: string }[]) => list.map(({ text }) => text);
    const near = await nearestTexts(embedder, texts(asked), texts(trained), atLeast);
    return near.map(({ left, right, similarity }) => {
      const { set, sampleId } = asked[left]!;
      return { set, sampleId, similarity, place: trained[right]!.place };
    });
  } finally {
    await embedder.close();
  }
}

/** What `harness train` does about evaluation samples in its data. */
export type OverlapPolicy = 'warn' | 'refuse' | 'ignore';

/** Looks for evaluation samples in training files before anything is trained.
 *  @throws HarnessError E_CONTAMINATED where the policy is to refuse */
export async function checkTrainingData(
  files: readonly string[],
  policy: OverlapPolicy,
  notice: (text: string) => void,
): Promise<void> {
  if (policy === 'ignore' || files.length === 0) return;
  const { samples, overlaps } = await overlapOf(files, await evaluationSets([setsFolder()]));
  const contaminated: readonly Overlap[] = overlaps.filter(isContaminated);
  if (contaminated.length === 0) return;
  const what = `${contaminated.length} of ${samples} evaluation samples stand in the training data: ${countsBySet(contaminated)}`;
  const command = `npx harness data overlap ${files.join(' ')}`;
  if (policy === 'warn') return notice(`${what}; what they measure is memory (${command})`);
  throw new HarnessError('E_CONTAMINATED', what, { remedy: `Take them out: ${command} names each.` });
}
