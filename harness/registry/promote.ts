/** Promotion: an alias moves to a version only with a passing run of exactly that model, or by an override that stays
 *  on record. */
import { readModelDigests } from '../../engine/index.ts';
import type { RunModel } from '../../reports/report-data.ts';
import { HarnessError } from '../errors.ts';
import { appendMove, historyOf, standing, type AliasMove, type Override } from './aliases.ts';
import { assessRun, type AssessedRun } from './assess-run.ts';
import { keepEvidence, type Promotion } from './evidence.ts';
import {
  createFolders,
  registryFolders,
  removeAbandoned,
  requireName,
  type RegistryFolders,
} from './layout.ts';
import { readLineage } from './lineage.ts';
import { differingParts } from './model-files.ts';
import { importModel, refuseOtherDigests } from './model-object.ts';
import { operator } from './operator.ts';
import { objectionsOf } from './policy.ts';
import { rulesInForce, type RulesInForce } from './policy-file.ts';
import { readReviews, rejections, reviewObjections, type Review } from './reviews.ts';
import { addVersion, neededVersion, type ModelVersion } from './versions.ts';

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
  /** A policy besides the registry's own. */
  readonly policy?: string;
  /** Files of reviews of this very run, as its report saves them. */
  readonly reviews?: readonly string[];
  /** Promote although rules do not hold. What a run has to be to count as a run of this model cannot be overridden. */
  readonly override?: boolean;
  /** Told of each step as it is done. */
  readonly onStep?: (step: PromotionStep) => void | Promise<void>;
}

/** In this order; a promotion that ends after any of them leaves the registry whole. */
export const promotionSteps = ['checked', 'copied', 'stored', 'versioned', 'evidence', 'moved'] as const;
export type PromotionStep = (typeof promotionSteps)[number];

/** Imports the model, keeps the evidence, moves the alias; in that order, so that the alias never points at what is
 *  not there.
 *  @throws HarnessError E_PROMOTION_REFUSED with the reasons, E_RUN_INVALID, E_POLICY_INVALID, E_USAGE */
export async function promote(options: PromoteOptions): Promise<AliasMove> {
  const { model, alias, home } = options;
  const onStep = options.onStep ?? (() => undefined);
  requireName('alias', alias);
  const assessed = await assessRun(options.runDir);
  const { run, digests, verdict } = assessed;
  const name = options.name ?? usableName(run.run.model.name);
  requireName('name', name);
  // The copy is checked again; this spares copying gigabytes of the wrong model.
  refuseOtherDigests(await readModelDigests(model), digests);
  const inForce = await rulesInForce(alias, home, options.policy ?? null);
  const reviewed = await readReviews(options.reviews ?? [], run);
  const texts = new Map([...inForce.texts, ...reviewed.texts]);
  const folders = registryFolders(home);
  await createFolders(folders);
  await removeAbandoned(folders);
  const check = (history: readonly AliasMove[]): Promise<Override | null> =>
    decide(assessed, inForce, reviewed.reviews, history, options, folders);
  await check(await historyOf(alias, folders));
  await onStep('checked');

  const lineage = await readLineage(model);
  const object = await importModel(model, digests, folders, () => onStep('copied'));
  try {
    await onStep('stored');
    const made = { digests, lineage, importedBy: operator() };
    const { version } = await addVersion(name, object.digest, made, folders);
    await onStep('versioned');
    for (;;) {
      const history = await historyOf(alias, folders);
      const override = await check(history);
      const promotion: Promotion = {
        alias,
        name,
        version,
        object: object.digest,
        dtype: run.run.model.dtype,
        at: new Date().toISOString(),
        by: operator(),
        reason: options.reason ?? null,
        ...(override !== null && { override }),
      };
      const evidence = await keepEvidence(run, verdict, promotion, texts, folders);
      try {
        await onStep('evidence');
        const record = { kind: 'promote', ...promotion, evidence: evidence.digest } as const;
        const move = await appendMove(alias, history, record, folders);
        // Somebody else moved the alias in the meantime: look again at what it points to.
        if (move === null) continue;
        await onStep('moved');
        return move;
      } finally {
        await evidence.letGo();
      }
    }
  } finally {
    await object.letGo();
  }
}

