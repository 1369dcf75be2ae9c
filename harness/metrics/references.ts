/** One reference or several: the forms in which callers give them. */
import { HarnessError } from '../errors.ts';

export type References = string | readonly string[];

/** As a list of at least one. @throws E_INPUT_INVALID when there is none: a score against nothing is undefined */
export function referenceList(references: References): readonly string[] {
  const list = typeof references === 'string' ? [references] : references;
  if (list.length === 0) {
    throw new HarnessError('E_INPUT_INVALID', 'A reference metric was given no reference.', {
      remedy: 'Give each text at least one reference.',
    });
  }
  return list;
}
