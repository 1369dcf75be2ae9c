/** A language of byte strings as a network: states joined by bytes, by nothing, and by calls of rules (a recursive
 *  transition network, Woods 1970). Regular parts need no rule; what recurs does. Knows nothing of JSON or tokens.
 *
 *  Sizes are bounded while it is built, and what could not end is refused: every state that is left leads to the end
 *  of its rule. */
import { EngineError } from '../errors.ts';

/** Adds itself behind the state `from`; the state at its end. */
export type Part = (grammar: GrammarBuilder, from: number) => number;

export interface ByteEdge {
  readonly low: number;
  readonly high: number;
  readonly to: number;
}

export interface Call {
  readonly rule: number;
  /** Where it goes on when the rule has ended. */
  readonly to: number;
}

export interface Rule {
  readonly start: number;
  readonly end: number;
  /** Whether a call of it is one level deeper. */
  readonly nests: boolean;
}

export interface Grammar {
  /** By state. */
  readonly bytes: readonly (readonly ByteEdge[])[];
  readonly empty: readonly (readonly number[])[];
  readonly calls: readonly (readonly Call[])[];
  /** Levels that the shortest way to the end of its rule needs; Infinity where it is too deep or there is none. */
  readonly height: readonly number[];
  readonly rules: readonly Rule[];
  /** By state: whether a rule ends there. */
  readonly ends: readonly boolean[];
  /** Rules, callers before those that they call before any byte. */
  readonly callOrder: readonly number[];
  /** By rule: its place in that order. */
  readonly rank: readonly number[];
  readonly root: Rule;
}

/** Levels of rules that nest. */
export const MAX_NESTING = 32;
const MAX_STATES = 20_000;

export class GrammarBuilder {
  readonly bytes: ByteEdge[][] = [];
  readonly empty: number[][] = [];
  readonly calls: Call[][] = [];
  readonly #rules: Rule[] = [];
  readonly #known = new Map<unknown, number>();
  readonly #unwritten: (() => void)[] = [];

  /** @throws EngineError E_REQUEST_INVALID for too large a language */
  state(): number {
    if (this.bytes.length >= MAX_STATES) throw refused('it is too large');
    this.empty.push([]);
    this.calls.push([]);
    return this.bytes.push([]) - 1;
  }

  /** The rule of this key; written by `part` when it is asked for first. */
  rule(key: unknown, nests: boolean, part: Part): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const start = this.state();
    const end = this.state();
    const rule = this.#rules.push({ start, end, nests }) - 1;
    this.#known.set(key, rule);
    // Later, so that rules that call each other need no depth here.
    this.#unwritten.push(() => this.empty[part(this, start)]!.push(end));
    return rule;
  }

  /** @throws EngineError E_REQUEST_INVALID for a language without a finite text, or with a rule that begins with
   *  itself */
  finish(part: Part): Grammar {
    const root = this.#rules[this.rule(this, false, part)]!;
    for (let next = this.#unwritten.pop(); next; next = this.#unwritten.pop()) next();
    const height = this.#heights();
    const ends = this.bytes.map(() => false);
    for (const { end } of this.#rules) ends[end] = true;
    if (height[root.start]! > MAX_NESTING) {
      throw refused(`no text that nests at most ${MAX_NESTING} deep satisfies it`);
    }
    const callOrder = this.#callOrder();
    const rank: number[] = [];
    callOrder.forEach((rule, at) => (rank[rule] = at));
    return {
      bytes: this.bytes,
      empty: this.empty,
      calls: this.calls,
      height,
      rules: this.#rules,
      ends,
      callOrder,
      rank,
      root,
    };
  }

  /** Least heights, from the ends of the rules backwards, the lowest first (Knuth 1977). */
  #heights(): number[] {
    const height = this.bytes.map(() => Infinity);
    /** By state: those whose height may hang on it, and through which call. */
    const before: { readonly from: number; readonly call: Call | null }[][] = this.bytes.map(() => []);
    this.bytes.forEach((edges, from) => edges.forEach(({ to }) => before[to]!.push({ from, call: null })));
    this.empty.forEach((targets, from) => targets.forEach((to) => before[to]!.push({ from, call: null })));
    this.calls.forEach((calls, from) => {
      for (const each of calls) {
        before[each.to]!.push({ from, call: each });
        before[this.#rules[each.rule]!.start]!.push({ from, call: each });
      }
    });
    const atHeight: number[][] = Array.from({ length: MAX_NESTING + 1 }, () => []);
    const lower = (state: number, value: number): void => {
      if (value >= height[state]! || value > MAX_NESTING) return;
      height[state] = value;
      atHeight[value]!.push(state);
    };
    for (const { end } of this.#rules) lower(end, 0);
    for (const states of atHeight) {
      for (const state of states) {
        for (const { from, call: through } of before[state]!) {
          if (through === null) lower(from, height[state]!);
          else {
            const { start, nests } = this.#rules[through.rule]!;
            lower(from, Math.max(height[through.to]!, height[start]! + Number(nests)));
          }
        }
      }
    }
    return height;
  }

  #callOrder(): number[] {
    const called = this.#rules.map((rule) => this.#calledFirst(rule));
    const callers = this.#rules.map(() => 0);
    for (const rules of called) for (const rule of rules) callers[rule]!++;
    const order = callers.flatMap((count, rule) => (count === 0 ? [rule] : []));
    for (const rule of order) {
      for (const next of called[rule]!) if (--callers[next]! === 0) order.push(next);
    }
    if (order.length < callers.length) throw refused('a $ref leads back to itself with nothing between');
    return order;
  }

  /** Rules that this one may call before any byte. */
  #calledFirst({ start }: Rule): Set<number> {
    const seen = new Set([start]);
    const rules = new Set<number>();
    for (const state of seen) {
      for (const to of this.empty[state]!) seen.add(to);
      for (const { rule } of this.calls[state]!) rules.add(rule);
    }
    return rules;
  }
}

