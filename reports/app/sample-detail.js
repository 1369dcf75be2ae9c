// @ts-check
/** One sample in full: what was asked, what came back, beside the baseline's, every score with its reason.
 *  Knows a record; knows nothing of lists. */
import { outputsBeside } from './diff-view.js';
import { formatDuration, formatNumber } from './format.js';
import { element, longText, visible } from './dom.js';

/** @typedef {import('./sample-store.js').StoredSample} StoredSample
 *  @typedef {import('./sample-store.js').SampleRecord} SampleRecord */

/** @param {StoredSample} stored @param {Node} actions what can be done with it @param {Node} review */
export function sampleDetail({ sample, baseline }, actions, review) {
  const heading = element('h3', '', visible(sample.sampleId));
  heading.tabIndex = -1;
  return element(
    'article',
    '',
    heading,
    element('p', 'facts', visible(factsOf(sample))),
    actions,
    sample.error && part('Error', errorOf(sample)),
    ...promptOf(sample),
    ...outputs(sample, baseline),
    ...referencesOf(sample),
    scoreTable(sample, baseline),
    ...judgeOf(sample),
    review,
    requestTable(sample, baseline),
  );
}

/** @param {SampleRecord} sample */
function factsOf(sample) {
  return [
    `${sample.suite}/${sample.task}`,
    sample.repeat > 0 && `repeat ${sample.repeat}`,
    sample.cluster !== sample.sampleId && `cluster ${sample.cluster}`,
    sample.tags.length > 0 && `tags ${sample.tags.join(', ')}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What a judging model was asked and said.
 *  @param {SampleRecord} sample */
function judgeOf({ judge }) {
  return Object.entries(judge ?? {}).map(([score, exchanges]) => {
    const name = element('summary', '', visible(score), `: what the judge was asked and said`);
    const parts = exchanges.flatMap(({ prompt, reply }) => [
      part('Asked', longText(prompt)),
      part('Said', longText(reply)),
    ]);
    return element('details', 'judge', name, ...parts);
  });
}

/** Timing, tokens and the request's name, with the baseline's where there is one.
 *  @param {SampleRecord} sample @param {SampleRecord | null} baseline */
function requestTable(sample, baseline) {
  /** @param {SampleRecord | null} record @returns {[string, string][]} */
  const rowsOf = (record) => {
    const { usage = null, timing = null } = record ?? {};
    const perSecond = usage && timing ? (usage.completionTokens / timing.latencyMs) * 1000 : null;
    return [
      ['latency', timing ? formatDuration(timing.latencyMs) : '–'],
      ['first token after', timing && timing.ttftMs !== null ? formatDuration(timing.ttftMs) : '–'],
      ['tokens', usage ? `${usage.promptTokens} + ${usage.completionTokens} = ${usage.totalTokens}` : '–'],
      ['tokens/s', perSecond === null ? '–' : formatNumber(Number(perSecond.toPrecision(3)))],
      ['started', timing?.startedAt ?? '–'],
      ['seed', record?.seed === undefined ? '–' : String(record.seed)],
      ['request', record?.requestId ?? '–'],
    ];
  };
  const theirs = rowsOf(baseline);
  const rows = rowsOf(sample)
    .map(([name, value], i) => ({ name, value, before: theirs[i]?.[1] ?? '–' }))
    .filter(({ value, before }) => value !== '–' || before !== '–');
  if (rows.length === 0) return null;
  const head = element('tr', '', element('th', '', 'Request'), element('th', '', 'Value'));
  if (baseline) head.append(element('th', '', 'Baseline'));
  for (const cell of head.children) cell.setAttribute('scope', 'col');
  const body = element('tbody', '');
  for (const { name, value, before } of rows) {
    const label = element('th', '', name);
    label.scope = 'row';
    const row = element('tr', '', label, element('td', '', visible(value)));
    if (baseline) row.append(element('td', '', visible(before)));
    body.append(row);
  }
  return part('Timing and tokens', element('table', 'scores', element('thead', '', head), body));
}

/** @param {string} title @param {Node} content */
function part(title, content) {
  return element('section', '', element('h4', '', title), content);
}

/** @param {SampleRecord} sample */
function errorOf({ error }) {
  return longText(error ? `${error.code}: ${error.message}` : '');
}

/** @param {SampleRecord} sample */
function promptOf({ input }) {
  const messages = (input.messages ?? []).map((message) => {
    const section = part('', longText(message.content));
    section.firstElementChild?.append(visible(message.role));
    return section;
  });
  return [...(input.prompt === undefined ? [] : [part('Prompt', longText(input.prompt))]), ...messages];
}

/** @param {SampleRecord} sample @param {SampleRecord | null} baseline @returns {HTMLElement[]} */
function outputs(sample, baseline) {
  if (!baseline) return [part('Output', outputOf(sample))];
  const isPair = baseline.inputDigest === sample.inputDigest;
  const title = isPair ? 'Baseline’s output' : 'Baseline’s output, to another input: no pair';
  if (sample.output === null || baseline.output === null || !isPair) {
    return [element('div', 'beside', part('Output', outputOf(sample)), part(title, outputOf(baseline)))];
  }
  const { panes, note } = outputsBeside(sample.output, baseline.output, title);
  return [panes, element('p', 'diff-note', note)];
}

/** @param {SampleRecord} sample */
function outputOf(sample) {
  if (sample.output !== null) return longText(sample.output);
  return element('p', 'empty', visible(sample.error ? `none: ${sample.error.code}` : 'none'));
}

/** @param {SampleRecord} sample */
function referencesOf({ references }) {
  if (references.length === 0) return [];
  const title = references.length === 1 ? 'Reference' : `${references.length} references`;
  return [part(title, element('div', 'references', ...references.map((reference) => longText(reference))))];
}

/** @param {SampleRecord} sample @param {SampleRecord | null} baseline */
function scoreTable(sample, baseline) {
  const names = Object.keys(sample.scores);
  if (names.length === 0) return null;
  const head = element('tr', '', element('th', '', 'Score'), element('th', 'number', 'Value'));
  if (baseline) head.append(element('th', 'number', 'Baseline'), element('th', 'number', 'Change'));
  head.append(element('th', '', 'Reason'));
  const body = element('tbody', '');
  for (const name of names) {
    const row = element('tr', '', element('th', '', visible(name)), numberCell(sample.scores[name]));
    if (baseline) {
      const before = baseline.scores[name];
      row.append(numberCell(before), changeCell(sample.scores[name], before));
    }
    row.append(element('td', '', visible(sample.reasons[name] ?? '')));
    body.append(row);
  }
  // A reason may stand where there is no score at all.
  for (const [name, reason] of Object.entries(sample.reasons)) {
    if (names.includes(name)) continue;
    const cells = (baseline ? [0, 1, 2] : [0]).map(() => element('td', 'number', '–'));
    body.append(
      element('tr', '', element('th', '', visible(name)), ...cells, element('td', '', visible(reason))),
    );
  }
  for (const cell of head.children) cell.setAttribute('scope', 'col');
  for (const cell of body.querySelectorAll('th')) cell.scope = 'row';
  return part('Scores', element('table', 'scores', element('thead', '', head), body));
}

/** @param {number | null | undefined} value */
function numberCell(value) {
  return element('td', 'number', formatNumber(value ?? null));
}

/** @param {number | null | undefined} value @param {number | null | undefined} before */
function changeCell(value, before) {
  if (typeof value !== 'number' || typeof before !== 'number') return element('td', 'number', '–');
  const change = value - before;
  return element('td', 'number', change === 0 ? '=' : `${change > 0 ? '+' : ''}${formatNumber(change)}`);
}
