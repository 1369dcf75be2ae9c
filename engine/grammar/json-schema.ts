/** JSON Schema (draft 2020-12) to a grammar of the texts that satisfy it: a documented part of it, and what is not
 *  in that part is refused by name, never ignored. Every text of the grammar is valid against the schema; not every
 *  valid text is in the grammar: properties come in the declared order, undeclared ones only where
 *  `additionalProperties` is given or no property is declared, and values are spelled as json-values.ts says. */
import { asJson } from './characters.ts';
import { anyOfLiterals, call, choice, literal, type Part, refused } from './grammar.ts';
import {
  anyNumber,
  anyValue,
  arrayOf,
  integersBetween,
  jsonText,
  LARGEST_INTEGER,
  numbersBetween,
  objectOf,
  quoted,
  stringOf,
} from './json-values.ts';
import { anywhereMatch, wholeMatch } from './regular-expression.ts';
import { areDisjoint } from './schema-overlap.ts';
import {
  checkKeywords,
  fieldsOf,
  JSON_TYPES,
  type JsonType,
  resolve,
  type Schema,
  type SchemaObject,
  typeOf,
  typesOf,
} from './schema-keywords.ts';

/** Of `minItems`, `maxItems`, `minLength`, `maxLength`. */
const MAX_COUNT = 4096;

/** Formats as expressions; a part of what RFC 3339 and RFC 9562 allow (no 29 February, no leap second). */
const date =
  '[12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))';
const time = '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])';
const formats: Readonly<Record<string, string>> = {
  date,
  time,
  'date-time': `${date}T${time}`,
  uuid: '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
};

/** The JSON texts that satisfy the schema, which is plain JSON.
 *  @throws EngineError E_REQUEST_INVALID naming keyword and place */
export function jsonMatching(root: Schema): Part {
  return new Compiler(root).value(root, '#');
}

class Compiler {
  readonly #root: Schema;

  constructor(root: Schema) {
    this.#root = root;
  }

  value(schema: Schema, path: string): Part {
    if (schema === true) return anyValue;
    if (schema === false) throw refused(`${path} is false, which nothing satisfies`);
    const fields = fieldsOf(schema, path);
    // One rule for all schemas that are alike, written when the rules before it are.
    return call(
      `schema ${JSON.stringify(fields)}`,
      (grammar, from) => this.#written(fields, path)(grammar, from),
      typesOf(fields).some((type) => type === 'object' || type === 'array'),
    );
  }

  #written(schema: SchemaObject, path: string): Part {
    checkKeywords(schema, path);
    const { $ref: reference, anyOf, oneOf, allOf, enum: values } = schema;
    if (reference !== undefined) {
      const target = resolve(this.#root, reference, path);
      return this.value(target.schema, target.path);
    }
    if (anyOf !== undefined) return this.#alternatives(anyOf, `${path}/anyOf`);
    if (allOf !== undefined) {
      const only = listOf(allOf, `${path}/allOf`);
      if (only.length > 1) throw refused(`${path}/allOf has more than one schema, which is not supported`);
      return this.value(only[0]!, `${path}/allOf/0`);
    }
    if (oneOf !== undefined) {
      const schemas = listOf(oneOf, `${path}/oneOf`);
      const overlap = areDisjoint(this.#root, schemas);
      if (overlap !== null) {
        const [first, second] = overlap;
        throw refused(
          `${path}/oneOf: ${first} and ${second} may both hold; give each a type of its own or a required ` +
            'property whose const tells them apart, or use anyOf',
        );
      }
      return this.#alternatives(oneOf, `${path}/oneOf`);
    }
    if (values !== undefined) return this.#literals(schema, listOf<unknown>(values, `${path}/enum`), path);
    if (Object.hasOwn(schema, 'const')) return this.#literals(schema, [schema['const']], path);
    return choice(...typesOf(schema).map((type) => this.#ofType(type, schema, path)));
  }

  #alternatives(schemas: unknown, path: string): Part {
    const parts = listOf(schemas, path).map((each, index) => this.value(each, `${path}/${index}`));
    return choice(...parts);
  }

  #literals(schema: SchemaObject, values: readonly unknown[], path: string): Part {
    const types = typesOf({ type: schema['type'] ?? JSON_TYPES });
    const kept = values.filter((value) => {
      const type = typeOf(value);
      return types.includes(type) || (type === 'integer' && types.includes('number'));
    });
    if (kept.length === 0) throw refused(`${path} allows no value of its type`);
    return anyOfLiterals(kept.map(jsonText));
  }

  #ofType(type: JsonType, schema: SchemaObject, path: string): Part {
    const byType: { readonly [Type in JsonType]: () => Part } = {
      null: () => literal('null'),
      boolean: () => choice(literal('true'), literal('false')),
      integer: () => this.#integer(schema, path),
      number: () => this.#number(schema, path),
      string: () => this.#string(schema, path),
      array: () => this.#array(schema, path),
      object: () => this.#object(schema, path),
    };
    return byType[type]();
  }

