/** `harness run` in a real terminal, from narrow to wide. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { harness } from '../helpers/cli.ts';
import { hasPseudoTerminal, inTerminal } from '../helpers/pseudo-terminal.ts';

test.skip(!hasPseudoTerminal(), 'needs script of util-linux');

const WORDS = [
  'run',
  'quality/consistency',
  'quality/safety',
  '--limit',
  '6',
  '--model',
  'scripted:model.json',
];

async function project(): Promise<{
  readonly cwd: string;
  readonly env: Record<string, string | undefined>;
}> {
  const cwd = test.info().outputPath('project');
  await mkdir(cwd, { recursive: true });
  await writeFile(join(cwd, 'model.json'), JSON.stringify({ default: 'Paris is a city.', replies: {} }));
  const env = {
    HARNESS_HOME: join(cwd, '.harness'),
    NO_COLOR: undefined,
    FORCE_COLOR: undefined,
    CI: undefined,
  };
  return { cwd, env };
}

for (const columns of [60, 80, 120, 200]) {
  test(`in ${columns} columns a run is a table per suite, then the verdict, then the next command`, async () => {
    const { code, lines, raw } = await inTerminal(columns, WORDS, await project());
    await writeFile(test.info().outputPath('terminal.txt'), raw);
    expect([0, 1, 4]).toContain(code);
    // Commands and paths stay whole, to be copied; all else fits.
    const tooWide = lines.filter(
      (line) => Array.from(line).length > columns && !/^(Report|Next) {2}/.test(line),
    );
    expect(tooWide).toEqual([]);
    const text = lines.join('\n');
    expect(text).toMatch(/^quality +.*samples +errors +median +time$/m);
    const verdict = lines.findIndex((line) =>
      /^[✓✕?–] (Pass|Fail|Inconclusive|Could not)|^(Pass|Fail|Inconclusive|Could not evaluate)\b/.test(line),
    );
    expect(verdict).toBeGreaterThan(lines.findIndex((line) => line.includes('samples')));
    expect(lines.findLast(Boolean)).toMatch(/^Next {5}\S/);
    expect(raw).toContain('\u001b['); // colour, where a terminal has it
  });
}

test('NO_COLOR leaves a terminal without colours; a pipe gets neither colours nor lines drawn over', async () => {
  const { cwd, env } = await project();
  const { raw } = await inTerminal(80, WORDS, { cwd, env: { ...env, NO_COLOR: '1' } });
  // oxlint-disable-next-line no-control-regex -- colours are what is looked for
  expect(raw).not.toMatch(/\u001b\[[\d;]*m/);
  const piped = await harness(WORDS, { cwd, env: { HARNESS_HOME: join(cwd, '.harness') } });
  // oxlint-disable-next-line no-control-regex -- colours and returns are what is looked for
  expect(piped.stdout + piped.stderr).not.toMatch(/[\u001b\r]/);
  expect(piped.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Next {5}\S/);
});

/** Twelve answers, one after the other, each a failure. */
const SLOW = `
const samples = Array.from({ length: 12 }, (_, i) => ({ id: 'n' + i, prompt: 'Say ' + i }));
export default {
  suite: 'support', name: 'numbers', title: 'Numbers', description: 'Says numbers.', when: ['release'],
  dataset: async () => ({ name: 'numbers', digest: 'sha256:00', samples }),
  sampling: { temperature: 0, maxTokens: 9 }, concurrency: 1,
  scorers: [() => ({ right: 0 })],
  metrics: [{ metric: 'right', score: 'right', aggregate: 'proportion', better: 'higher', signature: 'right|v1' }],
  gates: [{ metric: 'right', always: true }],
};
`;

test('the first failures are told at once, beside how far it is and the time left', async () => {
  const { cwd, env } = await project();
  await mkdir(join(cwd, 'suites'));
  await writeFile(join(cwd, 'suites/numbers.task.js'), SLOW);
  await writeFile(join(cwd, 'model.json'), JSON.stringify({ default: 'No.', replies: {}, delayMs: 150 }));
  const { code, raw } = await inTerminal(100, ['run', 'support', '--model', 'scripted:model.json'], {
    cwd,
    env,
  });
  expect(code, raw).toBe(1);
  // Every line as it was drawn, in its order.
  const drawn = raw
    // oxlint-disable-next-line no-control-regex -- control sequences are what is looked for
    .replaceAll(/\u001b\[[\d;?]*[A-Za-z]/g, '')
    .split(/[\r\n]+/);
  const told = drawn.flatMap((line, at) => (line.startsWith('✕ support/numbers ') ? [{ line, at }] : []));
  expect(told.map(({ line }) => line)).toEqual(
    [0, 1, 2].map((n) => `✕ support/numbers n${n}: right is 0, not 1 as always asked`),
  );
  const progress = drawn.flatMap((line, at) => {
    const found = /^support\/numbers [█░]+ (\d+)\/12 +\d+%(?: · (\d+:\d\d) left)?$/.exec(line);
    return found ? [{ done: Number(found[1]), left: found[2], at }] : [];
  });
  expect(drawn).toContainEqual(expect.stringContaining('further ones of this task stand in samples.jsonl'));
  // the first failure before the run was half done, and the time left once there is a pace
  expect(told[0]!.at).toBeLessThan(progress.find(({ done }) => done > 6)!.at);
  expect(progress.filter(({ left }) => left !== undefined).length).toBeGreaterThan(0);
  for (const { done, left } of progress) expect(left !== undefined, `${done}`).toBe(done > 3 && done < 12);
});
