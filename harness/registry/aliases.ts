/** Aliases: names that move from version to version. Their history is a row of files that only grows; the last
 *  one says where the alias points. Each names the digest of the one before, so that none can be rewritten unseen. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';
import { digestOfJson } from '../runs/digest.ts';
import { createFolder, numberedFiles, readRecord, writeRecord, type RegistryFolders } from './layout.ts';

/** A promotion against the rules, by somebody whom the policy lets. */
export interface Override {
  readonly by: string;
  readonly reason: string;
  /** What stood against the promotion, in words. */
  readonly against: readonly string[];
}

export interface AliasMove {
  readonly alias: string;
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly kind: 'promote' | 'rollback';
  readonly name: string;
  readonly version: number;
  /** Digest of the object, so that the version's record cannot be exchanged. */
  readonly object: string;
  /** As evaluated. */
  readonly dtype: string;
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
  /** Digest of the evidence that the version was promoted with. */
  readonly evidence: string;
  /** Of the promotion by which the version came to stand; a rollback to it carries it on. Absent where every rule
   *  held. */
  readonly override?: Override;
  /** Digest of the move before; null for the first one, absent in records of version 0.1.0. */
  readonly previous?: string | null;
}

/** Moves of an alias, oldest first; none where there is no such alias.
 *  @throws HarnessError E_REGISTRY when a move is missing or damaged */
export async function historyOf(alias: string, folders: RegistryFolders): Promise<AliasMove[]> {
  const folder = join(folders.aliases, alias);
  const numbers = await numberedFiles(folder);
  const gap = numbers.findIndex((number, i) => number !== i + 1);
  if (gap >= 0) {
    throw new HarnessError(
      'E_REGISTRY',
      `The history of @${alias} lacks ${join(folder, `${gap + 1}.json`)}.`,
    );
  }
  const moves = await Promise.all(
    numbers.map(async (sequence) => {
      const path = join(folder, `${sequence}.json`);
      const move = await readRecord<AliasMove>(path);
      if (move.alias !== alias || move.sequence !== sequence || typeof move.object !== 'string') {
        throw new HarnessError('E_REGISTRY', `${path} is not move ${sequence} of @${alias}`);
      }
      return move;
    }),
  );
  moves.forEach((move, i) => {
    const why = contradiction(move, moves.slice(0, i));
    if (why === null) return;
    throw new HarnessError(
      'E_REGISTRY',
      `The history of @${alias} was rewritten: move ${move.sequence} ${why(folder)}.`,
    );
  });
  return moves;
}

/** How a move contradicts those before it; null where it follows from them. */
function contradiction(move: AliasMove, before: readonly AliasMove[]): ((folder: string) => string) | null {
  const last = before.at(-1);
  // Version 0.1.0 linked no moves; what follows a link has one.
  const isLinked =
    move.previous === undefined ? last?.previous === undefined : move.previous === digestOfMove(last);
  if (!isLinked)
    return (folder) => `does not follow ${join(folder, `${move.sequence - 1}.json`)} as it is now`;
  if (move.kind !== 'rollback') return null;
  const stood = standing(before).at(-2);
  const returns =
    stood !== undefined &&
    RETURNED.every((key) => digestOfJson(move[key] ?? null) === digestOfJson(stood[key] ?? null));
  return returns ? null : () => 'is a rollback, but not to what stood before';
}

/** What a rollback takes over from the promotion that it returns to. */
const RETURNED = [
  'name',
  'version',
  'object',
  'dtype',
  'evidence',
  'override',
] as const satisfies readonly (keyof AliasMove)[];

function digestOfMove(move: AliasMove | undefined): string | null {
  return move === undefined ? null : digestOfJson(move);
}

/** Adds a move behind those that were seen; null when somebody else was quicker. */
export async function appendMove(
  alias: string,
  seen: readonly AliasMove[],
  move: Omit<AliasMove, 'alias' | 'sequence' | 'previous'>,
  folders: RegistryFolders,
): Promise<AliasMove | null> {
  const folder = join(folders.aliases, alias);
  await createFolder(folder);
  const sequence = seen.length + 1;
  const record: AliasMove = { alias, sequence, ...move, previous: digestOfMove(seen.at(-1)) };
  return (await writeRecord(join(folder, `${sequence}.json`), record, folders)) ? record : null;
}

/** The promotions that stand, oldest first: a rollback takes the last one away. The alias points at the last. */
export function standing(history: readonly AliasMove[]): AliasMove[] {
  const stack: AliasMove[] = [];
  for (const move of history) {
    if (move.kind === 'rollback') stack.pop();
    else if (stack.at(-1)?.name !== move.name || stack.at(-1)?.version !== move.version) stack.push(move);
    else stack[stack.length - 1] = move;
  }
  return stack;
}

/** All aliases that point somewhere, in alphabetical order. */
export async function aliasNames(folders: RegistryFolders): Promise<string[]> {
  const names = (await readdir(folders.aliases).catch((): string[] => [])).sort();
  const moved = await Promise.all(
    names.map(async (name) => (await numberedFiles(join(folders.aliases, name))).length > 0),
  );
  return names.filter((_, i) => moved[i]);
}
