// @ts-check
/** Numbers as a reader wants them: few digits, but never so few that rounding changes what they say.
 *  Runs in the browser and in Node. */

/** @typedef {{ value: number | null, low?: number | null, high?: number | null, threshold?: number | null,
 *    baseline?: number | null }} Measure */

const MAX_DECIMALS = 8;

/** @param {number} value */
function decimalsOf(value) {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return 0;
  if (size >= 100) return 1;
  if (size >= 10) return 2;
  return 3;
}

/** @param {number} value @param {number} decimals */
function fixed(value, decimals) {
  const text = value.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  // A minus sign as wide as a digit, and none before zero.
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text.replace('-', '−');
}

/** @param {number | null} value */
export function formatNumber(value) {
  if (value === null) return '–';
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && Math.abs(value) < 0.001) return value.toPrecision(2).replaceAll('-', '−');
  return fixed(value, decimalsOf(value));
}

/** A round number without trailing zeros, for the ends of an axis.
 *  @param {number} value */
export function formatTick(value) {
  return Number(value.toPrecision(6))
    .toLocaleString('en-US', { maximumSignificantDigits: 6 })
    .replace('-', '−');
}

/** Value, bounds and baseline with one number of decimals: two significant digits of the interval's half width, and as
 *  many more as it takes to tell each of them from the threshold they are judged by.
 *  @param {Measure} measure */
export function formatMeasure({ value, low = null, high = null, threshold = null, baseline = null }) {
  if (value === null || !Number.isFinite(value)) {
    return { value: formatNumber(value), interval: '', baseline: formatNumber(baseline) };
  }
  const half = low === null || high === null ? 0 : (high - low) / 2;
  let decimals = half > 0 ? Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(half)))) : decimalsOf(value);
  const shown = [value, low, high].filter((number) => number !== null);
  /** @param {number} number */
  const blursThreshold = (number) =>
    threshold !== null && number !== threshold && fixed(number, decimals) === fixed(threshold, decimals);
  while (decimals < MAX_DECIMALS && shown.some(blursThreshold)) decimals += 1;
  return {
    value: fixed(value, decimals),
    interval: low === null || high === null ? '' : `[${fixed(low, decimals)}, ${fixed(high, decimals)}]`,
    baseline: baseline === null ? '–' : fixed(baseline, decimals),
  };
}

/** @param {number} ms */
export function formatDuration(ms) {
  if (ms < 1000) return `${formatNumber(Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `1 sample`, `12 samples`.
 *  @param {number} count @param {string} noun */
export function countOf(count, noun) {
  return `${formatNumber(count)} ${count === 1 ? noun : `${noun}s`}`;
}
