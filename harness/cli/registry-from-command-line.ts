/** The registry for a person or a machine: promote, rollback, models. */
import { HarnessError } from '../errors.ts';
import { counted } from '../gates/words.ts';
import { locateModel } from '../models/locate-model.ts';
import { parseModelReference } from '../models/model-reference.ts';
import {
  listModels,
  promote,
  rollback,
  verifyRegistry,
  type AliasMove,
  type Inventory,
  type PromotionStep,
} from '../registry/index.ts';
import { harnessHome } from '../runs/home.ts';
import type { ModelsArguments } from './commands/models.ts';
import type { PromoteArguments } from './commands/promote.ts';
import type { RollbackArguments } from './commands/rollback.ts';
import { renderTable } from './table.ts';

export async function promoteFromCommandLine(argv: PromoteArguments): Promise<void> {
  const home = harnessHome();
  const move = await promote({
    model: await localPath(argv.model, home),
    alias: withoutAt(argv.to),
    runDir: argv.run,
    home,
    ...(argv.name === undefined ? {} : { name: argv.name }),
    ...(argv.reason === undefined ? {} : { reason: argv.reason }),
    onStep: (step) => {
      const words = said[step];
      if (words !== null) process.stderr.write(`${words}\n`);
    },
  });
  print(
    argv.json,
    move,
    `@${move.alias} is now ${versionName(move)}\n\nTry: harness serve --model @${move.alias}`,
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

export async function modelsFromCommandLine(argv: ModelsArguments): Promise<void> {
  const home = harnessHome();
  if (argv.action === 'list') {
    const inventory = await listModels(home);
    print(argv.json, inventory, renderInventory(inventory, home));
    return;
  }
  const verification = await verifyRegistry(home);
  const { versions, moves, faults } = verification;
  const seen = `${counted(versions, 'version')}, ${counted(moves, 'move')}`;
  const text =
    faults.length === 0 ? `✓ ${seen}: all as they were` : faults.map((fault) => `✕ ${fault}`).join('\n');
  print(argv.json, verification, text);
  process.exitCode = faults.length === 0 ? 0 : 3;
}

const said: { readonly [Step in PromotionStep]: string | null } = {
  checked: 'The run passed, judged again from its samples, and this is its model.',
  copied: 'Copied; checking the copy.',
  stored: null,
  versioned: null,
  evidence: 'Evidence kept.',
  moved: null,
};

/** Where the model's files lie on this machine.
 *  @throws HarnessError E_PROMOTION_REFUSED for a model whose files are not here */
async function localPath(reference: string, home: string): Promise<string> {
  const parsed = parseModelReference(reference);
  const located = await locateModel(parsed, home);
  if (located !== null) return located.path;
  throw new HarnessError(
    'E_PROMOTION_REFUSED',
    `Refused: a model of kind ${parsed.kind} can be judged, not promoted, as its weights are not here`,
  );
}

function withoutAt(alias: string): string {
  return alias.replace(/^@/, '');
}

function versionName({ name, version }: Pick<AliasMove, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

function print(json: boolean, value: unknown, text: string): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
}

function renderInventory({ versions, aliases }: Inventory, home: string): string {
  if (versions.length === 0) {
    return `The registry in ${home} is empty.\n\nTry: harness promote --help`;
  }
  const pointers = aliases.map(({ alias, history }) => ({ alias, last: history.at(-1)! }));
  const rows = versions.map((each) => [
    versionName(each),
    pointers
      .filter(({ last }) => last.name === each.name && last.version === each.version)
      .map(({ alias }) => `@${alias}`)
      .join(' '),
    each.importedAt.slice(0, 16).replace('T', ' '),
    each.digests.weights.slice(0, 'sha256:'.length + 12),
  ]);
  const moves = aliases.flatMap(({ alias, history }) =>
    history.map((move) => [
      `@${alias}`,
      move.kind,
      versionName(move),
      move.at.slice(0, 16).replace('T', ' '),
      move.by,
      move.reason ?? '',
    ]),
  );
  const versionTable = renderTable(
    [['version', 'alias', 'imported', 'weights'], ...rows],
    ['left', 'left', 'left', 'left'],
  );
  const moveTable = renderTable(
    [['alias', 'move', 'to', 'at', 'by', 'reason'], ...moves],
    ['left', 'left', 'left', 'left', 'left', 'left'],
  );
  return moves.length === 0 ? versionTable : `${versionTable}\n\n${moveTable}`;
}
