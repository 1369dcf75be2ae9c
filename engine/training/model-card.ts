/** The model card that a run writes as README.md into its output folder: what was trained on what, how it went, and the
 *  commands to repeat and to use it; with the metadata that the Hugging Face Hub reads (Mitchell et al. 2019,
 *  arXiv:1810.03993). Holds no clock times and no machine, so that a resumed run writes the card of an undisturbed one.
 *  Plain data in, Markdown out. */
import { stringify } from 'yaml';
import type { ModelDigests } from '../checkpoint/checkpoint.ts';
import type { TrainingLogLine } from './experiment-tracker.ts';
import type { TrainingSections } from './training-orchestrator.ts';
import type { TrainingResult } from './trainer.ts';

/** A data file and what became of its examples. */
export interface CardData {
  readonly use: 'training' | 'validation';
  readonly file: string;
  /** SHA-256 of its bytes. */
  readonly digest: string;
  readonly examples: number;
  /** Of those, cut at data.max_length. */
  readonly truncated: number;
  /** Left out. */
  readonly dropped: number;
}

/** The model that training began from. */
export interface CardBase {
  readonly name: string;
  readonly digests: ModelDigests;
  /** As its own card names it; null where it does not. */
  readonly license: string | null;
}

export interface CardFacts {
  readonly sections: TrainingSections;
  readonly data: readonly CardData[];
  /** null: trained from first values drawn at random. */
  readonly base: CardBase | null;
  readonly log: readonly TrainingLogLine[];
  readonly result: TrainingResult;
}

/** Lines of the curve at the most. */
const MOST_POINTS = 20;

const count = (value: number) => value.toLocaleString('en');

/** Text as itself in a Markdown table. */
const literal = (text: string) =>
  `\`\`${text.replaceAll(/[\r\n]+/g, ' ').replaceAll('``', "''")}\`\``.replaceAll('|', '\\|');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

function metadata({ sections, base, result }: CardFacts): string {
  const isAdapter = result.kind === 'adapter';
  return stringify({
    license: base?.license ?? 'unknown',
    ...(base && { base_model: base.name }),
    library_name: isAdapter ? 'peft' : 'transformers',
    pipeline_tag: 'text-generation',
    tags: [sections.training.method, ...(sections.lora ? ['lora'] : [])],
  });
}

const descriptions: ReadonlyMap<string, string> = new Map([
  ['sft', 'supervised fine-tuning'],
  ['dpo', 'direct preference optimisation'],
  ['pretrain', 'next-token prediction on plain text'],
]);

function summary({ sections: { training, lora }, base, result }: CardFacts): string {
  const how = descriptions.get(training.method) ?? training.method;
  const adapted = lora === null ? 'all weights' : `low-rank adapters of rank ${lora.r}`;
  const trained =
    lora === null
      ? count(result.parameterCount)
      : `${count(result.trainedParameterCount)} beside ${count(result.parameterCount)}`;
  const from = base === null ? 'first values drawn at random' : literal(base.name);
  const best =
    result.resultStep === result.steps
      ? ''
      : ` The weights are those of step ${count(result.resultStep)}, where the validation loss was lowest.`;
  return (
    `Made by ${how} of ${adapted} (${trained} parameters), from ${from}: ${count(result.steps)} steps, ` +
    `${count(result.tokens)} tokens, mean training loss ${result.trainLoss.toFixed(4)}` +
    `${result.evalLoss === null ? '' : `, last validation loss ${result.evalLoss.toFixed(4)}`}.${best}`
  );
}

function dataTable(data: readonly CardData[]): string {
  return table(
    ['use', 'file', 'examples', 'cut', 'left out', 'SHA-256'],
    data.map(({ use, file, examples, truncated, dropped, digest }) => [
      use,
      literal(file),
      count(examples),
      count(truncated),
      count(dropped),
      `\`${digest}\``,
    ]),
  );
}

function baseSection(base: CardBase): string {
  const digests = Object.entries(base.digests).filter((entry): entry is [string, string] =>
    Boolean(entry[1]),
  );
  const rows = digests.map(([part, digest]) => [part, `\`${digest}\``]);
  const license =
    base.license === null
      ? 'Its licence is unknown: nothing beside the weights names one. Find out before you pass this model on.'
      : `Its card names the licence ${literal(base.license)}, which this model is bound by.`;
  return `${literal(base.name)}. ${license}\n\n${table(['of the base', 'digest'], rows)}`;
}

/** Evenly spaced points, the last one among them. */
function curve(log: readonly TrainingLogLine[]): string {
  const points = new Map<number, { loss?: number; evalLoss?: number }>();
  for (const { step, loss, evalLoss } of log) {
    points.set(step, {
      ...points.get(step),
      ...(loss !== undefined && { loss }),
      ...(evalLoss !== undefined && { evalLoss }),
    });
  }
  const all = [...points];
  const every = Math.ceil(all.length / MOST_POINTS);
  const shown = all.filter((_, index) => (all.length - 1 - index) % every === 0);
  const evaluated = shown.some(([, { evalLoss }]) => evalLoss !== undefined);
  const figure = (value: number | undefined) => value?.toFixed(4) ?? '';
  return table(
    ['step', 'training loss', ...(evaluated ? ['validation loss'] : [])],
    shown.map(([step, { loss, evalLoss }]) => [
      count(step),
      figure(loss),
      ...(evaluated ? [figure(evalLoss)] : []),
    ]),
  );
}

const ADAPTER_USE = `The adapter in Python:

\`\`\`python
from peft import AutoPeftModelForCausalLM
model = AutoPeftModelForCausalLM.from_pretrained("this folder")
\`\`\`

Here: copy \`adapter_config.json\` and \`adapter_model.safetensors\` into a folder \`adapter\` of the base model's folder and

\`\`\`sh
npx harness run --model 'the base model'
\`\`\`
`;

const MODEL_USE = `\`\`\`sh
npx harness generate --model 'this folder' --prompt 'Hello'
npx harness run --model 'this folder'
\`\`\`
`;

export function modelCard(facts: CardFacts): string {
  const { sections, data, base, log, result } = facts;
  const { model, training, lora } = sections;
  const configuration = stringify({ model, training, data: sections.data, ...(lora && { lora }) });
  return `---
${metadata(facts)}---

# ${result.kind === 'adapter' ? 'A fine-tuned adapter' : 'A trained language model'}

${summary(facts)}

It was not evaluated by this: \`npx harness run\` does that, and \`npx harness promote\` keeps the evidence.

## Data

${dataTable(data)}
${base === null ? '' : `## Base\n\n${baseSection(base)}\n`}## Loss

${log.length === 0 ? 'No log was kept.\n' : curve(log)}
All points are in \`training-log.jsonl\`; \`npx harness report 'this folder'\` draws them.

## Use

${result.kind === 'adapter' ? ADAPTER_USE : MODEL_USE}
## Make it again

With this as \`train.yaml\`, the files above and, to the last bit, the same number of threads and version of ONNX Runtime:

\`\`\`sh
npx harness train --config train.yaml
\`\`\`

\`\`\`yaml
${configuration}\`\`\`
`;
}
