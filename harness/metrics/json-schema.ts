/** Does an answer hold JSON that a JSON Schema takes (draft-07, 2019-09 or 2020-12 by its `$schema`; without one
 *  2020-12). Validation by ajv 8. `format` is an annotation, as the specification has it by default.
 *
 *  A schema comes with the data and is not trusted: a `pattern` can backtrack for ever and references can double
 *  without end. So size is capped, remote references are not fetched, and compiling and checking are cut off after
 *  three seconds, which gives no score but a reason. Patterns keep ECMAScript's meaning, which a linear-time engine
 *  would change. Knows nothing of models. */
import { createRequire } from 'node:module';
import { createContext, Script } from 'node:vm';
import type { Ajv, AnySchema, ValidateFunction } from 'ajv';
import { HarnessError } from '../errors.ts';
import { parseJsonOutput, type JsonOptions } from './json-output.ts';
import { undefinedBecause, type MetricValue } from './metric-value.ts';
import { signature } from './signature.ts';

/** Far more than any sound schema takes, on a busy machine too. */
const LIMIT_MS = 3000;
const LARGEST_SCHEMA = 200_000;
const MOST_COMPILED = 64;

const DRAFTS = { 'draft-07': 'ajv', '2019-09': 'ajv/dist/2019.js', '2020-12': 'ajv/dist/2020.js' } as const;
type Draft = keyof typeof DRAFTS;

const DEFAULT_DRAFT: Draft = '2020-12';

/** By the text of the schema, oldest first. */
const compiled = new Map<string, ValidateFunction>();

const invalid = (what: string, cause?: unknown) =>
  new HarnessError('E_INPUT_INVALID', `JSON Schema: ${what}.`, {
    remedy: 'Give a self-contained schema of draft-07, 2019-09 or 2020-12.',
    cause,
  });

function draftOf(schema: AnySchema): Draft {
  const named = typeof schema === 'object' ? (schema as { $schema?: unknown }).$schema : undefined;
  if (named === undefined) return DEFAULT_DRAFT;
  const draft = (Object.keys(DRAFTS) as Draft[]).find(
    (each) => typeof named === 'string' && named.includes(`json-schema.org/`) && named.includes(each),
  );
  if (draft === undefined) throw invalid(`$schema is ${JSON.stringify(named)}`);
  return draft;
}

interface Draftsmen {
  /** Knows the draft's own schema, by which schemas are checked. */
  readonly checker: Ajv;
  /** Knows nothing but the schema that it is made for, so that none sees another's identifiers. */
  readonly compiler: () => Ajv;
}

const draftsmen = new Map<Draft, Draftsmen>();

/** Loading is never cut off: that would leave half a module behind. */
function draftsmenOf(draft: Draft): Draftsmen {
  const known = draftsmen.get(draft);
  if (known !== undefined) return known;
  const { default: Compiler } = createRequire(import.meta.url)(DRAFTS[draft]) as { default: typeof Ajv };
  const options = {
    strict: false,
    validateFormats: false,
    inlineRefs: false,
    logger: false,
    ownProperties: true, // else every object has the property toString
  } as const;
  const checker = new Compiler(options);
  void checker.validateSchema({}); // compiled at once: its answer is none
  const made = {
    checker,
    compiler: () => new Compiler({ ...options, meta: false, validateSchema: false }),
  };
  draftsmen.set(draft, made);
  return made;
}

const sandbox = createContext({ work: undefined as unknown });
const call = new Script('work()');

/** What `work` gives, or null where it takes longer than the limit: the interpreter stops it wherever it is, a
 *  regular expression included. */
function withinLimit<T>(work: () => T): { readonly result: T } | null {
  sandbox['work'] = work;
  try {
    return { result: call.runInContext(sandbox, { timeout: LIMIT_MS }) as T };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  } finally {
    sandbox['work'] = undefined;
  }
}

/** @throws E_INPUT_INVALID for what is no schema, or too large a one */
function validatorOf(schema: unknown): ValidateFunction | null {
  if (
    typeof schema !== 'boolean' &&
    (typeof schema !== 'object' || schema === null || Array.isArray(schema))
  ) {
    throw invalid('expected an object, true or false');
  }
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (text.length > LARGEST_SCHEMA) throw invalid(`${text.length} characters; ${LARGEST_SCHEMA} are taken`);
  const draft = draftOf(schema);
  try {
    const { checker, compiler } = draftsmenOf(draft);
    const own = compiler();
    const made = withinLimit(() => {
      if (checker.validateSchema(schema) !== true) throw new Error(`schema ${checker.errorsText()}`);
      return own.compile(schema);
    });
    if (made === null) return null;
    if (compiled.size >= MOST_COMPILED) compiled.delete(compiled.keys().next().value!);
    compiled.set(text, made.result);
    return made.result;
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
}

/** 1 when the answer is JSON that the schema takes, else 0; null where the schema takes longer than three seconds.
 *  @param schema a JSON Schema: an object, true or false
 *  @throws E_INPUT_INVALID for what is no schema, names a draft or a reference that is not known, or is larger than
 *          200,000 characters */
export function jsonSchemaMatch(answer: string, schema: unknown, options: JsonOptions = {}): MetricValue {
  const validate = validatorOf(schema);
  if (validate === null) return undefinedBecause('the schema takes too long to compile');
  const parsed = parseJsonOutput(answer, options);
  if (parsed === null) return 0;
  try {
    const checked = withinLimit(() => validate(parsed.value));
    if (checked === null) return undefinedBecause('the schema takes too long to check the answer');
    return checked.result ? 1 : 0;
  } catch (error) {
    if (error instanceof RangeError)
      return undefinedBecause('the answer is nested too deeply for the schema');
    throw error;
  }
}

/** Such as `jsonSchema|validator:ajv-8.20.0|fence:never|formats:annotation|harness:2`. */
export function jsonSchemaSignature({ fence = 'never' }: JsonOptions = {}): string {
  return `jsonSchema|${signature({ validator: 'ajv-8.20.0', fence, formats: 'annotation' })}`;
}