/** The empty text. */
export const nothing: Part = (_, from) => from;

/** One byte of those from `low` to `high`. */
export function byteRange(low: number, high: number): Part {
  return (grammar, from) => {
    const to = grammar.state();
    grammar.bytes[from]!.push({ low, high, to });
    return to;
  };
}

export function sequence(...parts: readonly Part[]): Part {
  return (grammar, from) => parts.reduce((state, part) => part(grammar, state), from);
}

/** No parts: nothing that could be written. */
export function choice(...parts: readonly Part[]): Part {
  return (grammar, from) => {
    const end = grammar.state();
    for (const part of parts) {
      const start = grammar.state();
      grammar.empty[from]!.push(start);
      grammar.empty[part(grammar, start)]!.push(end);
    }
    return end;
  };
}

/** @param most Infinity: without a limit */
export function repeat(part: Part, least: number, most: number): Part {
  return (grammar, from) => {
    let state = from;
    for (let count = 0; count < least; count++) state = part(grammar, state);
    const end = grammar.state();
    if (most === Infinity) {
      const loop = grammar.state();
      grammar.empty[state]!.push(loop);
      grammar.empty[part(grammar, loop)]!.push(loop);
      grammar.empty[loop]!.push(end);
      return end;
    }
    for (let count = least; count < most; count++) {
      grammar.empty[state]!.push(end);
      // A part of its own: a loop within the last one must not lead to the end of this one.
      const start = grammar.state();
      grammar.empty[state]!.push(start);
      state = part(grammar, start);
    }
    grammar.empty[state]!.push(end);
    return end;
  };
}

export function optional(part: Part): Part {
  return repeat(part, 0, 1);
}

/** A call of the rule of this key, which `part` writes and which is never the empty text. */
export function call(key: unknown, part: Part, nests = false): Part {
  return (grammar, from) => {
    const to = grammar.state();
    grammar.calls[from]!.push({ rule: grammar.rule(key, nests, part), to });
    return to;
  };
}

/** Exactly this text, as UTF-8. */
export function literal(text: string): Part {
  return anyOfLiterals([text]);
}

/** One of these texts; common beginnings are written once. */
export function anyOfLiterals(texts: readonly string[]): Part {
  return (grammar, from) => {
    const after = new Map<number, Map<number, number>>();
    const first = grammar.state();
    const end = grammar.state();
    grammar.empty[from]!.push(first);
    for (const text of new Set(texts)) {
      let state = first;
      for (const byte of Buffer.from(text)) {
        const next = after.get(state) ?? new Map<number, number>();
        after.set(state, next);
        const to = next.get(byte) ?? grammar.state();
        if (!next.has(byte)) grammar.bytes[state]!.push({ low: byte, high: byte, to });
        next.set(byte, to);
        state = to;
      }
      grammar.empty[state]!.push(end);
    }
    return end;
  };
}

/** The constraint of a request that cannot be followed. */
export function refused(what: string): EngineError {
  return new EngineError('E_REQUEST_INVALID', `the constraint cannot be followed: ${what}`, {
    remedy: 'Simplify the schema or the expression.',
  });
}
