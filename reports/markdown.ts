/** report.md: the verdict for a pull request, short. Model output goes into code spans only, all else is escaped:
 *  on a code host a stray `@name`, `#1` or image would notify people, link or load. */
import { formatNumber } from './app/format.js';
import { snippet, visibleString } from './app/visible-text.js';
import { formatGate } from './gate-numbers.ts';
import { errorsByClass } from './not-evaluated.ts';
import type { GateResult, ReportData } from './report-data.ts';
import { shellCommand } from './shell-command.ts';
import { byUrgency, signs } from './signs.ts';
import { overlapInWords } from './training-overlap.ts';
import { worstSamples } from './worst-samples.ts';

const WORST = 3;
const SNIPPET_CHARACTERS = 200;

export function renderMarkdown(data: ReportData): string {
  const { run, verdict } = data;
  const sentence = verdict.sentence.replace(/^[✓✕?–]\s+/, '');
  const blocks = [
    `## ${signs[verdict.outcome].sign} ${escapeMarkdown(sentence)}`,
    data.contradiction !== undefined &&
      `**Changed after it was judged:** the files of this run do not say what follows from its samples, which is shown: ${escapeMarkdown(data.contradiction)}.`,
    run.limit !== null && `**Cannot be promoted:** limited to ${run.limit} samples a task.`,
    run.trainingOverlap &&
      run.trainingOverlap.contaminated > 0 &&
      `**Contaminated:** ${escapeMarkdown(overlapInWords(run.trainingOverlap))}; what they measure is memory.`,
    run.status !== 'complete' && `**Not complete:** this run is ${run.status}.`,
    `Model ${code(run.model.reference)}, baseline ${run.baseline ? code(run.baseline.reference) : 'none'}, ${formatNumber(data.samples.length)} samples, seed ${run.seed}${errorsOf(data)}.`,
    gateTable(data),
    ...verdict.gates.filter(({ outcome }) => outcome === 'fail').map((gate) => worstOf(data, gate)),
    `To run it again:\n\n${fence(shellCommand(run.command))}`,
  ];
  return `${blocks.filter(Boolean).join('\n\n')}\n`;
}

/** `, errors: 3 infrastructure, 1 timeout`; nothing where there is none. */
function errorsOf({ verdict }: ReportData): string {
  const words = verdict.errors ? errorsByClass(verdict.errors) : '';
  return words === '' ? '' : `, errors: ${words}`;
}

function gateTable(data: ReportData): string {
  const { gates } = data.verdict;
  if (gates.length === 0) return 'No gate was judged.';
  const rows = byUrgency(gates).map((gate) => {
    const { sign, word } = signs[gate.outcome];
    const shown = formatGate(data, gate);
    const cells = [
      `${sign} ${word}`,
      escapeMarkdown(gate.metric),
      escapeMarkdown(gate.rule),
      escapeMarkdown(`${shown.value} ${shown.interval}`.trim()),
      formatNumber(gate.n),
      escapeMarkdown(gate.reason),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| Outcome | Metric | Rule | Value, 95% interval | n | Reason |',
    '| --- | --- | --- | --- | ---: | --- |',
    ...rows,
  ].join('\n');
}

/** The samples to look at first, for one failing gate. */
function worstOf(data: ReportData, gate: GateResult): string | false {
  const worst = worstSamples(data, gate, WORST);
  if (worst.length === 0) return false;
  const items = worst.map(({ sample, score, value, baseline }) => {
    const messages = sample.input.messages ?? [];
    const prompt = sample.input.prompt ?? messages[messages.length - 1]?.content ?? '';
    return [
      `- ${code(sample.sampleId)}, ${escapeMarkdown(score)} ${formatNumber(value)}${baseline === null ? '' : `, baseline ${formatNumber(baseline)}`}`,
      `  - asked: ${code(prompt)}`,
      `  - answered: ${code(sample.output ?? '')}`,
      ...sample.references.slice(0, 1).map((reference) => `  - expected: ${code(reference)}`),
    ].join('\n');
  });
  return `**Worst of ${escapeMarkdown(gate.metric)}**\n\n${items.join('\n')}`;
}

/** Any text as inline code on one line, cut to 200 characters: the fence is longer than any run of backticks within. */
function code(text: string): string {
  const line = visibleString(snippet(text, SNIPPET_CHARACTERS));
  if (line === '') return '*empty*';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  const space = longest > 0 || /^ .* $/.test(line) ? ' ' : '';
  return `${mark}${space}${line}${space}${mark}`;
}

function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}sh\n${visibleString(text)}\n${mark}`;
}

/** Any text as literal text on one line. Marks that Markdown reads get a backslash. Names, numbers and emoji
 *  (`@`, `#`, `:tada:`) are also cut by an empty comment, because code hosts look for them in the rendered text. */
export function escapeMarkdown(text: string): string {
  return visibleString(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(
      /www\.|(@|#|:(?=[\w+-]+:))|(?:(?<=mailto|xmpp):|:(?=\/\/))|[\\`*_[\]<|~&$]/g,
      (mark, name: string | undefined) => {
        if (mark === 'www.') return 'www\\.';
        return name === undefined ? `\\${mark}` : `\\${mark}<!-- -->`;
      },
    );
}
