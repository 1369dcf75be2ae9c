/** Answers kept between runs: what a model answered to a request, under a key of all that decides the answer.
 *  Knows requests and answers; knows nothing of tasks. One file a model, appended to; a damaged line is a miss. */
import { closeSync, mkdirSync, openSync, readSync, writeSync, fstatSync } from 'node:fs';
import { arch, cpus } from 'node:os';
import { join } from 'node:path';
import type { GenerateResult, LogLikelihoodResult, ModelInfo } from '../../engine/index.ts';
import { digestOfJson } from '../runs/digest.ts';
import { forEachLine } from '../runs/sample-log.ts';
import type { TaskModel } from '../tasks/task.ts';
import { versions } from '../tasks/versions.ts';

/** Of the form of the file, and of what a key is made of. */
const FORMAT = 1;

/** All besides the request that decides an answer: the model by its digests, what computes it, and where. Null for a
 *  model whose weights cannot be seen: behind an endpoint they may change, and nobody would know. */
export async function modelIdentity(
  info: Pick<ModelInfo, 'digests' | 'device' | 'dtype'>,
  script: string | null,
): Promise<string | null> {
  if (info.digests === null && script === null) return null;
  const { digests, device, dtype } = info;
  // Another processor may sum in another order, and the last bit decide a token.
  const machine = { arch: arch(), processor: cpus()[0]?.model ?? null };
  return digestOfJson({
    format: FORMAT,
    digests,
    script,
    device,
    dtype,
    machine,
    versions: await versions(),
  });
}

/** Where the answers of a model are kept. */
export function cachePath(home: string, identity: string): string {
  return join(home, 'cache', 'responses', `${identity.replace(/^sha256:/, '')}.jsonl`);
}

interface Place {
  readonly offset: number;
  readonly bytes: number;
}

type Answer = GenerateResult | LogLikelihoodResult;

export class ResponseCache {
  readonly #file: number;
  readonly #places = new Map<string, Place>();
  #end = 0;

  constructor(path: string) {
    mkdirSync(join(path, '..'), { recursive: true });
    let offset = 0;
    forEachLine(path, (line) => {
      const bytes = Buffer.byteLength(line);
      const key = keyIn(line);
      if (key !== null) this.#places.set(key, { offset, bytes });
      offset += bytes + 1;
    });
    this.#file = openSync(path, 'a+');
    // What a killed process left of a line must not become part of the next.
    if (fstatSync(this.#file).size > offset) writeSync(this.#file, '\n');
    this.#end = fstatSync(this.#file).size;
  }

  /** The model, answering from what is kept; `hits` counts how often.
   *  @param repeat asking again is to ask anew, at any temperature */
  answering(model: TaskModel, repeat: number): { readonly model: TaskModel; readonly hits: () => number } {
    let hits = 0;
    const kept = async <Result extends Answer>(
      kind: 'generate' | 'logLikelihood',
      request: object,
      ask: () => Promise<Result>,
      revive: (stored: Result) => Result,
    ): Promise<Result> => {
      const key = digestOfJson({ kind, request, repeat });
      const stored = this.#read<Result>(key);
      if (stored !== null) {
        hits++;
        return revive(stored);
      }
      const answer = await ask();
      this.#write(key, answer);
      return answer;
    };
    return {
      hits: () => hits,
      model: {
        ...model,
        generate: (request) => kept('generate', request, () => model.generate(request), withoutTime),
        logLikelihood: (request) =>
          kept(
            'logLikelihood',
            request,
            () => model.logLikelihood(request),
            (stored) => stored,
          ),
      },
    };
  }

  close(): void {
    closeSync(this.#file);
  }

  #read<Result>(key: string): Result | null {
    const place = this.#places.get(key);
    if (!place) return null;
    const buffer = Buffer.allocUnsafe(place.bytes);
    if (readSync(this.#file, buffer, 0, place.bytes, place.offset) !== place.bytes) return null;
    try {
      const line = JSON.parse(buffer.toString('utf8')) as { readonly key: string; readonly answer: Result };
      return line.key === key ? line.answer : null;
    } catch {
      return null;
    }
  }

  #write(key: string, answer: Answer): void {
    const line = Buffer.from(`${JSON.stringify({ key, answer })}\n`);
    writeSync(this.#file, line);
    const end = fstatSync(this.#file).size;
    // Where another run appended meanwhile, nobody knows where this line lies; the next run finds it.
    if (end === this.#end + line.length) this.#places.set(key, { offset: this.#end, bytes: line.length - 1 });
    this.#end = end;
  }
}

/** An old time is no time: a score made of it is undefined. */
function withoutTime(result: GenerateResult): GenerateResult {
  return { ...result, timing: { latencyMs: NaN, ttftMs: null } };
}

function keyIn(line: string): string | null {
  try {
    const { key, answer } = JSON.parse(line) as { readonly key?: unknown; readonly answer?: unknown };
    return typeof key === 'string' && typeof answer === 'object' && answer !== null ? key : null;
  } catch {
    return null;
  }
}
