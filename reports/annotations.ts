/** Workflow commands that make GitHub Actions mark lines: each gate that does not hold on its line of the gates file,
 *  and the samples to look at first on theirs of the dataset.
 *  Model output is hostile: every text is escaped as the runner's own toolkit does, so that none of it is a command.
 *  Knows the run's data; where a line is, it is told. */
import { snippet, visibleString } from './app/visible-text.js';
import type { GateResult, ReportData, SampleRecord } from './report-data.ts';
import { byUrgency, signs } from './signs.ts';
import { worstSamples } from './worst-samples.ts';

export interface Place {
  /** Relative to the repository, with slashes. */
  readonly file: string;
  readonly line: number;
}

export interface Places {
  gate(gate: GateResult): Place | null;
  sample(sample: SampleRecord): Place | null;
}

/** GitHub shows ten of a kind in a step; further ones are dropped without a word. */
const MOST_OF_A_KIND = 10;
const SAMPLES_A_GATE = 2;
const SNIPPET_CHARACTERS = 300;

type Level = 'error' | 'warning';

const LEVELS: { readonly [Outcome in GateResult['outcome']]: Level | null } = {
  fail: 'error',
  'could-not-evaluate': 'error',
  inconclusive: 'warning',
  pass: null,
  'not-applicable': null,
};

/** One command a line; empty where every gate holds. */
export function renderAnnotations(data: ReportData, places: Places): string {
  const open = byUrgency(data.verdict.gates).filter(({ outcome }) => LEVELS[outcome] !== null);
  const ofGates = open.map((gate) => {
    const { sign, word } = signs[gate.outcome];
    const title = `${sign} ${gate.metric} ${word}: ${gate.rule}`;
    return command(LEVELS[gate.outcome]!, places.gate(gate), title, gate.reason);
  });
  const ofSamples = open
    .filter(({ outcome }) => outcome === 'fail')
    .flatMap((gate) =>
      worstSamples(data, gate, SAMPLES_A_GATE).flatMap(({ sample, score, value }) => {
        const place = places.sample(sample);
        const output = snippet(sample.output ?? '', SNIPPET_CHARACTERS);
        // Without a line to mark it would only repeat the report.
        return place ? [command('error', place, `${gate.metric}: ${score} is ${value}`, output)] : [];
      }),
    );
  const kept = (level: Level) =>
    [...ofGates, ...ofSamples].filter((line) => line.startsWith(`::${level} `)).slice(0, MOST_OF_A_KIND);
  return [...kept('error'), ...kept('warning')].map((line) => `${line}\n`).join('');
}

function command(level: Level, place: Place | null, title: string, message: string): string {
  const where = place ? `file=${property(place.file)},line=${place.line},` : '';
  return `::${level} ${where}title=${property(visibleString(title))}::${escaped(visibleString(message))}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Text of others, as it may stand in the log of a GitHub job: no line of it is taken for a command.
 *  The runner takes `::` at the start of a line, blanks before it left out, and `##[` anywhere. */
export function withoutCommands(text: string): string {
  return text.replaceAll(/^(\s*)::/gm, '$1|::').replaceAll('##[', '##|[');
}
