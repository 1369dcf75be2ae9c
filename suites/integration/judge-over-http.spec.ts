/** A judge behind a real server: `harness score --judge http://…`, the whole way through sockets. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { serveModel } from '../../engine/index.ts';
import { functionModel } from '../../fixtures/function-model.ts';
import { harness } from '../helpers/cli.ts';

/** Likes cats; does not understand fish. */
const judge = functionModel(({ messages }) => {
  const prompt = messages!.at(-1)!.content;
  if (/<<<ANSWER \w+\n[^<]*fish/.test(prompt)) return ['Hard to say.'];
  return [/<<<ANSWER \w+\n[^<]*cat/.test(prompt) ? 'It is a cat.\nVERDICT: 5' : 'VERDICT: 2'];
}, 'judge');

test('a judge over HTTP gives its verdicts, its cost and its errors, and a server that is gone is no verdict', async () => {
  const folder = test.info().outputPath();
  await mkdir(folder, { recursive: true });
  const rubric = join(folder, 'rubric.md');
  await writeFile(rubric, 'Cats are good.');
  const server = await serveModel(judge, { host: '127.0.0.1', port: 0 });
  const input = ['a cat', 'a dog', 'a fish'].map((hypothesis) => JSON.stringify({ hypothesis })).join('\n');
  const options = ['score', '--judge', `${server.url}/v1#judge`, '--rubric', rubric];
  const share = ['--option', 'judge.maxErrors=0.5'];
  const { code, stdout, stderr } = await harness([...options, ...share], { input });
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    rows: [{ 'judge.rubric': 5 }, { 'judge.rubric': 2 }, { 'judge.rubric': null }],
    corpus: { 'judge.rubric': { value: 3.5, n: 2 } },
    details: { 'judge.rubric': { judged: 2, errors: { E_JUDGE_UNPARSEABLE: 1 }, cost: { calls: 3 } } },
  });
  await server.close();
  const gone = await harness([...options, ...share], { input });
  expect(gone.code).toBe(3);
});
