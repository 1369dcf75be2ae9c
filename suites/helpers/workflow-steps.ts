/** GitHub's workflow files as steps that can be run here: expressions filled in, artifacts as folders.
 *  Knows the part of the format that our files use, and refuses the rest by name. */
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { execFileSync, spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { parse } from 'yaml';

type Values = Readonly<Record<string, string | number | undefined>>;

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Values;
  readonly with?: Values;
  readonly if?: string;
}

interface Job {
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly (string | number)[]>> };
  readonly steps: readonly Step[];
}

export interface StepResult {
  readonly what: string;
  readonly code: number;
  readonly seconds: number;
  /** Last lines that it printed. */
  readonly tail: string;
}

export interface JobSettings {
  /** A clean checkout. */
  readonly checkout: string;
  /** Where artifacts and the runner's files lie. */
  readonly temp: string;
  readonly inputs?: Values;
  /** Values of the matrix for this job. */
  readonly matrix?: Values;
  readonly env?: Readonly<Record<string, string>>;
}

export async function readJobs(path: string): Promise<ReadonlyMap<string, Job>> {
  const file = parse(await readFile(path, 'utf8')) as { jobs?: Record<string, Job>; runs?: Job };
  return new Map(Object.entries(file.jobs ?? { [basename(path)]: file.runs! }));
}

/** Every combination of a job's matrix; one empty one where it has none. */
export function matrixOf({ strategy }: Job): Values[] {
  return Object.entries(strategy?.matrix ?? {}).reduce<Values[]>(
    (all, [key, values]) => all.flatMap((each) => values.map((value) => ({ ...each, [key]: value }))),
    [{}],
  );
}

/** Runs a job's steps in order, as the runner does: after a failure only those that always run. */
export async function runJob(job: Job, settings: JobSettings): Promise<StepResult[]> {
  const files = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV'] as const;
  await mkdir(settings.temp, { recursive: true });
  const own = Object.fromEntries(files.map((name) => [name, join(settings.temp, name)]));
  for (const path of Object.values(own)) if (!existsSync(path)) await writeFile(path, '');
  const results: StepResult[] = [];
  for (const step of job.steps) {
    const hasFailed = results.some(({ code }) => code !== 0);
    if (hasFailed && step.if !== 'always()') continue;
    const result = step.uses === undefined ? runStep(step, settings, own) : await useAction(step, settings);
    if (result) results.push(result);
  }
  return results;
}

function runStep(step: Step, settings: JobSettings, own: Readonly<Record<string, string>>): StepResult {
  const fill = filler(settings);
  const env = Object.entries(step.env ?? {}).map(([name, value]) => [name, fill(String(value ?? ''))]);
  const started = performance.now();
  const done = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', fill(step.run ?? '')], {
    cwd: settings.checkout,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: {
      ...process.env,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: settings.checkout,
      ...own,
      ...settings.env,
      ...Object.fromEntries(env),
    },
  });
  return {
    what: step.name ?? (step.run ?? '').trim().split('\n')[0]!,
    code: done.status ?? 1,
    seconds: (performance.now() - started) / 1000,
    tail: `${done.stdout}${done.stderr}`.slice(-2_000),
  };
}

/** What the actions that we use do, as far as a folder can stand for it. */
async function useAction(step: Step, settings: JobSettings): Promise<StepResult | null> {
  const fill = filler(settings);
  const { name = 'artifact', path = '.' } = step.with ?? {};
  const stored = join(settings.temp, 'artifacts');
  const here = join(settings.checkout, fill(String(path)));
  switch (step.uses?.split('@')[0]) {
    case 'actions/checkout':
      // What an earlier job left there; what git ignores, such as node_modules, may stay.
      execFileSync('git', ['clean', '-ffdq'], { cwd: settings.checkout });
      return null;
    case 'actions/setup-node':
      return null;
    case 'actions/upload-artifact':
      if (existsSync(here)) await cp(here, join(stored, fill(String(name))), { recursive: true });
      return null;
    case 'actions/download-artifact':
      await cp(stored, here, { recursive: true });
      return null;
    default:
      return { what: `uses ${step.uses}`, code: 1, seconds: 0, tail: 'not an action that this check knows' };
  }
}

/** Fills in `${{ matrix.x }}`, `${{ inputs.x }}`, `${{ steps.s.outputs.x }}`, each with `|| 'y'` or without, and the
 *  action's folder.
 *  @throws for any other expression */
function filler({ matrix = {}, inputs = {}, checkout, temp }: JobSettings): (text: string) => string {
  return (text) =>
    text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
      const [, source, key, fallback] =
        /^(matrix|inputs|steps\.[\w-]+\.outputs)\.([\w-]+)(?:\s*\|\|\s*'([^']*)')?$/.exec(expression) ?? [];
      if (source !== undefined) {
        const values = source === 'matrix' ? matrix : source === 'inputs' ? inputs : outputsIn(temp);
        const value = values[key!];
        return String(value === undefined || value === '' ? (fallback ?? '') : value);
      }
      if (expression === 'github.action_path') return checkout;
      throw new Error(`this check does not know the expression ${expression}`);
    });
}

/** What the steps so far have written, of all of them together. */
function outputsIn(temp: string): Values {
  const lines = readFileSync(join(temp, 'GITHUB_OUTPUT'), 'utf8').split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}