  #array(schema: SchemaObject, path: string): Part {
    const { items = true } = schema;
    const least = countOf(schema, 'minItems', 0, path);
    const most = countOf(schema, 'maxItems', Infinity, path);
    if (least > most) throw refused(`${path}: minItems is above maxItems`);
    if (items !== false) return arrayOf(this.value(items as Schema, `${path}/items`), least, most);
    if (least > 0) throw refused(`${path}: items are forbidden and required`);
    return arrayOf(anyValue, 0, 0);
  }

  #object(schema: SchemaObject, path: string): Part {
    const properties = fieldsOf(schema['properties'] ?? {}, `${path}/properties`);
    const required = listOf<unknown>(schema['required'] ?? [], `${path}/required`, 0);
    if (!required.every((name): name is string => typeof name === 'string')) {
      throw refused(`${path}/required is not a list of names`);
    }
    const closed = Object.keys(properties).length + required.length > 0;
    const others = (schema['additionalProperties'] ?? !closed) as Schema;
    const undeclared = [...new Set(required)].filter((name) => !Object.hasOwn(properties, name));
    const otherValue = others === false ? null : this.value(others, `${path}/additionalProperties`);
    if (undeclared.length > 0 && schema['additionalProperties'] === false) {
      throw refused(`${path}: ${JSON.stringify(undeclared[0])} is required and forbidden`);
    }
    return objectOf(
      [
        ...Object.entries(properties).map(([name, value]) => ({
          name,
          value: this.value(value as Schema, `${path}/properties/${pointerPart(name)}`),
          required: required.includes(name),
        })),
        ...undeclared.map((name) => ({ name, value: otherValue ?? anyValue, required: true })),
      ],
      otherValue,
    );
  }

  #string(schema: SchemaObject, path: string): Part {
    const { pattern, format } = schema;
    const measured = ['minLength', 'maxLength'].filter((name) => Object.hasOwn(schema, name));
    const given = [...['pattern', 'format'].filter((name) => Object.hasOwn(schema, name)), ...measured];
    if (given.length > measured.length && given.length > 1) {
      throw refused(`${path}: ${given.join(' and ')} together are not supported`);
    }
    if (pattern !== undefined) {
      if (typeof pattern !== 'string') throw refused(`${path}/pattern is no expression`);
      return quoted(anywhereMatch(pattern, asJson));
    }
    if (format !== undefined) {
      if (typeof format !== 'string' || !Object.hasOwn(formats, format)) {
        const known = Object.keys(formats).join(', ');
        throw refused(`${path}/format is ${JSON.stringify(format)}; supported are ${known}`);
      }
      return quoted(wholeMatch(formats[format]!));
    }
    const least = countOf(schema, 'minLength', 0, path);
    const most = countOf(schema, 'maxLength', Infinity, path);
    if (least > most) throw refused(`${path}: minLength is above maxLength`);
    return stringOf(least, most);
  }

  #integer(schema: SchemaObject, path: string): Part {
    const { low, high } = boundsOf(schema, path);
    const least = Math.max(-LARGEST_INTEGER, Math.ceil(low.value));
    const most = Math.min(LARGEST_INTEGER, Math.floor(high.value));
    const first = low.exclusive && least === low.value ? least + 1 : least;
    const last = high.exclusive && most === high.value ? most - 1 : most;
    if (first > last) throw refused(`${path}: no integer is within its bounds`);
    return integersBetween(first, last);
  }

  #number(schema: SchemaObject, path: string): Part {
    const { low, high } = boundsOf(schema, path);
    if (low.value === -Infinity && high.value === Infinity) return anyNumber;
    for (const { value, exclusive, name } of [low, high]) {
      if (exclusive || (Number.isFinite(value) && !Number.isInteger(value))) {
        throw refused(
          `${path}/${name} of a number that need not be an integer: only minimum and maximum that are integers are ` +
            'supported',
        );
      }
    }
    const least = Math.max(-LARGEST_INTEGER, low.value);
    const most = Math.min(LARGEST_INTEGER, high.value);
    if (least > most) throw refused(`${path}: no number is within its bounds`);
    return numbersBetween(least, most);
  }
}

interface Bound {
  readonly name: string;
  readonly value: number;
  readonly exclusive: boolean;
}

function boundsOf(schema: SchemaObject, path: string): { readonly low: Bound; readonly high: Bound } {
  const bound = (name: string, other: number): Bound => {
    const value = schema[name] ?? other;
    if (typeof value !== 'number') throw refused(`${path}/${name} is no number`);
    return { name, value, exclusive: name.startsWith('exclusive') && value !== other };
  };
  const low = [bound('minimum', -Infinity), bound('exclusiveMinimum', -Infinity)] as const;
  const high = [bound('maximum', Infinity), bound('exclusiveMaximum', Infinity)] as const;
  return {
    low: low[1].value >= low[0].value && low[1].exclusive ? low[1] : low[0],
    high: high[1].value <= high[0].value && high[1].exclusive ? high[1] : high[0],
  };
}

function countOf(schema: SchemaObject, name: string, other: number, path: string): number {
  if (!Object.hasOwn(schema, name)) return other;
  const count = schema[name];
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MAX_COUNT) return count;
  throw refused(`${path}/${name} should be an integer from 0 to ${MAX_COUNT}, not ${JSON.stringify(count)}`);
}

function listOf<Item = Schema>(value: unknown, path: string, least = 1): readonly Item[] {
  if (Array.isArray(value) && value.length >= least) return value as Item[];
  throw refused(`${path} should be a list${least > 0 ? ' that is not empty' : ''}`);
}

function pointerPart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
