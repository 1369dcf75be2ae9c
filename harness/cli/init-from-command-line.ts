/** Runs `harness init`: writes a project, and says what is there and what comes next. */
import { basename, resolve } from 'node:path';
import { shellWord } from '../../reports/shell-command.ts';
import { scaffold } from '../project/scaffold.ts';
import { scaffoldFiles } from '../project/scaffold-files.ts';
import { versions } from '../tasks/versions.ts';
import type { InitArguments } from './commands/init.ts';

export async function initFromCommandLine({
  folder,
  form,
  hooks,
  force,
  json,
}: InitArguments): Promise<void> {
  const dir = resolve(folder);
  const { '@modelgate/harness': version } = await versions();
  const name =
    basename(dir)
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-') || 'evaluation';
  const files = scaffoldFiles({ form, hooks, name, version: version! });
  const done = await scaffold(dir, files, force);
  if (json) {
    process.stdout.write(`${JSON.stringify({ dir, ...done })}\n`);
    return;
  }
  const { written, same, kept } = done;
  const lines = [
    ...written.map((path) => `+ ${path}`),
    ...same.map((path) => `= ${path}   there already`),
    ...kept.map(({ path, otherwise }) => `= ${path}   yours, left as it is: ${otherwise}`),
    '',
    ...(hooks ? ['Hook     git config core.hooksPath .githooks'] : []),
    `Next     ${folder === '.' ? '' : `cd ${shellWord(folder)} && npm install && `}npx harness run assistant`,
    ...(form === 'typescript' ? ['Tests    npx playwright test'] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
