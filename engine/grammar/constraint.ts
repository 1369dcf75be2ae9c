/** What a text must be, and the network that accepts exactly such texts.
 *
 *  Why this is written here: of the libraries for Node, `@mlc-ai/web-xgrammar` 0.1.27 (a WASM build of XGrammar) is
 *  the one that fits; it does not load as the ES module it claims to be, ignores `multipleOf`, `not`, `uniqueItems`
 *  and all of `allOf` (so that an invalid text would count as valid), and a look-ahead in a pattern aborts the whole
 *  instance, with every other request in it. llguidance has no build for Node. */
import { type Grammar, GrammarBuilder, refused } from './grammar.ts';
import { jsonMatching } from './json-schema.ts';
import { anyObject } from './json-values.ts';
import { wholeMatch } from './regular-expression.ts';
import type { Schema } from './schema-keywords.ts';

/** Exactly one of them. */
export type Constraint =
  /** A JSON text that is valid against the schema; json-schema.ts says which part of JSON Schema is read. */
  | { readonly jsonSchema: object; readonly regex?: never; readonly jsonObject?: never }
  /** A text that the expression matches as a whole. */
  | { readonly regex: string; readonly jsonSchema?: never; readonly jsonObject?: never }
  /** Any JSON object. */
  | { readonly jsonObject: true; readonly jsonSchema?: never; readonly regex?: never };

/** Of a schema as JSON, in UTF-16 units. */
const MAX_SCHEMA_LENGTH = 2 ** 17;
const MAX_SCHEMA_DEPTH = 128;

/** As plain data: what is not JSON is left out or refused.
 *  @throws EngineError E_REQUEST_INVALID when it is none */
export function plainConstraint(constraint: Constraint): Constraint {
  const { jsonSchema, regex, jsonObject } = fields(constraint);
  if ([jsonSchema, regex, jsonObject].filter((given) => given !== undefined).length !== 1) {
    throw refused('give exactly one of jsonSchema, regex and jsonObject');
  }
  if (typeof regex === 'string') return { regex };
  if (jsonObject === true) return { jsonObject };
  if (typeof jsonSchema !== 'object' || jsonSchema === null || Array.isArray(jsonSchema)) {
    throw refused('jsonSchema should be an object, regex a text, jsonObject true');
  }
  let text: string;
  try {
    text = JSON.stringify(jsonSchema, (_, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value))
        throw refused('the schema holds an infinite number');
      return value;
    });
  } catch (cause) {
    throw refused(`the schema is not JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  if (text.length > MAX_SCHEMA_LENGTH) {
    throw refused(`the schema has ${text.length} characters, of at most ${MAX_SCHEMA_LENGTH}`);
  }
  const plain = JSON.parse(text) as object;
  if (depthOf(plain) > MAX_SCHEMA_DEPTH) throw refused(`the schema is more than ${MAX_SCHEMA_DEPTH} deep`);
  return { jsonSchema: plain };
}

/** Levels of objects and lists, counted without recursion as far as the limit. */
function depthOf(value: object): number {
  let level: unknown[] = [value];
  let depth = 0;
  while (level.length > 0 && depth <= MAX_SCHEMA_DEPTH) {
    depth++;
    level = level.flatMap((each) => Object.values(each as object).filter((next) => Object(next) === next));
  }
  return depth;
}

function fields(constraint: unknown): Readonly<Record<string, unknown>> {
  if (typeof constraint === 'object' && constraint !== null) return constraint as Record<string, unknown>;
  throw refused('it is no object');
}

/** @param constraint as `plainConstraint` returns it
 *  @throws EngineError E_REQUEST_INVALID naming what is not supported */
export function compileConstraint(constraint: Constraint): Grammar {
  const builder = new GrammarBuilder();
  if (constraint.regex !== undefined) return builder.finish(wholeMatch(constraint.regex));
  if (constraint.jsonObject !== undefined) return builder.finish(anyObject);
  return builder.finish(jsonMatching(constraint.jsonSchema as Schema));
}
