/** One line of progress that tells the truth: what is done of what was planned, and the time left at the pace of
 *  the last while. Pure but for the clock it is given. */

export interface ProgressState {
  readonly done: number;
  readonly planned: number;
  readonly elapsedMs: number;
}

const barWidth = 24;

/** `evaluating ██████░░░░ 812/1,890  43% · 0:14 left`, at most `columns` wide. */
export function renderProgress(label: string, state: ProgressState, columns: number): string {
  const share = state.planned === 0 ? 0 : Math.min(1, state.done / state.planned);
  const filled = Math.floor(share * barWidth);
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  const counts = `${state.done.toLocaleString('en')}/${state.planned.toLocaleString('en')}`;
  const left = share > 0.02 && share < 1 ? ` · ${clock((state.elapsedMs / share) * (1 - share))} left` : '';
  return `${label} ${bar} ${counts}  ${Math.floor(share * 100)}%${left}`.slice(0, columns);
}

/** Milliseconds as m:ss, or h:mm:ss from an hour on. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const part = (value: number) => String(value % 60).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours}:${part(minutes)}:${part(seconds)}` : `${minutes}:${part(seconds)}`;
}
