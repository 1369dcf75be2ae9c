/** What a configuration key can hold, as data: one row a key, from which types, checks, environment overrides
 *  and the JSON Schema are derived. Knows no key by name. */

interface KeyBase {
  /** What it sets, with its unit; shown by editors. */
  readonly about: string;
  /** A key without default must be given, by file or environment. null: absent has a meaning of its own. */
  readonly default?: unknown;
  /** The value never appears in a message. */
  readonly secret?: true;
}

export interface TextKey extends KeyBase {
  readonly kind: 'text';
  readonly default?: string | null;
}

export interface ChoiceKey extends KeyBase {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly default?: string | null;
}

interface RangeKey extends KeyBase {
  readonly min: number;
  readonly max?: number;
  /** The least value itself is not allowed. */
  readonly aboveMin?: true;
  /** The greatest value itself is not allowed. */
  readonly belowMax?: true;
  readonly default?: number | null;
}

export interface IntegerKey extends RangeKey {
  readonly kind: 'integer';
}

export interface NumberKey extends RangeKey {
  readonly kind: 'number';
}

export interface FlagKey extends KeyBase {
  readonly kind: 'flag';
  readonly default?: boolean | null;
}

export interface ListKey extends KeyBase {
  readonly kind: 'list';
  readonly default?: readonly string[] | null;
}

export type ValueKey = TextKey | ChoiceKey | IntegerKey | NumberKey | FlagKey | ListKey;

/** Keys under a common name. An optional group is null when nothing in it is given. */
export interface GroupKey {
  readonly kind: 'group';
  readonly about: string;
  readonly optional: boolean;
  readonly keys: { readonly [name: string]: Key };
}

export type Key = ValueKey | GroupKey;

type Held<K> = K extends { readonly kind: 'text' }
  ? string
  : K extends { readonly kind: 'choice'; readonly choices: readonly (infer Choice)[] }
    ? Choice
    : K extends { readonly kind: 'integer' | 'number' }
      ? number
      : K extends { readonly kind: 'flag' }
        ? boolean
        : K extends { readonly kind: 'list' }
          ? string[]
          : K extends { readonly kind: 'group'; readonly keys: infer Keys }
            ? ValuesOf<Keys>
            : never;

type Absent<K> = K extends { readonly default: null } | { readonly optional: true } ? null : never;

/** The typed values of a table of keys. Mutable: a test or a caller may change a loaded configuration. */
export type ValuesOf<Keys> = { -readonly [Name in keyof Keys]: Held<Keys[Name]> | Absent<Keys[Name]> };
