/** One line of progress that tells the truth: what is done of what was planned, and the time left at the pace of
 *  the last while. Pure but for the clock it is given. */

export interface ProgressState {
  readonly done: number;
  readonly planned: number;
  readonly elapsedMs: number;
}

const barWidth = 24;
const narrowestBar = 6;

export const eraseLine = '\r\u001b[2K';

/** `evaluating ██████░░░░ 812/1,890  43% · 0:14 left`, at most `columns` wide. */
export function renderProgress(label: string, state: ProgressState, columns: number): string {
  const share = shareOf(state);
  const left = share > 0.02 && share < 1 ? `${clock((state.elapsedMs / share) * (1 - share))} left` : '';
  return progressLine(label, state, left, columns);
}

/** The bar gives way first where columns are few, then the end of the label. */
export function progressLine(
  label: string,
  state: Pick<ProgressState, 'done' | 'planned'>,
  left: string,
  columns: number,
): string {
  const share = shareOf(state);
  const counts = `${state.done.toLocaleString('en')}/${state.planned.toLocaleString('en')}  ${Math.floor(share * 100)}%`;
  const tail = left === '' ? counts : `${counts} · ${left}`;
  const room = columns - tail.length - 1;
  const barRoom = Math.min(barWidth, room - label.length - 1);
  if (barRoom >= narrowestBar) return `${label} ${bar(share, barRoom)} ${tail}`;
  return room > 0 ? `${label.slice(0, room)} ${tail}` : tail.slice(0, columns);
}

function shareOf({ done, planned }: Pick<ProgressState, 'done' | 'planned'>): number {
  return planned === 0 ? 0 : Math.min(1, done / planned);
}

/** Full only when all is done. */
export function bar(share: number, width: number): string {
  const filled = Math.floor(share * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** What a line may fill without wrapping. */
export function columnsOf(stream: NodeJS.WriteStream): number {
  // A terminal that does not know its width says 0.
  return (stream.columns || 80) - 1;
}

/** Milliseconds as m:ss, or h:mm:ss from an hour on. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const part = (value: number) => String(value % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours}:${part(minutes)}:${part(seconds)}` : `${minutes}:${part(seconds)}`;
}
