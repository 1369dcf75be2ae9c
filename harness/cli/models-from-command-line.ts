/** What the registry holds, for a person or a machine: list, show, history, verify, import, gc, export. */
import { basename } from 'node:path';
import { readModelDigests } from '../../engine/index.ts';
import { counted } from '../gates/words.ts';
import {
  collectGarbage,
  exportToMlflow,
  historyOfAlias,
  listModels,
  mlflowCredentials,
  registerModel,
  showVersion,
  verifyRegistry,
} from '../registry/index.ts';
import { harnessHome } from '../runs/home.ts';
import type {
  ExportArguments,
  GcArguments,
  HistoryArguments,
  ImportArguments,
  ListArguments,
  ShowArguments,
  VerifyArguments,
} from './commands/models.ts';
import { localModel, print, withoutAt } from './registry-from-command-line.ts';
import {
  overrideLine,
  renderCollection,
  renderInventory,
  renderMoves,
  renderVersion,
  versionName,
} from './render-registry.ts';
import { wholeNumber } from './whole-number.ts';

export async function listFromCommandLine(argv: ListArguments): Promise<void> {
  const home = harnessHome();
  const inventory = await listModels(home);
  print(argv.json, inventory, renderInventory(inventory, home));
}

export async function showFromCommandLine(argv: ShowArguments): Promise<void> {
  const details = await showVersion(argv.model, harnessHome());
  print(argv.json, details, renderVersion(details));
}

export async function historyFromCommandLine(argv: HistoryArguments): Promise<void> {
  const history = await historyOfAlias(withoutAt(argv.alias), harnessHome());
  print(argv.json, history, renderMoves(history));
}

export async function verifyFromCommandLine(argv: VerifyArguments): Promise<void> {
  const verification = await verifyRegistry(harnessHome());
  const { versions, moves, faults, overrides } = verification;
  const seen = `${counted(versions, 'version')}, ${counted(moves, 'move')}`;
  const lines = [
    ...(faults.length === 0 ? [`✓ ${seen}: all as they were`] : faults.map((fault) => `✕ ${fault}`)),
    ...overrides.flatMap(overrideLine),
  ];
  print(argv.json, verification, lines.join('\n'));
  process.exitCode = faults.length === 0 ? 0 : 3;
}

export async function importFromCommandLine(argv: ImportArguments): Promise<void> {
  const home = harnessHome();
  const { path, name } = await localModel(argv.model, home);
  const base = argv.base === undefined ? undefined : await baseOf(argv.base, home);
  const version = await registerModel({
    model: path,
    name: argv.name ?? name ?? basename(path).replace(/\.gguf$/i, ''),
    home,
    lineage: { data: argv.data, ...(base !== undefined && { base }) },
  });
  const reference = `registry:${versionName(version)}`;
  print(
    argv.json,
    version,
    `${versionName(version)} holds ${argv.model}\n\nTry: npx harness run --model ${reference}`,
  );
}

async function baseOf(reference: string, home: string): Promise<{ reference: string; weights: string }> {
  const { path } = await localModel(reference, home);
  return { reference, weights: (await readModelDigests(path)).weights };
}

export async function gcFromCommandLine(argv: GcArguments): Promise<void> {
  const collection = await collectGarbage({
    home: harnessHome(),
    keepDays: wholeNumber('keep-days', argv.keepDays, 0),
    confirmed: argv.yes,
  });
  print(argv.json, collection, renderCollection(collection));
}

export async function exportFromCommandLine(argv: ExportArguments): Promise<void> {
  const exported = await exportToMlflow({
    reference: argv.model,
    home: harnessHome(),
    uri: argv.mlflow,
    source: argv.source ?? null,
    credentials: mlflowCredentials(process.env),
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  const aliases = exported.aliases.map((alias) => `, @${alias}`).join('');
  const told = exported.created ? 'is new' : 'was there already';
  print(argv.json, exported, `${exported.name} version ${exported.version} in MLflow ${told}${aliases}`);
}