/** Whether the alias may move, and by which override; null where every rule holds.
 *  @throws HarnessError E_PROMOTION_REFUSED with all that stands against it, E_USAGE for an override without reason */
async function decide(
  assessed: AssessedRun,
  { rules }: RulesInForce,
  reviews: readonly Review[],
  history: readonly AliasMove[],
  { alias, override = false, reason = '' }: PromoteOptions,
  folders: RegistryFolders,
): Promise<Override | null> {
  const { run, verdict } = assessed;
  const uncompared = await uncomparedObjection(assessed, alias, history, folders);
  const now = new Date();
  const against = [
    ...assessed.objections,
    ...(uncompared === null ? [] : [uncompared]),
    ...rejections(reviews),
    ...new Set(
      rules.flatMap((each) => [
        ...objectionsOf(each, run.run, verdict, now),
        ...reviewObjections(each.requireReview, reviews, run, now),
      ]),
    ),
  ];
  if (against.length === 0) return null;
  if (!override) {
    throw refusal(
      against,
      against.length === 1 && uncompared !== null
        ? `Run again with --baseline @${alias}, then promote that run.`
        : undefined,
    );
  }
  const by = operator();
  if (!rules.every(({ mayOverride }) => mayOverride.includes(by))) {
    throw refusal([...against, `no policy lets ${by} override that for @${alias}`]);
  }
  if (reason.trim() === '') {
    throw new HarnessError('E_USAGE', 'An override needs a reason, which stays on record: give --reason.');
  }
  return { by, reason, against };
}

function refusal(reasons: readonly string[], remedy?: string): HarnessError {
  const told = reasons.length === 1 ? reasons[0]! : `\n${reasons.map((reason) => `  ${reason}`).join('\n')}`;
  return new HarnessError('E_PROMOTION_REFUSED', `Refused: ${told}`, remedy === undefined ? {} : { remedy });
}

/** A run that compared with nothing, or with some other model, shows nothing about regressions from what the alias
 *  holds by now. The model in production, which a run compares with unless told otherwise, is as good. */
async function uncomparedObjection(
  { run, digests }: AssessedRun,
  alias: string,
  history: readonly AliasMove[],
  folders: RegistryFolders,
): Promise<string | null> {
  const comparing = run.verdict.gates.filter(({ kind }) => kind === 'notWorseThan');
  const current = await heldBy(history, folders);
  const { model, baseline } = run.run;
  if (!current || comparing.length === 0 || isHeld(current, { digests, dtype: model.dtype })) return null;
  const production = await heldBy(await historyOf('production', folders), folders);
  if (baseline && (isHeld(current, baseline) || (production && isHeld(production, baseline)))) return null;
  const compared =
    baseline === null ? 'had no baseline' : `was compared with ${baseline.reference} as ${baseline.dtype}`;
  return (
    `the run ${compared}, but @${alias} is ${current.name}@${current.version} as ${current.dtype} by now, ` +
    `and ${comparing.length} of its gates compare with a baseline`
  );
}

type HeldModel = ModelVersion & Pick<AliasMove, 'dtype'>;

/** The version that an alias points at, in the dtype it stands in; null where the alias has no history. */
async function heldBy(history: readonly AliasMove[], folders: RegistryFolders): Promise<HeldModel | null> {
  const current = standing(history).at(-1);
  if (!current) return null;
  return { ...(await neededVersion(current.name, current.version, folders)), dtype: current.dtype };
}

/** Whether the model is the one held: the same weights in fewer bits answer otherwise. */
function isHeld(held: HeldModel, { digests, dtype }: Pick<RunModel, 'digests' | 'dtype'>): boolean {
  return digests !== null && dtype === held.dtype && differingParts(held.digests, digests).length === 0;
}

function usableName(name: string): string {
  return (
    name
      .replace(/[^\w.-]+/g, '-')
      .replace(/^\.+/, '')
      .slice(0, 100) || 'model'
  );
}
