/** The lines that GitHub Actions marks: where in the workspace gates and samples stand. */
import { readFileSync } from 'node:fs';
import { join, relative, isAbsolute } from 'node:path';
import { renderAnnotations } from '../../reports/index.ts';
import type { Place } from '../../reports/annotations.ts';
import type { ReportData } from '../../reports/report-data.ts';
import { packageRoot } from '../tasks/package-root.ts';

/** Commands for standard error, where GITHUB_ACTIONS is set; nothing elsewhere. */
export function annotations(data: ReportData, env: NodeJS.ProcessEnv = process.env): string {
  if (env['GITHUB_ACTIONS'] !== 'true') return '';
  const workspace = env['GITHUB_WORKSPACE'] || process.cwd();
  const lines = new Map<string, readonly string[]>();
  const linesOf = (path: string): readonly string[] => {
    if (!lines.has(path)) lines.set(path, readLines(path));
    return lines.get(path)!;
  };
  const find = (path: string, isIt: (line: string) => boolean): Place | null => {
    const file = relative(workspace, path);
    if (file.startsWith('..') || isAbsolute(file)) return null; // not of this repository
    const index = linesOf(path).findIndex(isIt);
    return index < 0 ? null : { file: file.replaceAll('\\', '/'), line: index + 1 };
  };
  return renderAnnotations(data, {
    gate: ({ metric, kind }) =>
      find(data.run.gates.path, (line) => line.includes(`${metric},`) && line.includes(kind)),
    sample: ({ suite, task, sampleId }) => {
      const dataset = data.run.tasks.find((each) => each.suite === suite && each.task === task)?.dataset;
      if (!dataset) return null;
      const folder = data.run.datasets ?? join(packageRoot, 'datasets');
      return find(join(folder, dataset.name, 'data.jsonl'), (line) => idIn(line) === sampleId);
    },
  });
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return []; // then nothing is marked; the verdict stands without
  }
}

function idIn(line: string): unknown {
  try {
    return (JSON.parse(line) as { readonly id?: unknown } | null)?.id;
  } catch {
    return undefined;
  }
}
