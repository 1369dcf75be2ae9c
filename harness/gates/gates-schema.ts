/** JSON Schema (draft-07, which editors read) of gates.yaml. The reader is the judge: this says beforehand, in an
 *  editor, what it will refuse, save what a schema cannot tell (a gate that stands there twice). */
import { ERROR_SHARE_KEYS, METRIC_NAME, SECOND_LOOK } from './gates-file.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

const share = (description: string): JsonSchema => ({
  description,
  type: 'number',
  minimum: 0,
  exclusiveMaximum: 1,
});

const GATE_PROPERTIES = {
  metric: {
    description: 'suite/task.metric',
    type: 'string',
    pattern: METRIC_NAME.source,
  },
  maxUndefinedShare: share("In place of the file's"),
  undefinedScores: {
    description: "None of the model's doing: left out, and not counted as the worst answers",
    const: 'leaveOut',
  },
  atLeast: { description: 'All of the interval is at least this', type: 'number' },
  atMost: { description: 'All of the interval is at most this', type: 'number' },
  always: { description: 'One counter-example refutes', const: true },
  notWorseThan: { description: 'Compared pair by pair on the same samples', const: 'baseline' },
  margin: { description: 'How much worse is still not worse', type: 'number', exclusiveMinimum: 0 },
} as const;

type GateKey = keyof typeof GATE_PROPERTIES;

/** One way to write a gate: its rule, and no other. */
function rule(required: readonly GateKey[], optional: readonly GateKey[] = []): JsonSchema {
  const allowed = ['metric', 'maxUndefinedShare', ...required, ...optional] as const;
  return {
    type: 'object',
    additionalProperties: false,
    required: ['metric', ...required],
    properties: Object.fromEntries(allowed.map((key) => [key, GATE_PROPERTIES[key]])),
  };
}

export function gatesSchema(): JsonSchema {
  const classShares = ERROR_SHARE_KEYS.map((key) => [key, share(`Of ${key} errors`)]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    description: 'Which metric must be what before a model may go to production',
    type: 'object',
    additionalProperties: false,
    required: ['version', 'gates'],
    properties: {
      version: { description: 'Of the format', const: 1 },
      confidence: {
        description: 'Of the intervals that decide',
        type: 'number',
        exclusiveMinimum: 0.5,
        exclusiveMaximum: 1,
        default: 0.95,
      },
      maxErrorShare: {
        description: "Errors above this share of a gate's samples: could not evaluate",
        anyOf: [
          share('Of all errors together'),
          { type: 'object', additionalProperties: false, properties: Object.fromEntries(classShares) },
        ],
      },
      maxUndefinedShare: share('Undefined scores above this share: could not evaluate'),
      secondLook: {
        description: 'A second look: samples a task in all, 2x, or all',
        anyOf: [
          { type: 'string', pattern: SECOND_LOOK.source },
          { type: 'integer', minimum: 0, maximum: 999_999_999 },
        ],
      },
      gates: {
        type: 'array',
        minItems: 1,
        items: {
          anyOf: [
            rule(['atLeast'], ['undefinedScores']),
            rule(['atMost'], ['undefinedScores']),
            rule(['always'], ['undefinedScores']),
            rule(['notWorseThan', 'margin']),
          ],
        },
      },
    },
  };
}
