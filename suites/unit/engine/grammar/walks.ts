/** Ways through an automaton, for specs. */
import { Automaton, type AutomatonState } from '../../../../engine/grammar/automaton.ts';
import {
  compileConstraint,
  type Constraint,
  plainConstraint,
} from '../../../../engine/grammar/constraint.ts';

export const automatonOf = (constraint: Constraint): Automaton =>
  new Automaton(compileConstraint(plainConstraint(constraint)));

/** Null where the bytes are no beginning of a text of the language. */
function walk(automaton: Automaton, text: string | Uint8Array): AutomatonState | null {
  let state: AutomatonState | null = automaton.start;
  for (const byte of Buffer.from(text)) state = state && automaton.next(state, byte);
  return state;
}

export const accepts = (automaton: Automaton, text: string): boolean =>
  walk(automaton, text)?.accepting === true;

/** A text that a random walk ends with; null where it did not end within `most` bytes. */
export function randomText(automaton: Automaton, random: () => number, most = 400): string | null {
  const bytes: number[] = [];
  const closing = Array.from('"}],', (sign) => sign.charCodeAt(0));
  let state = automaton.start;
  while (bytes.length < most) {
    if (state.accepting && random() < 0.3) return Buffer.from(bytes).toString();
    const leads = (byte: number): boolean => automaton.next(state, byte) !== null;
    // Without a liking for what closes, free text would hardly ever end.
    const close = random() < 0.3 ? closing.find(leads) : undefined;
    const offset = Math.floor(random() * 256);
    const order = Array.from({ length: 256 }, (_, at) => (at + offset) % 256);
    const byte = close ?? (random() < 0.5 ? order.find(leads) : order.findLast(leads));
    if (byte === undefined) return Buffer.from(bytes).toString();
    bytes.push(byte);
    state = automaton.next(state, byte)!;
  }
  return null;
}
