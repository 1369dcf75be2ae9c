/** Every command's help: it has an example, and every example is one that the command takes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { commands, createParser } from '../../../../harness/cli/parser.ts';
import { guideSteps } from '../../../helpers/guide-commands.ts';

class Understood extends Error {}

/** What the parser has against the arguments; null where nothing. No command runs. */
async function faultOf(args: readonly string[]): Promise<string | null> {
  const parser = (await createParser(args))
    .middleware(() => {
      throw new Understood();
    })
    .fail((message, error) => {
      throw error ?? new Error(message);
    })
    .exitProcess(false);
  try {
    await parser.parseAsync();
    return 'it did nothing';
  } catch (error) {
    return error instanceof Understood ? null : (error as Error).message;
  }
}

/** Words of a shell line, quotes taken off. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c!);
}

async function helpOf(args: readonly string[]): Promise<string> {
  return (await createParser(args)).wrap(300).exitProcess(false).getHelp();
}

function examplesIn(help: string): string[] {
  const section = /^Examples:\n((?: .*\n?)+)/m.exec(help)?.[1] ?? '';
  return section
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/)[0]!)
    .filter((line) => line.startsWith('harness '));
}

/** The command's own help, and those of its parts. */
async function allHelp(name: string): Promise<string[]> {
  const help = await helpOf([name]);
  const parts = [...help.matchAll(new RegExp(`^  harness ${name} (\\w+)`, 'gm'))].map(([, part]) => part!);
  const nested = await Promise.all([...new Set(parts)].map((part) => helpOf([name, part])));
  return [help, ...nested];
}

for (const { usage } of commands) {
  const name = usage.split(' ')[0]!;
  test(`harness ${name} --help has examples, and the command takes each`, async () => {
    const examples = (await allHelp(name)).flatMap(examplesIn);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of new Set(examples)) {
      const own = example.split(/ [|<>] /)[0]!;
      expect(await faultOf(wordsOf(own).slice(1)), example).toBeNull();
    }
  });
}

test('an example with a misspelt option would be noticed', async () => {
  expect(await faultOf(['run', '--limmit', '3'])).toMatch(/limmit/);
  expect(await faultOf(['compare', 'a'])).toMatch(/Not enough/);
});

test('every harness command in README and guides is one that the command line takes', async () => {
  const guides = ['README.md', ...readdirSync('docs').map((file) => join('docs', file))];
  let checked = 0;
  for (const guide of guides.filter((path) => path.endsWith('.md'))) {
    const text = readFileSync(guide, 'utf8');
    const marked = guideSteps(text).flatMap((step) => (step.kind === 'command' ? [step.command] : []));
    for (const line of marked) {
      const own = /(?:^|\| )npx harness (.*?)(?: \||$)/.exec(line)?.[1];
      if (own === undefined) continue;
      checked++;
      expect(await faultOf(wordsOf(own)), `${guide}: ${line}`).toBeNull();
    }
  }
  expect(checked).toBeGreaterThan(15);
});
