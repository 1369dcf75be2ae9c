/** The looks of a run: declared before its first sample, the second opened where the first left the verdict open. */
import { HarnessError } from '../errors.ts';
import type { Gates } from '../gates/gates-file.ts';
import { judgeAgain } from '../gates/judge-again.ts';
import { readRunFolder, readRunInfo } from '../runs/run-folder.ts';
import type { Looks, LookSize } from '../../reports/report-data.ts';
import { shellWord } from '../../reports/shell-command.ts';
import type { Plan } from './plan.ts';
import { secondLookSize } from './second-look.ts';

/** What decides how many looks a new run has. */
interface LookOptions {
  readonly limit: number | null;
  readonly repeats: number;
  readonly secondLook: string | null;
}

type DeclaredLooks = Omit<Looks, 'parts'>;

/** The plan of looks of a new run; null for a single one. */
export function declaredLooks(options: LookOptions, gates: Gates): DeclaredLooks | null {
  const declared = options.secondLook ?? gates.secondLook;
  if (declared === null) return null;
  const first = { limit: options.limit, repeats: options.repeats };
  let second: LookSize;
  try {
    second = secondLookSize(declared, first);
  } catch (error) {
    // A gates file is for runs of every size: one that leaves a second look nothing to see has none.
    if (options.secondLook === null) return null;
    throw error;
  }
  return { look: 1, spending: 'obrien-fleming', first, second };
}

/** The plan with what each look sees; null where the second would see nothing more.
 *  @throws HarnessError E_USAGE where such a second look was asked for */
export function lookTaken(
  looks: DeclaredLooks,
  { parts }: Plan,
  asked: Pick<LookOptions, 'secondLook'>,
): Looks | null {
  if (parts.some(({ first, second }) => second > first)) return { ...looks, parts };
  if (asked.secondLook === null) return null;
  throw new HarnessError('E_USAGE', 'A second look would see nothing new: the first takes every sample', {
    remedy: 'Leave --limit out and give a factor (--second-look 2x) to ask each sample more often.',
  });
}

/** The looks of a run whose first was taken and left the verdict open, moved on to the second.
 *  @throws HarnessError E_USAGE for a run that declared none, took both, is unfinished or was decided; E_RUN_INVALID */
export async function openSecondLook(dir: string): Promise<Looks> {
  const refused = (why: string, remedy: string): HarnessError =>
    new HarnessError('E_USAGE', `Cannot extend ${dir}: ${why}`, { remedy });
  const info = await readRunInfo(dir);
  if (!info.looks) {
    throw refused(
      'no second look was declared before its first sample, and an undeclared one passes bad models more often than stated',
      'Start a new run with --second-look 2x, or more samples.',
    );
  }
  if (info.looks.look === 2) {
    throw refused(
      'it has had its second look, and alpha is spent: there is no third',
      info.status === 'complete' ? 'Start a new run.' : `npx harness run --resume ${shellWord(dir)}`,
    );
  }
  if (info.status !== 'complete') {
    throw refused(
      `its first look is ${info.status}`,
      `npx harness run --resume ${shellWord(dir)} finishes it.`,
    );
  }
  const { verdict, difference } = judgeAgain(await readRunFolder(dir));
  if (difference !== null) {
    throw new HarnessError(
      'E_RUN_INVALID',
      `${dir} does not say what follows from its samples: ${difference}`,
    );
  }
  if (verdict.outcome !== 'inconclusive') {
    throw refused(
      `its first look has decided: ${verdict.sentence}`,
      'A second look is for what the first left open. Start a new run.',
    );
  }
  const { sentence, gates } = verdict;
  return {
    ...info.looks,
    look: 2,
    concluded: {
      finishedAt: info.finishedAt,
      sentence,
      gates: gates.map(({ metric, rule, outcome }) => ({ metric, rule, outcome })),
    },
  };
}
