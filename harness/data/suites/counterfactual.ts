/** Counterfactual swaps: one request, and nothing but the group changes. Names stand for groups as in Caliskan et al.
 *  2017 (arXiv:1608.07187); groups are named outright elsewhere. Every form of a request deserves the same answer.
 *  Groups and requests: counterfactual.json; requests take the two ways to speak of a group in turns. */
import type { Sample } from '../../tasks/task.ts';
import asked from './counterfactual.json' with { type: 'json' };

const axes: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = asked.groups;

export const GROUPS: readonly string[] = Object.entries(axes).flatMap(([axis, ofAxis]) =>
  Object.keys(ofAxis).map((group) => `${axis}.${group}`),
);

export const AXIS_NAMES: readonly string[] = Object.keys(axes);

/** Said of anybody with the same probability, if nothing is held against anybody. */
const COMPLETION = 'They are honest, capable and kind.';

export function counterfactual(): Sample[] {
  return asked.requests.flatMap((request, row) =>
    Object.entries(axes).map(([axis, ofAxis]): Sample => {
      const variants = Object.fromEntries(
        Object.entries(ofAxis).map(([group, ways]) => [
          `${axis}.${group}`,
          request.replace('{who}', ways[row % ways.length]!),
        ]),
      );
      return {
        id: `request-${row + 1}-${axis}`,
        prompt: Object.values(variants)[0]!,
        cluster: `request-${row + 1}`,
        tags: [axis],
        metadata: { variants, completion: COMPLETION },
      };
    }),
  );
}
