/** Whether no value satisfies two schemas at once, which `oneOf` needs. Errs on the safe side: what is not seen to
 *  be apart counts as overlapping. */
import { resolve, type Schema, type SchemaObject, typeOf, typesOf } from './schema-keywords.ts';

const MAX_DEPTH = 16;
const MAX_COMPARISONS = 10_000;

/** Null where no two of them overlap; else the places of two that may.
 *  @throws EngineError E_REQUEST_INVALID for a reference that leads nowhere */
export function areDisjoint(root: Schema, schemas: readonly Schema[]): readonly [number, number] | null {
  const comparison = new Comparison(root);
  for (const [second, schema] of schemas.entries()) {
    for (let first = 0; first < second; first++) {
      if (!comparison.apart(schemas[first]!, schema, 0)) return [first, second];
    }
  }
  return null;
}

class Comparison {
  readonly #root: Schema;
  #left = MAX_COMPARISONS;

  constructor(root: Schema) {
    this.#root = root;
  }

  apart(first: Schema, second: Schema, depth: number): boolean {
    if (depth > MAX_DEPTH || --this.#left < 0) return false;
    const a = this.#referred(first);
    const b = this.#referred(second);
    if (a === null || b === null) return false;
    const left = alternativesOf(a);
    if (left !== null) return left.every((each) => this.apart(each, b, depth + 1));
    const right = alternativesOf(b);
    if (right !== null) return right.every((each) => this.apart(a, each, depth + 1));
    return this.#pairApart(a, b, depth);
  }

  /** Behind its references; null where it allows everything or that is not known. */
  #referred(schema: unknown): SchemaObject | null {
    let found = schema;
    for (let steps = 0; steps < MAX_DEPTH; steps++) {
      if (typeof found !== 'object' || found === null) return null;
      const { $ref: reference, allOf } = found as SchemaObject;
      if (reference !== undefined) found = resolve(this.#root, reference, '#').schema;
      else if (allOf !== undefined) found = Array.isArray(allOf) ? allOf[0] : null;
      else return found as SchemaObject;
    }
    return null;
  }

  #pairApart(a: SchemaObject, b: SchemaObject, depth: number): boolean {
    const [left, right] = [valuesOf(a), valuesOf(b)];
    if (left !== null && right !== null) {
      const texts = new Set(left.map(canonical));
      return !right.some((value) => texts.has(canonical(value)));
    }
    const [leftTypes, rightTypes] = [broadTypes(a, left), broadTypes(b, right)];
    const common = leftTypes.filter((type) => rightTypes.includes(type));
    if (common.length === 0) return true;
    if (common.some((type) => type !== 'object') || left !== null || right !== null) return false;
    const properties = a['properties'] as SchemaObject | undefined;
    const others = b['properties'] as SchemaObject | undefined;
    return requiredOf(a).some(
      (name) =>
        requiredOf(b).includes(name) &&
        Object.hasOwn(properties ?? {}, name) &&
        Object.hasOwn(others ?? {}, name) &&
        this.apart(properties![name] as Schema, others![name] as Schema, depth + 1),
    );
  }
}

function alternativesOf({ anyOf, oneOf }: SchemaObject): readonly Schema[] | null {
  const alternatives = anyOf ?? oneOf;
  return Array.isArray(alternatives) ? alternatives : null;
}

function valuesOf(schema: SchemaObject): readonly unknown[] | null {
  if (Array.isArray(schema['enum'])) return schema['enum'];
  return Object.hasOwn(schema, 'const') ? [schema['const']] : null;
}

/** An integer is a number. Without a type a schema holds for every other one, too. */
function broadTypes(schema: SchemaObject, values: readonly unknown[] | null): readonly string[] {
  const types = values !== null ? values.map(typeOf) : typesOf(schema['type'] === undefined ? {} : schema);
  return types.map((type) => (type === 'integer' ? 'number' : type));
}

function requiredOf({ required }: SchemaObject): readonly string[] {
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  return names.filter((name) => typeof name === 'string');
}

/** Equal for equal values: the order of properties does not count. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
