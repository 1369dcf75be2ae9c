// @ts-check
/** One sample in full: what was asked, what came back, beside the baseline's, every score with its reason.
 *  Knows a record; knows nothing of lists. */
import { formatNumber } from './format.js';
import { element, longText, visible } from './dom.js';

/** @typedef {import('./sample-store.js').StoredSample} StoredSample
 *  @typedef {import('./sample-store.js').SampleRecord} SampleRecord */

/** @param {StoredSample} stored @param {string} link address of this sample */
export function sampleDetail({ sample, baseline }, link) {
  const heading = element('h3', '', visible(sample.sampleId));
  heading.tabIndex = -1;
  const anchor = element('a', '', 'Link to this sample');
  anchor.href = link;
  return element(
    'article',
    '',
    element('div', 'head', heading, anchor),
    element('p', 'facts', visible(factsOf(sample))),
    sample.error && part('Error', errorOf(sample)),
    ...promptOf(sample),
    outputs(sample, baseline),
    ...referencesOf(sample),
    scoreTable(sample, baseline),
  );
}

/** @param {SampleRecord} sample */
function factsOf(sample) {
  const { usage, timing } = sample;
  return [
    `${sample.suite}/${sample.task}`,
    sample.repeat > 0 && `repeat ${sample.repeat}`,
    sample.cluster !== sample.sampleId && `cluster ${sample.cluster}`,
    sample.tags.length > 0 && `tags ${sample.tags.join(', ')}`,
    usage && `${usage.promptTokens} + ${usage.completionTokens} = ${usage.totalTokens} tokens`,
    timing && `${formatNumber(Math.round(timing.latencyMs))} ms`,
    timing && timing.ttftMs !== null && `first token after ${formatNumber(Math.round(timing.ttftMs))} ms`,
    timing && timing.startedAt,
  ]
    .filter(Boolean)
    .join(' · ');
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

/** @param {SampleRecord} sample @param {SampleRecord | null} baseline */
function outputs(sample, baseline) {
  const own = part('Output', outputOf(sample));
  if (!baseline) return own;
  const same = baseline.inputDigest === sample.inputDigest;
  const section = part(
    same ? 'Baseline’s output' : 'Baseline’s output, to another input: no pair',
    outputOf(baseline),
  );
  return element('div', 'beside', own, section);
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
  if (baseline) head.append(element('th', 'number', 'Baseline'));
  head.append(element('th', '', 'Reason'));
  const body = element('tbody', '');
  for (const name of names) {
    const row = element('tr', '', element('th', '', visible(name)), numberCell(sample.scores[name]));
    if (baseline) row.append(numberCell(baseline.scores[name]));
    row.append(element('td', '', visible(sample.reasons[name] ?? '')));
    body.append(row);
  }
  // A reason may stand where there is no score at all.
  for (const [name, reason] of Object.entries(sample.reasons)) {
    if (names.includes(name)) continue;
    const cells = [element('td', 'number', '–'), baseline && element('td', 'number', '–')];
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
