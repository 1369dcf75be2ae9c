/** IFEval: instructions that a program can verify, such as "in all capital letters" or "in at least 300 words". */
import { mapRows, type FieldReader } from '../../data/field-reader.ts';
import { SENTENCE_RULES } from '../../metrics/sentence-splitter.ts';
import {
  argumentTypes,
  instructionIds,
  keepsLoosely,
  keepsStrictly,
  type Instruction,
} from '../ifeval/instructions.ts';
import type { Recipe } from '../recipe.ts';
import { generationTask, type StandardMetric } from '../standard-task.ts';

const FILE = 'instruction_following_eval/data/input_data.jsonl';
/** More than any set of arguments holds. */
const LARGEST = 1_000_000;

function argumentOf(fields: FieldReader, name: string, type: string): unknown {
  if (type === 'number') return fields.index(name, LARGEST);
  if (type === 'text') return fields.text(name);
  if (type === 'texts') return fields.texts(name);
  return fields.oneOf(name, ['less than', 'at least']);
}

/** The arguments of each instruction stand at its place in another list, in some copies beside nulls for all others. */
function instructionsOf(row: FieldReader): readonly Instruction[] {
  const ids = row.texts('instruction_id_list');
  const given = row.each('kwargs');
  if (ids.length === 0 || ids.length !== given.length) {
    row.fail(`${ids.length} instructions have ${given.length} sets of arguments`);
  }
  return ids.map((named, at) => {
    const id = instructionIds.find((each) => each === named);
    if (id === undefined) row.fail(`no instruction is named ${JSON.stringify(named)}`);
    const types: Readonly<Record<string, string>> = argumentTypes[id];
    const values = Object.entries(types).map(([name, type]) => [name, argumentOf(given[at]!, name, type)]);
    return { id, arguments: Object.fromEntries(values) };
  });
}

const how = `sentences:${SENTENCE_RULES}|language:stop-words`;

/** Of one way to judge: prompts of which all instructions are kept, and instructions kept among all. */
function metricsOf(way: 'strict' | 'loose'): readonly StandardMetric[] {
  const shared = { aggregate: 'proportion', better: 'higher' } as const;
  const name = way === 'strict' ? 'Strict' : 'Loose';
  return [
    { ...shared, metric: `prompt${name}`, score: `prompt${name}`, signature: `prompt-level|${way}|${how}` },
    {
      ...shared,
      metric: `instruction${name}`,
      score: `kept${name}`,
      outOf: 'instructions',
      signature: `instruction-level|${way}|${how}`,
    },
  ];
}

export const ifeval: Recipe = {
  name: 'ifeval',
  title: 'IFEval',
  paper: 'Zhou et al. 2023, arXiv:2311.07911',
  licence: 'Apache-2.0',
  source: {
    host: 'github',
    repository: 'google-research/google-research',
    revision: '19638399cc9e03623c5b9087a1d6fa8813974ce9',
  },
  files: [{ path: FILE, digest: null }],
  scoring:
    'Prompt- and instruction-level accuracy, strict and loose, over the 25 published kinds of instructions. Sentences and languages are told by our own rules where the published script takes Punkt and langdetect (recipes/ifeval/IFEVAL.md has the difference).',
  defaultFewShot: null,
  convert: async (files) =>
    mapRows(files.location(FILE), await files.rows(FILE), (row) => {
      const instructions = instructionsOf(row);
      return {
        id: `ifeval-${row.index('key', LARGEST)}`,
        prompt: row.text('prompt'),
        tags: [...new Set(instructions.map(({ id }) => id.split(':')[0]!))],
        metadata: { instructions },
      };
    }),
  tasks: (set) => [
    generationTask(set, {
      name: 'ifeval',
      title: 'IFEval',
      description: 'Instructions that a program can verify: how many does the answer keep?',
      raw: false,
      sampling: { maxTokens: 1280 },
      metrics: [...metricsOf('strict'), ...metricsOf('loose')],
      score: ({ metadata }, output) => {
        const { instructions } = metadata as unknown as { readonly instructions: readonly Instruction[] };
        const strict = instructions.filter((each) => keepsStrictly(output, each)).length;
        const loose = instructions.filter((each) => keepsLoosely(output, each)).length;
        return {
          instructions: instructions.length,
          keptStrict: strict,
          keptLoose: loose,
          promptStrict: strict === instructions.length ? 1 : 0,
          promptLoose: loose === instructions.length ? 1 : 0,
        };
      },
    }),
  ],
};
