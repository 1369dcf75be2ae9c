/** Differential fuzzing: the same cases on our side and by a reference in Python, the disagreements told. Knows cases and
 *  numbers; knows nothing of what they are of. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface FuzzCase {
  /** What is computed, under which figures are told. */
  readonly kind: string;
  /** What the reference is given. */
  readonly input: object;
  /** Numbers by name, all of which the reference has to say the same; null for a value that there is none of. */
  readonly ours: () => Readonly<Record<string, number | null>>;
  /** Largest difference, absolute or relative to 1 and more. */
  readonly tolerance: number;
}

type Answer = Readonly<Record<string, number | null>>;

/** What the reference says to each case, in order. */
async function askPeer(python: string, script: string, inputs: readonly object[]): Promise<Answer[]> {
  const child = spawn(python, [fileURLToPath(new URL(script, import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONUTF8: '1' },
  });
  child.stdin.end(inputs.map((input) => `${JSON.stringify(input)}\n`).join(''));
  let text = '';
  child.stdout.setEncoding('utf8');
  for await (const chunk of child.stdout) text += String(chunk);
  const answers = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer);
  if (answers.length !== inputs.length) {
    throw new Error(`${script} answered ${answers.length} of ${inputs.length} cases`);
  }
  return answers;
}

interface Tally {
  cases: number;
  numbers: number;
  largest: number;
  disagreements: number;
}

/** Runs all cases and prints a table of what they differ by; the process fails where a difference is too large.
 *  @param python with the packages that the script needs */
export async function fuzzAgainstPeer(
  cases: readonly FuzzCase[],
  python: string,
  script: string,
): Promise<void> {
  const answers = await askPeer(
    python,
    script,
    cases.map(({ kind, input }) => ({ kind, ...input })),
  );
  const tallies = new Map<string, Tally>();
  const shown: string[] = [];
  cases.forEach(({ kind, input, ours, tolerance }, at) => {
    const tally = tallies.get(kind) ?? { cases: 0, numbers: 0, largest: 0, disagreements: 0 };
    tallies.set(kind, tally);
    tally.cases++;
    const theirs = answers[at]!;
    const found = ours();
    for (const name of Object.keys(found)) {
      const [a, b] = [found[name] ?? null, theirs[name] ?? null];
      tally.numbers++;
      const difference = differenceOf(a, b);
      if (Number.isFinite(difference)) tally.largest = Math.max(tally.largest, difference);
      if (difference <= tolerance) continue;
      tally.disagreements++;
      if (shown.length < 20)
        shown.push(`${kind} ${name}: ours ${a}, theirs ${b}\n  ${JSON.stringify(input)}`);
    }
  });
  const rows = [...tallies].map(
    ([kind, { cases: count, numbers, largest, disagreements }]) =>
      `| ${kind} | ${count} | ${numbers} | ${largest.toExponential(1)} | ${disagreements} |`,
  );
  process.stdout.write(
    `${['| what | cases | numbers | largest difference | disagreements |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')}\n`,
  );
  if (shown.length === 0) return;
  process.stdout.write(`\n${shown.join('\n')}\n`);
  process.exitCode = 1;
}

function differenceOf(a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : Infinity;
  if (a === b) return 0;
  return Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
}
