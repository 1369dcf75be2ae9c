import { expect, test } from '@playwright/test';
import { renderAnnotations, withoutCommands } from '../../../reports/annotations.ts';
import { hostileOutputs } from './hostile-outputs.ts';
import { sampleReport } from './sample-report.ts';

const places = {
  gate: () => ({ file: 'gates.yaml', line: 4 }),
  sample: ({ sampleId }: { sampleId: string }) => ({ file: `data,${sampleId}:x.jsonl`, line: 7 }),
};

test('marks every gate that does not hold on its line, errors before warnings, and none that passes', () => {
  const data = sampleReport({ facts: 5 });
  const lines = renderAnnotations(data, places).trimEnd().split('\n');
  const open = data.verdict.gates.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'not-applicable');
  for (const { metric } of open) {
    expect(lines.some((line) => line.includes(`file=gates.yaml,line=4,`) && line.includes(metric))).toBe(
      true,
    );
  }
  const levels = lines.map((line) => line.slice(2, line.indexOf(' ')));
  expect(levels.indexOf('warning')).toBeGreaterThan(levels.lastIndexOf('error'));
  const passing = {
    ...data,
    verdict: { ...data.verdict, gates: data.verdict.gates.filter((gate) => gate.outcome === 'pass') },
  };
  expect(renderAnnotations(passing, places)).toBe('');
});

test("a model's answer becomes no command, whatever it says", () => {
  const attacks = [
    'fine\n::error file=secret::owned',
    '\r\n::add-mask::x\r::stop-commands::y',
    '%0A::set-output name=a::b',
    '::warning::',
    ...hostileOutputs.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))),
  ];
  const data = sampleReport({ facts: 5 });
  for (const output of attacks) {
    const samples = data.samples.map((sample) => ({
      ...sample,
      output,
      scores: { exactMatch: 0, rougeL: 0 },
    }));
    const gates = data.verdict.gates.map((gate) => ({ ...gate, outcome: 'fail' as const, reason: output }));
    const text = renderAnnotations({ ...data, samples, verdict: { ...data.verdict, gates } }, places);
    for (const line of text.trimEnd().split(/\r\n|\r|\n/)) {
      expect(line).toMatch(/^::error file=[^:]*,line=\d+,title=[^:]*::/);
    }
    expect(text).not.toContain('\r');
    expect(text).not.toMatch(/%(?!25|0A|0D|3A|2C)/);
  }
});

test('ten of a kind at most, as GitHub shows no more', () => {
  const data = sampleReport({ facts: 5 });
  const gates = Array.from({ length: 30 }, () => ({ ...data.verdict.gates[0]!, outcome: 'fail' as const }));
  const text = renderAnnotations({ ...data, verdict: { ...data.verdict, gates } }, places);
  expect(text.trimEnd().split('\n')).toHaveLength(10);
});

test('text of others in a job log holds no command', () => {
  const safe = withoutCommands('a\n  ::error::x\n::set-env name=PATH::y\nb ##[error]z\nfine :: here');
  expect(safe).toBe('a\n  |::error::x\n|::set-env name=PATH::y\nb ##|[error]z\nfine :: here');
});
