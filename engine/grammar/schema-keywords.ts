/** Which keywords of JSON Schema are read, which may stand together, and where references lead. */
import { refused } from './grammar.ts';

export type SchemaObject = Readonly<Record<string, unknown>>;
export type Schema = SchemaObject | boolean;

export const JSON_TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
export type JsonType = (typeof JSON_TYPES)[number];

/** They say nothing about which values are valid. */
const annotations: ReadonlySet<string> = new Set(
  'title description default examples deprecated readOnly writeOnly $comment $schema $defs definitions'.split(
    ' ',
  ),
);

/** Each stands alone, but for annotations, and for `type` beside the last two. */
const whole = ['$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const'] as const;

const byType: Readonly<Record<string, readonly JsonType[]>> = {
  properties: ['object'],
  required: ['object'],
  additionalProperties: ['object'],
  items: ['array'],
  minItems: ['array'],
  maxItems: ['array'],
  minLength: ['string'],
  maxLength: ['string'],
  pattern: ['string'],
  format: ['string'],
  minimum: ['number'],
  maximum: ['number'],
  exclusiveMinimum: ['number'],
  exclusiveMaximum: ['number'],
};

/** @throws EngineError E_REQUEST_INVALID for a keyword that is not supported, or not beside another one */
export function checkKeywords(schema: SchemaObject, path: string): void {
  const names = Object.keys(schema).filter((name) => !annotations.has(name));
  for (const name of names) {
    if (name === 'type' || whole.some((each) => each === name) || Object.hasOwn(byType, name)) continue;
    // The root's own address changes nothing, as references lead within it only.
    if (name === '$id' && path === '#') continue;
    throw refused(`${path}: the keyword ${JSON.stringify(name.slice(0, 80))} is not supported`);
  }
  const first = whole.find((name) => names.includes(name));
  if (first === undefined) return;
  const besides = names.filter((name) => name !== first && name !== '$id');
  const takesType = first === 'enum' || first === 'const';
  const other = besides.find((name) => !(takesType && name === 'type'));
  if (other !== undefined) throw refused(`${path}: ${first} beside ${other} is not supported`);
}

/** @throws EngineError E_REQUEST_INVALID when it is no object */
export function fieldsOf(value: unknown, path: string): SchemaObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as SchemaObject;
  throw refused(`${path} should be an object`);
}

/** The types that the schema allows, each once; where it names none, those of which its keywords speak.
 *  @throws EngineError E_REQUEST_INVALID for a type that is none */
export function typesOf(schema: SchemaObject): readonly JsonType[] {
  const { type } = schema;
  if (type === undefined) {
    if (whole.some((name) => Object.hasOwn(schema, name))) return [];
    const spoken = Object.keys(schema).flatMap((name) => (Object.hasOwn(byType, name) ? byType[name]! : []));
    return spoken.length > 0 ? [...new Set(spoken)] : JSON_TYPES.filter((each) => each !== 'integer');
  }
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  const unknown = types.find((each) => !JSON_TYPES.some((known) => known === each));
  if (unknown !== undefined || types.length === 0) {
    throw refused(`the type ${JSON.stringify(unknown)?.slice(0, 80)} is none of ${JSON_TYPES.join(', ')}`);
  }
  const named = [...new Set(types)] as JsonType[];
  return named.includes('number') ? named.filter((each) => each !== 'integer') : named;
}

/** Of a value that came out of JSON. */
export function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as 'object' | 'string' | 'boolean';
}

/** Where a local reference (RFC 6901, as a fragment) leads.
 *  @throws EngineError E_REQUEST_INVALID for another document, or for nothing */
export function resolve(
  root: Schema,
  reference: unknown,
  from: string,
): { readonly schema: Schema; readonly path: string } {
  if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference)) {
    throw refused(`${from}/$ref leads to ${JSON.stringify(reference)?.slice(0, 80)}; only #/… is followed`);
  }
  let found: unknown = root;
  for (const part of reference.split('/').slice(1)) {
    const name = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
    const holder = typeof found === 'object' && found !== null ? found : {};
    found = Object.hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
  }
  if (typeof found === 'boolean') return { schema: found, path: reference };
  if (found === undefined) throw refused(`${from}/$ref: there is nothing at ${reference.slice(0, 80)}`);
  return { schema: fieldsOf(found, reference), path: reference };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
