// @ts-check
/** Samples as files: JSON Lines with all there is, CSV for a spreadsheet. Runs in the browser and in Node. */

/** @typedef {import('./sample-store.js').StoredSample} StoredSample */

/** One record a line, its baseline's in `baseline` where there is one.
 *  @param {readonly StoredSample[]} samples */
export function toJsonLines(samples) {
  return samples
    .map(({ sample, baseline }) => `${JSON.stringify(baseline ? { ...sample, baseline } : sample)}\n`)
    .join('');
}

const COLUMNS = /** @type {const} */ ([
  'suite',
  'task',
  'sampleId',
  'repeat',
  'cluster',
  'tags',
  'error',
  'latencyMs',
  'ttftMs',
  'completionTokens',
]);
const TEXTS = /** @type {const} */ (['prompt', 'output', 'baselineOutput', 'references']);

/** RFC 4180 with a header; scores in columns `score.<name>`, the baseline's in `baseline.<name>`. A text that a
 *  spreadsheet would take for a formula gets an apostrophe before it.
 *  @param {readonly StoredSample[]} samples */
export function toCsv(samples) {
  const names = [...new Set(samples.flatMap(({ sample }) => Object.keys(sample.scores)))];
  const paired = samples.some(({ baseline }) => baseline !== null) ? names : [];
  const head = [
    ...COLUMNS,
    ...names.map((name) => `score.${name}`),
    ...paired.map((name) => `baseline.${name}`),
    ...TEXTS,
  ];
  const lines = samples.map(({ sample, baseline }) => {
    const { input, timing, usage, error } = sample;
    const prompt =
      input.prompt ?? (input.messages ?? []).map(({ role, content }) => `${role}: ${content}`).join('\n\n');
    return [
      sample.suite,
      sample.task,
      sample.sampleId,
      sample.repeat,
      sample.cluster,
      sample.tags.join(' '),
      error ? `${error.code}: ${error.message}` : '',
      timing?.latencyMs ?? '',
      timing?.ttftMs ?? '',
      usage?.completionTokens ?? '',
      ...names.map((name) => sample.scores[name] ?? ''),
      ...paired.map((name) => baseline?.scores[name] ?? ''),
      prompt,
      sample.output ?? '',
      baseline?.output ?? '',
      sample.references.join('\n'),
    ];
  });
  return [head, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

/** @param {string | number} value */
function csvCell(value) {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
