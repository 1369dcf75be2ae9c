/** `harness bench` as a process: figures of each precision, and what is said where there are none. */
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { harness } from '../helpers/cli.ts';

const model = join(packageRoot, 'fixtures/golden/engine/tiny-untied');

interface Figure {
  readonly name: string;
  readonly value: number;
}
interface Output {
  readonly benches: readonly { readonly dtype: string; readonly figures: readonly Figure[] }[];
  readonly notes: readonly string[];
}

test('measures each precision that is asked for, and names what it could not', async () => {
  const { code, stdout } = await harness([
    'bench',
    '--model',
    model,
    '--dtype',
    'int8,int4',
    '--rounds',
    '1',
    '--json',
  ]);
  expect(code).toBe(0);
  const { benches, notes } = JSON.parse(stdout) as Output;
  expect(benches.map(({ dtype }) => dtype)).toEqual(['int8', 'int4']);
  for (const { figures } of benches) {
    const names = figures.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['load to first token', 'prefill 512', '8 at a time', 'memory']),
    );
    for (const { name, value } of figures) {
      if (name !== 'memory') expect(value, name).toBeGreaterThan(0);
      const isMissing = notes.some((note) => note.includes(name));
      if (name.startsWith('decode')) expect(isMissing, name).toBe(false);
    }
  }
});

test('refuses a precision there is none of', async () => {
  const dtype = await harness(['bench', '--model', model, '--dtype', 'int2', '--rounds', '1']);
  expect(dtype.code).toBe(2);
  expect(dtype.stderr).toContain('int2');
});
