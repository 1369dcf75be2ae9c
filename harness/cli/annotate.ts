/** The lines that GitHub Actions marks: where in the workspace gates and samples stand. */
import { readFileSync } from 'node:fs';
import { join, relative, resolve, isAbsolute } from 'node:path';
import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import { renderAnnotations } from '../../reports/index.ts';
import type { Place } from '../../reports/annotations.ts';
import type { GateResult, ReportData } from '../../reports/report-data.ts';
import { findTaskFiles } from '../project/own-tasks.ts';
import { parseTaskFile } from '../project/task-file.ts';
import { splitMetric } from '../gates/evidence.ts';
import { packageRoot } from '../tasks/package-root.ts';

/** Commands for standard error, where GITHUB_ACTIONS is set; nothing elsewhere.
 *  @param project folder in whose `suites` task files are looked for */
export function annotations(
  data: ReportData,
  env: NodeJS.ProcessEnv = process.env,
  project: string = process.cwd(),
): string {
  if (env['GITHUB_ACTIONS'] !== 'true') return '';
  const workspace = env['GITHUB_WORKSPACE'] || process.cwd();
  const lines = new Map<string, readonly string[]>();
  const linesOf = (path: string): readonly string[] => {
    if (!lines.has(path)) lines.set(path, readLines(path));
    return lines.get(path)!;
  };
  let byTask: ReadonlyMap<string, string> | undefined;
  const taskFiles = () => (byTask ??= declaredTasks(project));
  const find = (path: string, lineIn: (lines: readonly string[]) => number | null): Place | null => {
    const file = relative(workspace, path);
    if (file.startsWith('..') || isAbsolute(file)) return null; // not of this repository
    const line = lineIn(linesOf(path));
    return line === null ? null : { file: file.replaceAll('\\', '/'), line };
  };
  return renderAnnotations(data, {
    gate: (gate) => {
      const ofFile = find(data.run.gates.path, (found) => lineOfGate(found.join('\n'), gate));
      if (ofFile !== null) return ofFile;
      // A gate that its task brings along stands in the task's file.
      const { taskName, metric } = splitMetric(gate.metric);
      const path = taskFiles().get(taskName);
      return path === undefined
        ? null
        : find(path, (found) => lineOfGate(found.join('\n'), { kind: gate.kind, metric }));
    },
    sample: ({ suite, task, sampleId }) => {
      const dataset = data.run.tasks.find((each) => each.suite === suite && each.task === task)?.dataset;
      if (!dataset) return null;
      const bundled = join(data.run.datasets ?? join(packageRoot, 'datasets'), dataset.name, 'data.jsonl');
      return find(dataset.path === undefined ? bundled : resolve(dataset.path), (found) =>
        lineOfSample(found, sampleId),
      );
    },
  });
}

/** Task files without code, by the name of their task. What cannot be read now marks no line. */
function declaredTasks(project: string): ReadonlyMap<string, string> {
  const files = findTaskFiles(project).filter((path) => /\.ya?ml$/.test(path));
  const named = files.flatMap((path): [string, string][] => {
    try {
      const { suite, name } = parseTaskFile(readFileSync(path, 'utf8'), path);
      return [[`${suite}/${name}`, path]];
    } catch {
      return [];
    }
  });
  return new Map(named);
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return []; // then nothing is marked; the verdict stands without
  }
}

/** From 1, of the gate's mapping in whichever style of YAML; null where it is not in the text. */
function lineOfGate(text: string, { metric, kind }: Pick<GateResult, 'metric' | 'kind'>): number | null {
  const lineCounter = new LineCounter();
  const gates = parseDocument(text, { lineCounter }).get('gates');
  if (!isSeq(gates)) return null;
  const found = gates.items.find((item) => isMap(item) && item.get('metric') === metric && item.has(kind));
  return isMap(found) && found.range ? lineCounter.linePos(found.range[0]).line : null;
}

/** From 1; a line without an id of its own is known by its number. */
function lineOfSample(lines: readonly string[], sampleId: string): number | null {
  const index = lines.findIndex((line) => idIn(line) === sampleId);
  if (index >= 0) return index + 1;
  const line = Number(/^line-(\d+)$/.exec(sampleId)?.[1] ?? 0);
  return line >= 1 && line <= lines.length ? line : null;
}

function idIn(line: string): unknown {
  try {
    return (JSON.parse(line) as { readonly id?: unknown } | null)?.id;
  } catch {
    return undefined;
  }
}
