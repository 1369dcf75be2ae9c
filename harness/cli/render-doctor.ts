/** A diagnosis in a terminal: the sentence first, then the machine, what fits, what is missing, the next command. */
import type { Diagnosis } from '../doctor/diagnosis.ts';
import { CONTEXT_TOKENS, dtypes } from '../doctor/fitting-models.ts';
import { renderTable } from './table.ts';

export function renderDiagnosis(diagnosis: Diagnosis): string {
  const { processor, memory, providers, folders, models, findings } = diagnosis;
  const faults = findings.filter(({ kind }) => kind === 'fault');
  const threads =
    processor.threads === processor.machineThreads
      ? `${processor.threads} threads`
      : `${processor.threads} of ${processor.machineThreads} threads`;
  const facts = [
    ['System', `${diagnosis.platform}, Node ${diagnosis.versions['node']}`],
    ['Processor', `${processor.name}, ${threads}`],
    ['Instructions', processor.instructionSets?.join(', ') || 'not told by the system'],
    ['Memory', `${bytes(memory.freeBytes)} free of ${bytes(memory.totalBytes)}`],
    ['Bandwidth', `${bytes(diagnosis.bandwidthBytesPerSecond)}/s, one thread copying`],
    [
      'Providers',
      providers
        .map(({ provider, works }) => `${works === null ? '?' : works ? '✓' : '–'} ${provider}`)
        .join('   '),
    ],
    ['Adapter', diagnosis.adapter ?? 'no graphics card'],
    ['Engine', `--device auto takes ${diagnosis.device.device}: ${diagnosis.device.reason}`],
    ['Chromium', diagnosis.chromium ?? 'not installed'],
    ...Object.entries(diagnosis.versions)
      .filter(([name]) => name !== 'node')
      .map(([name, version], i) => [i === 0 ? 'Versions' : '', `${name} ${version}`]),
  ];
  const places = folders.map(({ what, path, exists, bytes: size }) => [
    what,
    exists ? (size === null ? 'not counted' : bytes(size)) : 'empty',
    path,
  ]);
  const fitting = models.map(({ name, neededBytes, fits }) => [
    name,
    ...dtypes.map((dtype) => `${fits[dtype] ? '✓' : '✕'} ${bytes(neededBytes[dtype])}`),
  ]);
  return [
    faults.length === 0
      ? 'This machine can run the harness.'
      : `The harness cannot work here: ${faults.length === 1 ? 'one fault' : `${faults.length} faults`}.`,
    '',
    ...faults.flatMap(({ what, remedy }) => [`✕ ${what}.`, `  ${remedy}`]),
    ...(faults.length > 0 ? [''] : []),
    renderTable(facts, ['left', 'left']),
    '',
    renderTable(places, ['left', 'right', 'left']),
    '',
    `Memory that a model takes, estimated, with ${CONTEXT_TOKENS.toLocaleString('en')} tokens of context; ✓ fits into what is free:`,
    renderTable([['', ...dtypes], ...fitting], ['left', 'right', 'right', 'right']),
    '',
    ...findings
      .filter(({ kind }) => kind === 'hint')
      .flatMap(({ what, remedy }) => [`– ${what}.`, `  ${remedy}`]),
    '',
    `Next     ${faults.length === 0 ? 'npx harness run' : 'mend what is marked ✕, then npx harness doctor'}`,
    '',
  ].join('\n');
}

function bytes(count: number): string {
  const [unit, size] = count >= 1e9 ? (['GB', 1e9] as const) : (['MB', 1e6] as const);
  const value = count / size;
  return `${value.toFixed(value < 9.95 ? 1 : 0)} ${unit}`;
}
