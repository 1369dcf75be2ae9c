// @ts-check
/** A sample as a command that asks the same again: for curl, and for harness generate. Every word is quoted for a POSIX
 *  shell, for a prompt may hold anything. Runs in the browser and in Node. */
import { shellWord } from './shell-word.js';

/** @typedef {import('./sample-query.js').IndexRun} IndexRun
 *  @typedef {import('../report-data.ts').SampleRecord} SampleRecord
 *  @typedef {Readonly<Record<string, unknown>> | null} Sampling */

/** Where `harness serve` listens unless told otherwise. */
const OWN_SERVER = 'http://127.0.0.1:8001/v1';

/** OpenAI's names of what answers are asked with. */
const BODY_NAMES = /** @type {const} */ ([
  ['maxTokens', 'max_tokens'],
  ['temperature', 'temperature'],
  ['topP', 'top_p'],
  ['topK', 'top_k'],
  ['minP', 'min_p'],
  ['repetitionPenalty', 'repetition_penalty'],
  ['presencePenalty', 'presence_penalty'],
  ['frequencyPenalty', 'frequency_penalty'],
  ['stop', 'stop'],
]);

const OPTION_NAMES = /** @type {const} */ ([
  ['maxTokens', '--max-tokens'],
  ['temperature', '--temperature'],
  ['topP', '--top-p'],
  ['topK', '--top-k'],
  ['minP', '--min-p'],
  ['repetitionPenalty', '--repetition-penalty'],
  ['presencePenalty', '--presence-penalty'],
  ['frequencyPenalty', '--frequency-penalty'],
]);

/** The request to the model's own endpoint, or to `harness serve` on this machine; the key stays a variable.
 *  @param {Pick<SampleRecord, 'input' | 'seed'>} sample @param {IndexRun} run @param {Sampling} sampling */
export function curlLine({ input, seed }, run, sampling) {
  const [url = '', name = run.name] = run.kind === 'http' ? run.reference.split('#') : [OWN_SERVER];
  const messages = input.messages ?? [{ role: 'user', content: input.prompt ?? '' }];
  const body = {
    model: name,
    messages,
    ...named(BODY_NAMES, sampling),
    ...(seed === undefined ? {} : { seed }),
  };
  return [
    `curl ${shellWord(`${url.replace(/\/$/, '')}/chat/completions`)}`,
    "-H 'content-type: application/json'",
    ...(run.kind === 'http' ? ['-H "authorization: Bearer $HARNESS_API_KEY"'] : []),
    `-d ${shellWord(JSON.stringify(body))}`,
  ].join(' \\\n  ');
}

/** The command that answers it here; messages go through a file of prompts, which it writes first.
 *  @param {Pick<SampleRecord, 'input' | 'seed'>} sample @param {IndexRun} run @param {Sampling} sampling */
export function generateLine({ input, seed }, run, sampling) {
  const options = Object.entries(named(OPTION_NAMES, sampling)).flatMap(([name, value]) => [
    name,
    String(value),
  ]);
  const words = ['npx', 'harness', 'generate', '--model', run.reference];
  const stops = Array.isArray(sampling?.['stop']) ? sampling['stop'] : [];
  const rest = [
    ...options,
    ...stops.map((stop) => `--stop=${String(stop)}`),
    ...(sampling?.['raw'] === true ? ['--raw'] : []),
    ...(seed === undefined ? [] : ['--seed', String(seed)]),
    // Another device or number format may decide another token.
    ...(run.kind === 'engine' ? ['--device', run.device, '--dtype', run.dtype] : []),
  ];
  if (input.messages) {
    const line = shellWord(JSON.stringify({ messages: input.messages }));
    return `printf '%s\\n' ${line} > prompts.jsonl && ${quote([...words, '--prompts', 'prompts.jsonl', ...rest])}`;
  }
  return quote([...words, `--prompt=${input.prompt ?? ''}`, ...rest]);
}

/** @param {readonly string[]} words */
function quote(words) {
  return words.map(shellWord).join(' ');
}

/** @param {readonly (readonly [string, string])[]} names @param {Sampling} sampling @returns {Record<string, unknown>} */
function named(names, sampling) {
  return Object.fromEntries(
    names.flatMap(([ours, theirs]) => (sampling?.[ours] === undefined ? [] : [[theirs, sampling[ours]]])),
  );
}
