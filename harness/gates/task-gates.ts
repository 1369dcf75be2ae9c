/** Gates that tasks bring along, written into the gates file of a run: one file is judged, promoted and kept. */
import { isMap, isSeq, parseDocument } from 'yaml';
import type { Task } from '../tasks/task.ts';

const RULES = ['atLeast', 'atMost', 'always', 'notWorseThan'];

/** The file's text with the gates of the tasks behind its own. Where it has one of the same rule on the same metric,
 *  that one stands: who releases has the last word. Text that is no gates file comes back as it is, to be refused. */
export function withTaskGates(
  text: string,
  tasks: readonly Pick<Task, 'suite' | 'name' | 'gates'>[],
): string {
  const brought = tasks.flatMap(({ suite, name, gates = [] }) =>
    gates.map((gate) => ({ ...gate, metric: `${suite}/${name}.${gate.metric}` })),
  );
  if (brought.length === 0) return text;
  const document = parseDocument(text, { stringKeys: true });
  const list = isMap(document.contents) ? document.contents.get('gates') : null;
  if (document.errors.length > 0 || !isSeq(list)) return text;
  const keyOf = (gate: Readonly<Record<string, unknown>>): string =>
    `${RULES.find((rule) => rule in gate)} ${gate['metric']}`;
  const known = new Set(list.toJSON().map((gate) => keyOf((gate ?? {}) as Record<string, unknown>)));
  for (const gate of brought) {
    if (!known.has(keyOf(gate))) document.addIn(['gates'], document.createNode(gate, { flow: true }));
  }
  return document.toString({ lineWidth: 0 });
}
