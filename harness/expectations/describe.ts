/** Why an expectation on a task's result does not hold, for a person: the rule, the numbers, and the three worst samples. */
import { scoreOf, taskName } from '../gates/aggregate.ts';
import { say } from '../gates/words.ts';
import { recordKey } from '../runs/sample-log.ts';
import { visibleString } from '../../reports/app/visible-text.js';
import type { GateResult, MetricSpec, SampleRecord } from '../../reports/report-data.ts';
import { signs } from '../../reports/signs.ts';
import type { TaskResult } from './judge-result.ts';

const SHOWN = 3;
const WIDTH = 100;

/** Several lines without a line break at the end. */
export function describeGate(result: TaskResult, gate: GateResult): string {
  const { sign, word } = signs[gate.outcome];
  const head = `${sign} ${gate.metric} ${word}: ${gate.rule}\n  ${gate.reason}`;
  const spec = result.task.metrics.find(({ metric }) => gate.metric === `${taskName(result.task)}.${metric}`);
  const worst = spec ? worstOf(result, spec, gate) : [];
  if (!spec || worst.length === 0) return head;
  const about = result.records.filter(({ tags }) => spec.tag === undefined || tags.includes(spec.tag));
  const title = `The worst ${worst.length === 1 ? 'sample' : `${worst.length} samples`} of ${about.length} by ${spec.score}:`;
  return [
    head,
    '',
    `  ${title}`,
    ...worst.map((record, i) => describeRecord(record, spec, result, i + 1)),
  ].join('\n');
}

/** Errors first, as they hide what would be there; then by what the rule asks for. */
function worstOf(result: TaskResult, spec: MetricSpec, gate: GateResult): readonly SampleRecord[] {
  const { records, baselineRecords } = result;
  const before = new Map((baselineRecords ?? []).map((record) => [recordKey(record), scoreOf(record, spec)]));
  const direction =
    gate.kind === 'atMost' || (gate.kind === 'notWorseThan' && spec.better === 'lower') ? -1 : 1;
  const rank = (record: SampleRecord): number => {
    if (record.error) return -Infinity;
    const score = scoreOf(record, spec);
    if (score === null) return -Number.MAX_VALUE;
    const baseline = before.get(recordKey(record));
    const worth = gate.kind === 'notWorseThan' ? score - (baseline ?? score) : score;
    return direction * worth;
  };
  return records
    .filter(({ tags }) => spec.tag === undefined || tags.includes(spec.tag))
    .map((record) => ({ record, rank: rank(record) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .slice(0, SHOWN)
    .map(({ record }) => record);
}

function describeRecord(record: SampleRecord, spec: MetricSpec, result: TaskResult, place: number): string {
  const score = scoreOf(record, spec);
  const baseline = result.baselineRecords?.find((each) => recordKey(each) === recordKey(record));
  const was = baseline ? scoreOf(baseline, spec) : null;
  const told = score === null ? 'undefined' : say(score);
  const repeat = record.repeat > 0 ? `, repeat ${record.repeat}` : '';
  const rows: (readonly [label: string, text: string | null | undefined])[] = [
    ['asked', record.input.prompt ?? record.input.messages?.at(-1)?.content],
    ['expected', record.references.length > 0 ? record.references.join(' | ') : null],
    ['answered', record.output],
    ['baseline', baseline?.output],
    ['error', record.error && `${record.error.code}: ${record.error.message}`],
    ['because', record.reasons[spec.score]],
  ];
  return [
    `  ${place}. ${oneLine(record.sampleId)}${repeat}   ${spec.score} ${told}${was === null ? '' : `, baseline ${say(was)}`}`,
    ...rows.flatMap(([label, text]) =>
      text === null || text === undefined ? [] : [`     ${label.padEnd(9)} ${oneLine(text) || '(empty)'}`],
    ),
  ].join('\n');
}

/** Text of others on one line, which neither moves the cursor nor runs on. */
export function oneLine(text: string): string {
  const line = visibleString(text.slice(0, 4_000)).replaceAll(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= WIDTH ? line : `${characters.slice(0, WIDTH - 1).join('')}…`;
}
