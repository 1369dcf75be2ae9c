/** What a user's project adds to the scaffold of `harness init`: a task in code, and a test with a matcher of its own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const TASK = `import { defineTask, scoring, type ScorerInput } from '@modelgate/harness';
const polite = scoring('polite', ({ output }: ScorerInput) => /hello|hi/i.test(output), { aggregate: 'proportion' });
export default defineTask({
  suite: 'assistant', name: 'manners', when: ['commit'], scorers: [polite, 'refusal'],
  dataset: ['Hello!', 'Hi!', 'Hi there!', 'Hello there!', 'Hey!', 'Good morning!'].map((prompt, i) => ({ id: 'm' + i, prompt })),
  gates: [{ metric: 'polite', atLeast: 0.2 }],
});
`;

const testOf = (
  atLeast: number,
): string => `import { test, expect as base, type TaskResult } from '@modelgate/harness';
import manners from './manners.task.ts';

const expect = base.extend({
  toBeShort(result: TaskResult, characters: number) {
    const long = result.records.filter(({ output }) => (output ?? '').length > characters);
    return { pass: long.length === 0, message: () => long.length + ' answers are longer than ' + characters };
  },
});

test('answers a greeting shortly', async ({ evaluate }) => {
  const result = await evaluate(manners);
  expect(result).toBeShort(200);
  expect(result).toMeetGate();
  expect(result).toScoreAtLeast('polite', ${atLeast});
});
`;

/** Into `suites/assistant` of the project, which is there.
 *  @param atLeast what its test expects of six polite answers, by the bound of their interval */
export async function writeOwnSuite(project: string, atLeast: number): Promise<void> {
  await writeFile(join(project, 'suites/assistant/manners.task.ts'), TASK);
  await writeFile(join(project, 'suites/assistant/manners.spec.ts'), testOf(atLeast));
}
