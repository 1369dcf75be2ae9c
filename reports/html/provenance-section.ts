/** All that it takes to check this report or make it again. */
import { countOf, formatDuration } from '../app/format.js';
import type { ReportData, RunModel } from '../report-data.ts';
import { shellCommand } from '../shell-command.ts';
import { overlapInWords } from '../training-overlap.ts';
import { type Html, html } from './html.ts';

export function provenanceSection({ run }: ReportData): Html {
  const tookMs = run.finishedAt ? Date.parse(run.finishedAt) - Date.parse(run.startedAt) : null;
  return html`<section aria-labelledby="provenance">
    <h2 id="provenance">Provenance</h2>
    <p>To run it again:</p>
    <pre class="command">${shellCommand(run.command)}</pre>
    <dl class="pairs">
      ${modelPairs('Model', run.model)}
      ${run.baseline ? modelPairs('Baseline', run.baseline) : pair('Baseline', 'none')}
      ${run.tasks.map(({ suite, task, dataset }) => pair(`Dataset of ${suite}/${task}`, `${dataset.name}, ${countOf(dataset.size, 'sample')}`, dataset.digest))}
      ${run.trainingOverlap && pair('Training data', overlapInWords(run.trainingOverlap))}
      ${pair('Gates', run.gates.path, run.gates.digest)}
      ${pair('Configuration', 'tasks, seed, repeats, limit, sampling', run.configurationDigest)}
      ${pair('Seed, repeats, limit', `seed ${run.seed}, ${countOf(run.repeats, 'repeat')}, ${run.limit === null ? 'all samples' : `${countOf(run.limit, 'sample')} a task`}`)}
      ${run.looks?.concluded && pair('First look', `${run.looks.concluded.sentence} (${run.looks.concluded.finishedAt ?? '–'})`)}
      ${run.model.script !== undefined && pair('Model, script', '', run.model.script)}
      ${pair(
        'Versions',
        Object.entries(run.versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(' · '),
      )}
      ${pair('Time', `${run.startedAt} to ${run.finishedAt ?? '–'}${tookMs === null ? '' : ` (${formatDuration(tookMs)})`}`)}
      ${pair('Run', `${run.id}, ${run.status}`)}
    </dl>
  </section>`;
}

export function modelPairs(title: string, model: RunModel): Html[] {
  const described = [
    model.reference,
    model.name !== model.reference && model.name,
    model.parameterCount !== null && `${model.parameterCount.toLocaleString('en-US')} parameters`,
    `${model.device}${model.deviceReason === undefined ? '' : ` (${model.deviceReason})`}, ${model.dtype}`,
  ];
  const digests = Object.entries(model.digests ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return [
    pair(title, described.filter(Boolean).join(' · ')),
    ...(digests.length === 0
      ? [pair(`${title}, digests`, `none: the weights of a model of kind ${model.kind} cannot be seen`)]
      : digests.map(([part, digest]) => pair(`${title}, ${part}`, '', digest))),
  ];
}

export function pair(name: string, value: string, digest?: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}${digest !== undefined && html` <code>${digest}</code>`}</dd>
  </div> `;
}
