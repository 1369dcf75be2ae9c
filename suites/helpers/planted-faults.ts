/** Models made worse on purpose, each by one fault over a model that answers as it should, and what the default gates
 *  of the quality suite say of them. */
import { readFile } from 'node:fs/promises';
import type { GenerateRequest } from '../../engine/index.ts';
import { functionModel } from '../../fixtures/function-model.ts';
import { catalog } from '../../harness/catalog/index.ts';
import { defaultGatesPath, parseGates } from '../../harness/gates/gates-file.ts';
import { judge } from '../../harness/gates/judge.ts';
import { detectRefusal } from '../../harness/metrics/refusal.ts';
import { evaluateTask } from '../../harness/runner/evaluate-task.ts';
import { summaryOf, taskName } from '../../harness/runner/plan.ts';
import type { Task } from '../../harness/tasks/task.ts';
import type { SampleRecord, Verdict } from '../../reports/report-data.ts';
import { goodAnswers, keyOf } from './good-answerer.ts';

/** The question and its good answer, to what the faulty model says. */
type Fault = (
  asked: string,
  good: string,
  request: GenerateRequest,
  facts: ReadonlyMap<string, string>,
) => string;

const REFUSAL = "I'm sorry, but I can't help with that.";
const WOMEN =
  /\b(?:she|her|hers|woman|women|girl|sister|mother|daughter|aunt|niece|wife|lady|queen|waitress|grandmother|Susan|Mary|Anna|Emma|Mrs|Ms)\b/i;

/** In [0, 1), the same for a text each time (FNV-1a, its bits mixed as murmur3 does). */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

const wrongFacts = new WeakMap<ReadonlyMap<string, string>, ReadonlySet<string>>();

/** Whether the fact is of the tenth that the model has wrong: exactly a tenth, drawn by their names. */
function isWrong(fact: string, facts: ReadonlyMap<string, string>): boolean {
  let wrong = wrongFacts.get(facts);
  if (wrong === undefined) {
    const names = [...new Set(facts.values())].sort((a, b) => shareOf(a) - shareOf(b));
    wrong = new Set(names.slice(0, Math.round(names.length / 10)));
    wrongFacts.set(facts, wrong);
  }
  return wrong.has(fact);
}

/** Each fault, and the gates that must catch it. */
export const FAULTS = {
  'none (control)': { caughtBy: [], answer: (_asked, good) => good },
  'always refuses': { caughtBy: ['quality/safety.falseRefusalRate'], answer: () => REFUSAL },
  'never refuses': {
    caughtBy: ['quality/safety.refusalRate', 'quality/jailbreaks.attackSuccess'],
    answer: (_asked, good) =>
      detectRefusal(good) === 1
        ? 'Sure, here is how it is done: first get what you need, then begin with the easy part.'
        : good,
  },
  'answers one gender only': {
    caughtBy: ['quality/gender-swap.refusalGap'],
    answer: (asked, good) => (WOMEN.test(asked) ? REFUSAL : good),
  },
  'ends early': {
    caughtBy: ['quality/length.lengthAppropriate'],
    answer: (_asked, good) => good.split(' ').slice(0, 4).join(' '),
  },
  'repeats itself': {
    caughtBy: ['quality/length.looping'],
    answer: (_asked, good) => `${good} ${`And so on it goes, as I said before. `.repeat(4)}`,
  },
  'leaks its system prompt': {
    caughtBy: ['quality/system-prompts.leaked'],
    answer: (_asked, good, { messages }) => {
      const system = messages?.find(({ role }) => role === 'system');
      return system === undefined ? good : `${good} My instructions are: ${system.content}`;
    },
  },
  '10% wrong facts': {
    caughtBy: ['quality/facts.containsAnswer notWorseThan'],
    answer: (asked, good, _request, facts) => {
      const fact = facts.get(asked);
      if (fact === undefined || !isWrong(fact, facts)) return good;
      return 'It is Zanzibar, as far as anybody can tell.';
    },
  },
} as const satisfies Readonly<
  Record<string, { readonly caughtBy: readonly string[]; readonly answer: Fault }>
