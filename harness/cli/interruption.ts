/** Ctrl-C and SIGTERM as an event: work ends in good order. */

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Calls `onFirst` at the first signal; a second one ends the process.
 *  @returns stops listening */
export function onInterruption(onFirst: (signal: NodeJS.Signals) => void): () => void {
  const stop = () => SIGNALS.forEach((signal) => process.off(signal, interrupt));
  const interrupt = (signal: NodeJS.Signals) => {
    stop();
    onFirst(signal);
  };
  SIGNALS.forEach((signal) => process.on(signal, interrupt));
  return stop;
}
