/** `harness generate` as a process: what it prints, and with which code it ends. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import golden from '../../fixtures/golden/engine/tiny.json' with { type: 'json' };
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { harness } from '../helpers/cli.ts';

const { model, prompts } = golden.cases[0]!;
const modelPath = join(packageRoot, 'fixtures/golden/engine', model);

async function promptsFile(lines: readonly unknown[]): Promise<string> {
  const path = test.info().outputPath('prompts.jsonl');
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

test('answers a file of prompts in its order, with the tokens of transformers', async () => {
  const path = await promptsFile(prompts.map(({ text }) => ({ prompt: text })));
  const { code, stdout } = await harness([
    'generate',
    '--model',
    modelPath,
    '--prompts',
    path,
    '--raw',
    '--max-tokens',
    '32',
    '--json',
    '--logprobs',
  ]);
  expect(code).toBe(0);
  const answers = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(answers).toHaveLength(prompts.length);
  answers.forEach((answer, i) => {
    const { greedy, ids } = prompts[i]!;
    const ended = greedy.at(-1) === 0;
    const tokens = ended ? greedy.slice(0, -1) : greedy;
    expect(answer).toMatchObject({
      tokens,
      finishReason: ended ? 'stop' : 'length',
      usage: { promptTokens: ids.length, completionTokens: tokens.length },
    });
    expect(answer['logprobs']).toHaveLength(tokens.length);
    expect(Object.keys(answer)).toEqual(['text', 'tokens', 'usage', 'finishReason', 'logprobs']);
  });
});

test('prints the text alone without --json', async () => {
  const script = test.info().outputPath('script.json');
  await writeFile(script, JSON.stringify({ default: 'one two three' }));
  const run = (...args: string[]) => harness(['generate', '--model', `scripted:${script}`, ...args]);
  expect(await run('--prompt', 'Hi')).toMatchObject({ code: 0, stdout: 'one two three\n' });
  expect(await run('--prompt', 'Hi', '--stop', 'two')).toMatchObject({ code: 0, stdout: 'one \n' });
});

test('ends with the code of the contract for what it refuses', async () => {
  const faulty = await promptsFile([{ prompt: 'a' }, { text: 'b' }]);
  const cases: [string[], number, RegExp][] = [
    [['--model', modelPath], 2, /E_USAGE/],
    [['--model', modelPath, '--prompt', ''], 2, /E_PROMPT_EMPTY/],
    [
      ['--model', modelPath, '--prompt', 'x', '--temperature', '3'],
      2,
      /temperature should be from 0 to 2, not 3/,
    ],
    [['--model', modelPath, '--prompt', 'x', '--max-tokens', '2000'], 2, /E_PROMPT_TOO_LONG/],
    [['--model', modelPath, '--prompts', faulty], 2, /line 2/],
    [['--model', modelPath, '--prompts', 'absent.jsonl'], 2, /E_FILE_NOT_FOUND/],
    [['--model', './absent', '--prompt', 'x'], 3, /E_MODEL_NOT_FOUND/],
  ];
  for (const [args, expected, message] of cases) {
    const { code, stdout, stderr } = await harness(['generate', ...args]);
    expect(stderr, args.join(' ')).toMatch(message);
    expect(code, args.join(' ')).toBe(expected);
    expect(stdout).toBe('');
  }
});

test('answers in a schema, and says what of a schema it cannot follow', async () => {
  const path = test.info().outputPath('schema.json');
  const ask = () =>
    harness([
      'generate',
      '--prompt',
      'Who?',
      '--json-schema',
      path,
      '--temperature',
      '1',
      '--max-tokens',
      '60',
    ]);
  await writeFile(path, '{"type": "array", "items": {"enum": ["yes", "no"]}, "minItems": 1, "maxItems": 2}');
  const { code, stdout } = await ask();
  expect(code).toBe(0);
  const answer = JSON.parse(stdout) as unknown[];
  expect(answer.length).toBeGreaterThan(0);
  expect(answer.filter((each) => each !== 'yes' && each !== 'no')).toEqual([]);
  await writeFile(path, '{"uniqueItems": true}');
  expect(await ask()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('"uniqueItems" is not supported'),
  });
  await writeFile(path, '{');
  expect(await ask()).toMatchObject({ code: 2, stderr: expect.stringContaining('is not JSON') });
});
