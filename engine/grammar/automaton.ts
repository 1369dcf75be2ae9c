/** Reads a grammar byte by byte: a deterministic automaton over sets of places in the network, made as it is walked.
 *  What is on the way in a rule is a frame; frames begun at the same byte by several callers are one (the
 *  graph-structured stack of Tomita 1986), so that alternatives cost no more than the network is large.
 *  From every state that is reached a text of the language can still be finished. */
import { type Grammar, MAX_NESTING, refused } from './grammar.ts';

/** A rule under way: where its callers go on. */
interface Frame {
  readonly id: number;
  readonly depth: number;
  readonly returns: readonly Place[];
}

interface Place {
  readonly state: number;
  readonly frame: Frame;
}

export class AutomatonState {
  /** Those from which a byte leads on. */
  readonly places: readonly Place[];
  /** Whether what was read is a text of the language. */
  readonly accepting: boolean;
  /** By byte: where it leads, null where nowhere, undefined where that was not asked yet. */
  readonly next: (AutomatonState | null | undefined)[] = [];
  /** Which memory of the automaton it is part of. */
  readonly era: number;

  constructor(places: readonly Place[], accepting: boolean, era: number) {
    this.places = places;
    this.accepting = accepting;
    this.era = era;
  }
}

/** States remembered; then the memory begins anew. */
const MAX_REMEMBERED = 8192;

const BOTTOM: Frame = { id: 0, depth: 0, returns: [] };

export class Automaton {
  readonly start: AutomatonState;
  readonly #grammar: Grammar;
  readonly #states = new Map<string, AutomatonState>();
  readonly #frames = new Map<string, Frame>();
  #frameCount = 1;
  #era = 0;
  #work = 0;

  constructor(grammar: Grammar) {
    this.#grammar = grammar;
    this.allow(Infinity);
    this.start = this.#settle([{ state: grammar.root.start, frame: BOTTOM }])!;
  }

  /** Before more is walked: how many places may be entered. Walking on beyond it is refused, so that a hostile
   *  expression holds nobody up. */
  allow(work: number): void {
    this.#work = work;
  }

  /** Null where no text of the language goes on like this.
   *  @throws EngineError E_REQUEST_INVALID beyond the allowed work */
  next(state: AutomatonState, byte: number): AutomatonState | null {
    const known = state.next[byte];
    if (known !== undefined && state.era === this.#era) return known;
    const next = this.#step(state, byte);
    // Of an earlier memory: it would keep that alive.
    if (state.era === this.#era) state.next[byte] = next;
    return next;
  }

  #step({ places }: AutomatonState, byte: number): AutomatonState | null {
    const reached: Place[] = [];
    for (const { state, frame } of places) {
      const edges = this.#grammar.bytes[state]!;
      this.#work -= edges.length;
      for (const { low, high, to } of edges) {
        if (byte >= low && byte <= high) reached.push({ state: to, frame });
      }
    }
    return reached.length === 0 ? null : this.#settle(reached);
  }

  /** Follows what needs no byte: empty edges, ends of rules, calls. */
  #settle(reached: readonly Place[]): AutomatonState | null {
    const { bytes, empty, calls, height, rules, ends, callOrder, rank, root } = this.#grammar;
    const seen = new Map<number, Place>();
    const queue: Place[] = [];
    /** By rule: where its callers go on. */
    const called = new Map<number, Place[]>();
    /** Places in the order of calls of rules that are called, ascending. */
    const pending: number[] = [];
    let accepting = false;
    const add = (state: number, frame: Frame): void => {
      if (--this.#work < 0) throw refused('too many readings are possible at once');
      const key = frame.id * bytes.length + state;
      if (frame.depth + height[state]! > MAX_NESTING || seen.has(key)) return;
      const place = { state, frame };
      seen.set(key, place);
      queue.push(place);
    };
    const follow = (): void => {
      for (let place = queue.pop(); place; place = queue.pop()) {
        const { state, frame } = place;
        for (const to of empty[state]!) add(to, frame);
        if (frame === BOTTOM) accepting ||= state === root.end;
        else if (ends[state]) for (const back of frame.returns) add(back.state, back.frame);
        for (const { rule, to } of calls[state]!) {
          const { start, nests } = rules[rule]!;
          const deepest = frame.depth + Math.max(height[to]!, height[start]! + Number(nests));
          if (deepest > MAX_NESTING) continue;
          const callers = called.get(rule);
          if (callers === undefined) {
            called.set(rule, [{ state: to, frame }]);
            insertSorted(pending, rank[rule]!);
          } else callers.push({ state: to, frame });
        }
      }
    };
    for (const { state, frame } of reached) add(state, frame);
    follow();
    // No rule is empty: what is called here ends no rule here, and calls only what comes later in the order.
    for (const at of pending) {
      const rule = callOrder[at]!;
      const { start, nests } = rules[rule]!;
      add(start, this.#frame(called.get(rule)!, nests));
      follow();
    }
    const places = [...seen.values()].filter(({ state }) => bytes[state]!.length > 0);
    return places.length === 0 && !accepting ? null : this.#remembered(places, accepting);
  }

  #frame(returns: readonly Place[], nests: boolean): Frame {
    const key = keyOf(returns) + String(nests);
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    const depth = Math.max(...returns.map(({ frame }) => frame.depth)) + Number(nests);
    const frame = { id: this.#frameCount++, depth, returns };
    this.#frames.set(key, frame);
    return frame;
  }

  #remembered(places: readonly Place[], accepting: boolean): AutomatonState {
    const key = keyOf(places) + String(accepting);
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    if (this.#states.size >= MAX_REMEMBERED) {
      this.#states.clear();
      this.#frames.clear();
      this.#era++;
    }
    const state = new AutomatonState(places, accepting, this.#era);
    this.#states.set(key, state);
    return state;
  }
}

function keyOf(places: readonly Place[]): string {
  return places
    .map(({ state, frame }) => `${state}:${frame.id}`)
    .sort()
    .join();
}

function insertSorted(numbers: number[], value: number): void {
  let at = numbers.length;
  while (at > 0 && numbers[at - 1]! > value) at--;
  numbers.splice(at, 0, value);
}
