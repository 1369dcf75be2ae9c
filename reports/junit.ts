/** junit.xml: one test suite a suite, one test case a gate, so that any CI system shows the verdict.
 *  Never greener than the verdict: what is not a pass is a failure or an error, save what does not apply. */
import { visibleString } from './app/visible-text.js';
import { taskOf } from './metric-names.ts';
import type { GateResult, ReportData, RunOutcome } from './report-data.ts';

interface TestCase {
  readonly suite: string;
  readonly classname: string;
  readonly name: string;
  readonly outcome: GateResult['outcome'];
  readonly message: string;
}

type Element = 'failure' | 'error' | 'skipped';

const ELEMENTS: { readonly [Outcome in GateResult['outcome']]: Element | null } = {
  pass: null,
  fail: 'failure',
  inconclusive: 'failure',
  'could-not-evaluate': 'error',
  'not-applicable': 'skipped',
};

export function renderJunit(data: ReportData): string {
  const cases = [...data.verdict.gates.map(gateCase), ...verdictCase(data)];
  const suites = [...new Set([...data.run.suites, ...cases.map(({ suite }) => suite)])];
  const elements = suites.map((suite) =>
    suiteElement(
      suite,
      cases.filter((one) => one.suite === suite),
      data.run.startedAt,
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${attribute(data.verdict.sentence)}" ${countsOf(cases)}>
${elements.join('')}</testsuites>
`;
}

function gateCase(gate: GateResult): TestCase {
  const task = taskOf(gate.metric);
  const name = gate.metric.startsWith(`${task}.`) ? gate.metric.slice(task.length + 1) : gate.metric;
  return {
    suite: task.includes('/') ? task.slice(0, task.indexOf('/')) : 'gates',
    classname: task.replace('/', '.'),
    name: `${name}: ${gate.rule}`,
    outcome: gate.outcome,
    message: gate.reason,
  };
}

/** A verdict that no gate explains (an interrupted run, a fault of the whole) must not vanish from the file. */
function verdictCase({ verdict }: ReportData): TestCase[] {
  if (verdict.outcome === 'pass') return [];
  const told = verdict.gates.some(({ outcome }) => ['failure', 'error'].includes(ELEMENTS[outcome] ?? ''));
  if (told) return [];
  const outcome: RunOutcome = verdict.outcome;
  return [{ suite: 'verdict', classname: 'verdict', name: 'verdict', outcome, message: verdict.sentence }];
}

function suiteElement(suite: string, cases: readonly TestCase[], timestamp: string): string {
  const body = cases.map(caseElement).join('');
  return `  <testsuite name="${attribute(suite)}" timestamp="${attribute(timestamp.replace(/\.\d+Z$|Z$/, ''))}" ${countsOf(cases)}>
${body}  </testsuite>
`;
}

function caseElement({ classname, name, outcome, message }: TestCase): string {
  const start = `    <testcase classname="${attribute(classname)}" name="${attribute(name)}" time="0"`;
  const element = ELEMENTS[outcome];
  if (element === null) return `${start}/>\n`;
  const type = element === 'skipped' ? '' : ` type="${attribute(outcome)}"`;
  return `${start}><${element} message="${attribute(message)}"${type}/></testcase>\n`;
}

function countsOf(cases: readonly TestCase[]): string {
  const count = (element: Element) => cases.filter(({ outcome }) => ELEMENTS[outcome] === element).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="0"`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Any text as the value of an attribute. Control characters and lone surrogates, which no XML may hold, become
 *  their labels with the other hidden characters. */
function attribute(text: string): string {
  return visibleString(text).replace(/[&<>"'\n\t]/g, (character) => ENTITIES[character]!);
}
