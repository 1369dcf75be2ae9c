/** Prompt templates: `{{field}}` and `{{metadata.topic}}` stand for what a line of the dataset has there.
 *  Nothing else is special, and what is filled in is not read again. */
import type { Fields } from '../tasks/json-lines.ts';

const PLACEHOLDER = /\{\{\s*([\w$-]+(?:\.[\w$-]+)*)\s*\}\}/g;

/** The value under a dotted path; undefined where there is none. */
export function valueAt(fields: Fields, path: string): unknown {
  let value: unknown = fields;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Fields)[key];
  }
  return value;
}

/** The filled template, or the first field that is no text, number or truth value. */
export function fill(
  template: string,
  fields: Fields,
): { readonly text: string } | { readonly fault: string } {
  let fault: string | null = null;
  const text = template.replaceAll(PLACEHOLDER, (_, path: string) => {
    const value = valueAt(fields, path);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return String(value);
    fault ??= `${path} is ${value === undefined ? 'missing' : 'no text'}, which the template asks for`;
    return '';
  });
  return fault === null ? { text } : { fault };
}
