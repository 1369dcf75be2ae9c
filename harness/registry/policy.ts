/** What the rules for an alias say against promoting on a run. Knows rules and runs; nothing of files or versions. */
import { isBeyondModel } from '../gates/evidence.ts';
import type { GateResult, RunInfo, Verdict } from '../../reports/report-data.ts';
import type { AliasPolicy } from './policy-keys.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Clocks of machines that share a run may differ by as much. */
export const CLOCK_SKEW_MS = 5 * 60 * 1000;

/** In words; none where every rule holds. */
export function objectionsOf(rules: AliasPolicy, run: RunInfo, verdict: Verdict, now: Date): string[] {
  return [
    ...suiteObjections(rules, run),
    ...gateObjections(rules, run, verdict),
    ...ageObjections(rules, run, now),
    ...datasetObjections(rules, run),
  ];
}

function suiteObjections({ requiredSuites }: AliasPolicy, run: RunInfo): string[] {
  return requiredSuites.flatMap((suite) => {
    if (!run.suites.includes(suite))
      return [`the policy requires the suite ${suite}, which the run did not do`];
    const parts = (run.leftOut ?? []).filter(
      (part) =>
        (part.name === suite || part.name.startsWith(`${suite}/`)) &&
        !isBeyondModel(part, run.model.parameterCount),
    );
    return parts.map(
      ({ name, reason }) =>
        `the policy requires the suite ${suite}, of which the run left out ${name} (${reason})`,
    );
  });
}

function gateObjections(rules: AliasPolicy, run: RunInfo, verdict: Verdict): string[] {
  const { requiredGates, gatesFiles, minSamples } = rules;
  const objections: string[] = [];
  if (gatesFiles.length > 0 && !gatesFiles.includes(run.gates.digest)) {
    objections.push(`the policy names other gates files than the run's, which is ${run.gates.digest}`);
  }
  const decided = verdict.gates.filter(({ outcome }) => outcome !== 'not-applicable');
  for (const metric of requiredGates) {
    if (!decided.some((gate) => gate.metric === metric)) {
      objections.push(`the policy requires a gate on ${metric}, which the run did not judge`);
    }
  }
  const counted = (gate: GateResult): boolean =>
    requiredGates.length === 0 || requiredGates.includes(gate.metric);
  for (const { metric, rule, n } of decided.filter(counted)) {
    if (minSamples !== null && n < minSamples) {
      objections.push(`${metric} (${rule}) rests on ${n} scores, the policy requires ${minSamples}`);
    }
  }
  return objections;
}

/** Counted from the beginning: a resumed run holds answers of its first day. */
function ageObjections({ maxAgeDays }: AliasPolicy, run: RunInfo, now: Date): string[] {
  if (maxAgeDays === null) return [];
  const ageMs = now.getTime() - Date.parse(run.startedAt);
  if (!(ageMs >= -CLOCK_SKEW_MS)) return [`the run began at ${run.startedAt}, which is not in the past`];
  if (ageMs <= maxAgeDays * DAY_MS) return [];
  return [`the run began ${(ageMs / DAY_MS).toFixed(1)} days ago, the policy allows ${maxAgeDays}`];
}

function datasetObjections({ datasets }: AliasPolicy, run: RunInfo): string[] {
  if ((run.datasets ?? null) === null || datasets.includes('any')) return [];
  const unnamed = run.tasks.filter(({ dataset }) => !datasets.includes(dataset.digest));
  const used = [...new Map(unnamed.map(({ dataset }) => [dataset.digest, dataset.name]))];
  if (used.length === 0) return [];
  const named = used.map(([digest, name]) => `${name} (${digest})`).join(', ');
  return [`the run asked other datasets than the bundled ones, and no policy names them: ${named}`];
}
