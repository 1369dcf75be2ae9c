/** Moving aliases, for a person or a machine: promote, rollback. */
import { HarnessError } from '../errors.ts';
import { locateModel, type LocatedModel } from '../models/locate-model.ts';
import { parseModelReference } from '../models/model-reference.ts';
import { promote, rollback, type PromotionStep } from '../registry/index.ts';
import { harnessHome } from '../runs/home.ts';
import type { PromoteArguments } from './commands/promote.ts';
import type { RollbackArguments } from './commands/rollback.ts';
import { overrideLine, versionName } from './render-registry.ts';

export async function promoteFromCommandLine(argv: PromoteArguments): Promise<void> {
  const home = harnessHome();
  const move = await promote({
    model: (await localModel(argv.model, home)).path,
    alias: withoutAt(argv.to),
    runDir: argv.run,
    home,
    ...(argv.name === undefined ? {} : { name: argv.name }),
    ...(argv.reason === undefined ? {} : { reason: argv.reason }),
    ...(argv.policy === undefined ? {} : { policy: argv.policy }),
    reviews: argv.review,
    override: argv.override,
    onStep: (step) => {
      const words = said[step];
      if (words !== null) process.stderr.write(`${words}\n`);
    },
  });
  print(
    argv.json,
    move,
    [
      `@${move.alias} is now ${versionName(move)}`,
      ...overrideLine(move),
      '',
      `Try: npx harness serve --model @${move.alias}`,
    ].join('\n'),
  );
}

export async function rollbackFromCommandLine(argv: RollbackArguments): Promise<void> {
  const { from, to } = await rollback({
    alias: withoutAt(argv.alias),
    home: harnessHome(),
    ...(argv.reason === undefined ? {} : { reason: argv.reason }),
  });
  print(argv.json, { from, to }, `@${to.alias} is ${versionName(to)} again, it was ${versionName(from)}`);
}

const said: { readonly [Step in PromotionStep]: string | null } = {
  checked: 'The run was judged again from its samples, and this is its model.',
  copied: 'Copied; checking the copy.',
  stored: null,
  versioned: null,
  evidence: 'Evidence kept.',
  moved: null,
};

/** Where the model's files lie on this machine.
 *  @throws HarnessError E_PROMOTION_REFUSED for a model whose files are not here */
export async function localModel(reference: string, home: string): Promise<LocatedModel> {
  const parsed = parseModelReference(reference);
  const located = await locateModel(parsed, home);
  if (located !== null) return located;
  throw new HarnessError(
    'E_PROMOTION_REFUSED',
    `Refused: a model of kind ${parsed.kind} can be judged, not promoted, as its weights are not here`,
  );
}

export function withoutAt(alias: string): string {
  return alias.replace(/^@/, '');
}

export function print(json: boolean, value: unknown, text: string): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
}