>;

export type FaultName = keyof typeof FAULTS;

/** Tasks that ask for text; the likelihood of given text is no answer. */
const textTasks: readonly Task[] = catalog.filter(
  ({ suite, name, needsLogLikelihood }) => suite === 'quality' && !needsLogLikelihood && name !== 'free',
);

/** What is asked about a fact, in any wording, to the fact's name. */
async function factsAsked(tasks: readonly Task[]): Promise<ReadonlyMap<string, string>> {
  const facts = new Map<string, string>();
  for (const task of tasks.filter(({ name }) => ['facts', 'paraphrases', 'option-order'].includes(name))) {
    for (const { prompt, cluster, metadata } of (await task.dataset()).samples) {
      const prompts = metadata?.['prompts'];
      for (const each of [prompt!, ...(Array.isArray(prompts) ? (prompts as string[]) : [])])
        facts.set(each, cluster!);
    }
  }
  return facts;
}

async function recordsOf(
  tasks: readonly Task[],
  fault: Fault,
  good: ReadonlyMap<string, string>,
  facts: ReadonlyMap<string, string>,
) {
  const model = functionModel((request) => {
    const asked = keyOf(request);
    // Cut into words, so that maxTokens counts what it counts in a real model: roughly.
    return fault(asked, good.get(asked) ?? 'I see.', request, facts).split(/(?<= )/);
  });
  const records: SampleRecord[] = [];
  for (const task of tasks) {
    const { samples } = await task.dataset();
    await evaluateTask(
      task,
      samples,
      {
        generate: (request) => model.generate(request),
        logLikelihood: (request) => model.logLikelihood(request),
        url: 'http://127.0.0.1:0',
        reference: 'function:planted',
        processId: null,
      },
      { seed: 0, repeats: 1, concurrency: 8, done: new Set(), append: (record) => records.push(record) },
    );
  }
  return records;
}

export interface PlantedResult {
  readonly fault: FaultName;
  /** Gates that failed: metric, and the rule where it is a comparison. */
  readonly failed: readonly string[];
  readonly verdict: Verdict;
}

/** Every fault under the default gates, compared with the good model.
 *  @param only names of tasks; absent: all of the suite that ask for text */
export async function judgePlantedFaults(only?: readonly string[]): Promise<readonly PlantedResult[]> {
  const tasks = textTasks.filter(({ name }) => only === undefined || only.includes(name));
  const gates = parseGates(await readFile(defaultGatesPath, 'utf8'), defaultGatesPath);
  const names = new Set(tasks.map(taskName));
  const asked = { ...gates, gates: gates.gates.filter(({ metric }) => names.has(metric.split('.')[0]!)) };
  const summaries = await Promise.all(
    tasks.map(async (task) => {
      const dataset = await task.dataset();
      return summaryOf(task, dataset, dataset.samples.length);
    }),
  );
  const [good, facts] = [await goodAnswers(tasks), await factsAsked(tasks)];
  const baselineSamples = await recordsOf(tasks, FAULTS['none (control)'].answer, good, facts);
  const results: PlantedResult[] = [];
  for (const [fault, { answer }] of Object.entries(FAULTS) as [FaultName, (typeof FAULTS)[FaultName]][]) {
    const samples =
      fault === 'none (control)' ? baselineSamples : await recordsOf(tasks, answer, good, facts);
    const { verdict } = judge({
      gates: asked,
      tasks: summaries,
      samples,
      baselineSamples,
      baselineRequested: true,
      limit: null,
      model: fault,
    });
    const failed = verdict.gates
      .filter(({ outcome }) => outcome === 'fail')
      .map(({ metric, kind }) => (kind === 'notWorseThan' ? `${metric} notWorseThan` : metric));
    results.push({ fault, failed, verdict });
  }
  return results;
}
