/** The keys that a policy has for an alias: one table, from which reading, defaults and the JSON Schema follow. */
import type { MapReader } from '../gates/yaml-reader.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

interface PolicyKey<Value> {
  readonly about: string;
  readonly default: Value;
  readonly schema: JsonSchema;
  readonly read: (map: MapReader, key: string, fallback: Value) => Value;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

function list(about: string, fits: RegExp, expected: string): PolicyKey<readonly string[]> {
  return {
    about,
    default: [],
    schema: { type: 'array', items: { type: 'string', pattern: fits.source } },
    read: (map, key) => map.strings(key, fits, expected),
  };
}

function aboveZero(about: string): PolicyKey<number | null> {
  return {
    about,
    default: null,
    schema: { type: 'number', exclusiveMinimum: 0 },
    read: (map, key, fallback) =>
      map.has(key) ? map.number(key, undefined, (value) => value > 0, 'a number above 0') : fallback,
  };
}

/** Who has to have looked at a run besides the gates. */
export interface ReviewRule {
  /** Reviewers, each with another name, who signed and accepted the run. */
  readonly by: number;
  /** Each of them has to have accepted every sample with one of these tags. */
  readonly tags: readonly string[];
}

const TAG = /^\S(?:.*\S)?$/;
const MANUAL_REVIEW = 'manual-review';

const requireReview: PolicyKey<ReviewRule | null> = {
  about:
    'Signed reviews (--review) that accept the run: by how many people, and the tags of samples that each of them has to have accepted [manual-review]',
  default: null,
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['by'],
    properties: {
      by: { type: 'integer', minimum: 1 },
      tags: { type: 'array', items: { type: 'string', pattern: TAG.source } },
    },
  },
  read: (map, key, fallback) => {
    const rule = map.child(key, '{by: 1} or {by: 2, tags: [manual-review]}');
    if (rule === null) return fallback;
    rule.refuseUnknownKeys(['by', 'tags']);
    const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
    return {
      by: rule.number('by', undefined, isCount, 'a whole number of reviewers, at least 1'),
      tags: rule.has('tags') ? rule.strings('tags', TAG, 'a tag of samples') : [MANUAL_REVIEW],
    };
  },
};

export const policyKeys = {
  requiredSuites: list(
    'Suites that the run has to have done',
    /^[\w-]+$/,
    'the name of a suite, such as quality',
  ),
  requiredGates: list(
    'Metrics that a gate of the run has to have judged',
    /^[\w-]+\/[\w-]+\.[\w.-]+$/,
    'suite/task.metric',
  ),
  gatesFiles: list(
    'Digests of the gates files that count; any, where there is none',
    DIGEST,
    'sha256:<64 digits>',
  ),
  maxAgeDays: aboveZero('Most days since the run began, be it resumed or not'),
  minSamples: aboveZero('Fewest scores that each required gate rests on; without required gates, each gate'),
  datasets: list(
    'Which datasets may stand in place of the bundled ones, by digest; `any` is all of them; none, where left out',
    /^(?:any|sha256:[0-9a-f]{64})$/,
    'sha256:<64 digits>, or any',
  ),
  requireReview,
  mayOverride: list(
    'Users who may promote with --override and a reason when a rule does not hold',
    /^\S(?:.*\S)?$/,
    'the name of a user',
  ),
} as const;

export type AliasPolicy = {
  readonly [Key in keyof typeof policyKeys]: (typeof policyKeys)[Key] extends PolicyKey<infer Value>
    ? Value
    : never;
};

const names = Object.keys(policyKeys) as (keyof AliasPolicy)[];

export function readAliasPolicy(map: MapReader): AliasPolicy {
  map.refuseUnknownKeys(names);
  const read = <Value>(key: string, row: PolicyKey<Value>): Value => row.read(map, key, row.default);
  return {
    requiredSuites: read('requiredSuites', policyKeys.requiredSuites),
    requiredGates: read('requiredGates', policyKeys.requiredGates),
    gatesFiles: read('gatesFiles', policyKeys.gatesFiles),
    maxAgeDays: read('maxAgeDays', policyKeys.maxAgeDays),
    minSamples: read('minSamples', policyKeys.minSamples),
    datasets: read('datasets', policyKeys.datasets),
    requireReview: read('requireReview', policyKeys.requireReview),
    mayOverride: read('mayOverride', policyKeys.mayOverride),
  };
}

/** What holds for an alias of which the registry's own policy does not speak. */
export const noPolicy: AliasPolicy = {
  requiredSuites: policyKeys.requiredSuites.default,
  requiredGates: policyKeys.requiredGates.default,
  gatesFiles: policyKeys.gatesFiles.default,
  maxAgeDays: policyKeys.maxAgeDays.default,
  minSamples: policyKeys.minSamples.default,
  datasets: policyKeys.datasets.default,
  requireReview: policyKeys.requireReview.default,
  mayOverride: policyKeys.mayOverride.default,
};

/** JSON Schema (draft-07, which editors read) of the policy file. */
export function policySchema(): JsonSchema {
  const properties = Object.fromEntries(
    names.map((name) => [name, { description: policyKeys[name].about, ...policyKeys[name].schema }]),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    description: 'What a promotion needs besides a passing run of the very model',
    type: 'object',
    additionalProperties: false,
    required: ['version', 'aliases'],
    properties: {
      version: { description: 'Of the format', const: 1 },
      aliases: {
        description: 'Rules by alias, without the @; "*" is every alias that is not named',
        type: 'object',
        additionalProperties: { type: 'object', additionalProperties: false, properties },
      },
    },
  };
}
