/** Promotion: an alias moves to a version only with a passing run of exactly that model. */
import { userInfo } from 'node:os';
import { readModelDigests, type ModelDigests } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { appendMove, historyOf, standing, type AliasMove } from './aliases.ts';
import { readEligibleRun, type EligibleRun } from './eligible-run.ts';
import { keepEvidence } from './evidence.ts';
import { createFolders, registryFolders, removeAbandoned, requireName } from './layout.ts';
import { faultOfObject, importModel, refuseOtherDigests } from './model-object.ts';
import { addVersion, findVersion, type ModelVersion } from './versions.ts';

export interface PromoteOptions {
  /** Folder or .gguf file. */
  readonly model: string;
  /** Without the @. */
  readonly alias: string;
  readonly runDir: string;
  readonly home: string;
  /** Name in the registry; default the one the model had in the run. */
  readonly name?: string;
  readonly reason?: string;
  /** Told of each step as it is done. */
  readonly onStep?: (step: PromotionStep) => void | Promise<void>;
}

/** In this order; a promotion that ends after any of them leaves the registry whole. */
export const promotionSteps = ['checked', 'copied', 'stored', 'versioned', 'evidence', 'moved'] as const;
export type PromotionStep = (typeof promotionSteps)[number];

/** Imports the model, keeps the evidence, moves the alias; in that order, so that the alias never points at what is
 *  not there.
 *  @throws HarnessError E_PROMOTION_REFUSED with the reason, E_RUN_INVALID, E_USAGE */
export async function promote(options: PromoteOptions): Promise<AliasMove> {
  const { model, alias, home } = options;
  const onStep = options.onStep ?? (() => undefined);
  requireName('alias', alias);
  const eligible = await readEligibleRun(options.runDir);
  const { run, digests, verdict } = eligible;
  const name = options.name ?? usableName(run.run.model.name);
  requireName('name', name);
  // The copy is checked again; this spares copying gigabytes of the wrong model.
  refuseOtherDigests(await readModelDigests(model), digests);
  const folders = registryFolders(home);
  await createFolders(folders);
  await removeAbandoned(folders);
  await refuseUncompared(eligible, alias, home);
  await onStep('checked');

  const object = await importModel(model, digests, folders, () => onStep('copied'));
  await refuseDamaged(object, home);
  await onStep('stored');
  const version = await addVersion(name, object, digests, folders);
  await onStep('versioned');
  const evidence = await keepEvidence(run, verdict, folders);
  await onStep('evidence');

  for (;;) {
    await refuseUncompared(eligible, alias, home);
    const history = await historyOf(alias, folders);
    const move = await appendMove(
      alias,
      history.length,
      {
        kind: 'promote',
        name,
        version: version.version,
        object,
        dtype: run.run.model.dtype,
        by: operator(),
        reason: options.reason ?? null,
        evidence,
      },
      folders,
    );
    // Somebody else moved the alias in the meantime: look again at what it points to.
    if (move === null) continue;
    await onStep('moved');
    return move;
  }
}

/** A run that compared with nothing, or with some other model, shows nothing about regressions from what the alias
 *  holds by now. The model in production, which a run compares with unless told otherwise, is as good. */
async function refuseUncompared({ run, digests }: EligibleRun, alias: string, home: string): Promise<void> {
  const comparing = run.verdict.gates.filter(({ kind }) => kind === 'notWorseThan');
  const current = await heldBy(alias, home);
  if (!current || comparing.length === 0 || sameDigests(current.digests, digests)) return;
  const { baseline } = run.run;
  const accepted = [current, await heldBy('production', home)];
  if (baseline?.digests && accepted.some((held) => held && sameDigests(held.digests, baseline.digests!)))
    return;
  const compared = baseline === null ? 'had no baseline' : `was compared with ${baseline.reference}`;
  throw new HarnessError(
    'E_PROMOTION_REFUSED',
    `Refused: the run ${compared}, but @${alias} is ${current.name}@${current.version} by now, ` +
      `and ${comparing.length} of its gates compare with a baseline`,
    { remedy: `Run again with --baseline @${alias}, then promote that run.` },
  );
}

/** The version that an alias points at; null where there is no such alias. */
async function heldBy(alias: string, home: string): Promise<ModelVersion | null> {
  const folders = registryFolders(home);
  const current = standing(await historyOf(alias, folders)).at(-1);
  return current ? await findVersion(current.name, current.version, folders) : null;
}

function sameDigests(a: ModelDigests, b: ModelDigests): boolean {
  return (['weights', 'tokenizer', 'template', 'config'] as const).every((part) => a[part] === b[part]);
}

/** Where the same object lay in the registry before, it was not replaced: it has to be as it was imported. */
async function refuseDamaged(object: string, home: string): Promise<void> {
  const fault = await faultOfObject(object, registryFolders(home));
  if (fault !== null) throw new HarnessError('E_REGISTRY', `The registry's copy is damaged: ${fault}`);
}

function usableName(name: string): string {
  return (
    name
      .replace(/[^\w.-]+/g, '-')
      .replace(/^\.+/, '')
      .slice(0, 100) || 'model'
  );
}

/** The operating system's user; its number where it has no name, as in some containers. */
export function operator(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
