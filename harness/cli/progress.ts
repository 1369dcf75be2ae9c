/** Progress on a stream: one line redrawn on a terminal; a line a phase where nobody watches. */
import { columnsOf, eraseLine, renderProgress } from './progress-bar.ts';

export interface Progress {
  phase(this: void, label: string): void;
  update(this: void, state: { readonly done: number; readonly planned: number }): void;
  stop(this: void): void;
}

export function startProgress(stream: NodeJS.WriteStream): Progress {
  let label = '';
  let started = performance.now();
  const draw = (line: string) => {
    if (stream.isTTY) stream.write(eraseLine + line);
  };
  return {
    phase: (next) => {
      label = next;
      started = performance.now();
      if (stream.isTTY) draw(label);
      else stream.write(`${label}\n`);
    },
    update: ({ done, planned }) => {
      const elapsedMs = performance.now() - started;
      draw(renderProgress(label, { done, planned, elapsedMs }, columnsOf(stream)));
    },
    stop: () => draw(''),
  };
}
