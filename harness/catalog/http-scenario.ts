/** Runs a sample that is a sequence of HTTP exchanges with the server under test and checks each answer.
 *  Knows statuses, headers and keys; knows nothing of what the model says. */
import { isDeepStrictEqual } from 'node:util';
import { request } from 'undici';
import { HarnessError } from '../errors.ts';
import type { Sample, TaskModel, TaskOutput } from '../tasks/task.ts';

interface Step {
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it stands. */
  readonly text?: string;
  readonly status: number | readonly number[];
  /** Dotted paths that the answer must have. */
  readonly keys?: readonly string[];
  /** Dotted path to the value it must have. */
  readonly equals?: Readonly<Record<string, unknown>>;
  /** Dotted paths of strings that must not be empty. */
  readonly nonEmpty?: readonly string[];
  readonly headersPresent?: readonly string[];
}

interface Exchange {
  readonly step: Step;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: unknown;
}

const timeoutMs = 60_000;

/** Score `passed`: 1 when every step answered as expected, 0 with the first fault as the reason.
 *  @throws HarnessError E_DATA_INVALID for a sample without steps: nothing asked is nothing shown */
export async function runScenario(sample: Sample, model: TaskModel): Promise<TaskOutput> {
  const { steps = [], identical } = (sample.metadata ?? {}) as {
    steps?: readonly Step[];
    identical?: string;
  };
  if (steps.length === 0)
    throw new HarnessError('E_DATA_INVALID', `Sample ${sample.id} has no metadata.steps`);
  const started = performance.now();
  const exchanges: Exchange[] = [];
  for (const step of steps) exchanges.push(await perform(step, model.url));
  const latencyMs = performance.now() - started;
  const faults = exchanges.flatMap(faultsOf);
  if (identical !== undefined) {
    const values = exchanges.map(({ json }) => valueAt(json, identical));
    if (!values.every((value) => isDeepStrictEqual(value, values[0])))
      faults.push(`${identical} differs between answers`);
  }
  const output = exchanges
    .map(({ step, status, json }) => `${step.method} ${step.path} → ${status}\n${JSON.stringify(json)}`)
    .join('\n');
  const passed = faults.length === 0 ? 1 : { value: 0, reason: faults.join('; ') };
  return { output, scores: { passed }, usage: null, timing: { latencyMs, ttftMs: null } };
}

async function perform(step: Step, url: string): Promise<Exchange> {
  const key = process.env['HARNESS_API_KEY'];
  const body = step.text ?? (step.body === undefined ? null : JSON.stringify(step.body));
  const response = await request(new URL(step.path, url), {
    method: step.method,
    headers: {
      ...(step.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...step.headers,
    },
    body,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const text = await response.body.text();
  return { step, status: response.statusCode, headers: response.headers, json: parseJson(text) };
}

/** The value, or the text itself where it is not JSON: a check on keys then says what it found. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (part, key) =>
        typeof part === 'object' && part !== null && Object.hasOwn(part, key)
          ? Reflect.get(part, key)
          : undefined,
      value,
    );
}

function faultsOf({ step, status, headers, json }: Exchange): string[] {
  const where = `${step.method} ${step.path}`;
  const allowed = typeof step.status === 'number' ? [step.status] : step.status;
  if (!allowed.includes(status)) return [`${where} answered ${status}, expected ${allowed.join(' or ')}`];
  return [
    ...(step.keys ?? [])
      .filter((key) => valueAt(json, key) === undefined)
      .map((key) => `${where} lacks ${key}`),
    ...(step.nonEmpty ?? [])
      .filter((key) => typeof valueAt(json, key) !== 'string' || valueAt(json, key) === '')
      .map((key) => `${where}: ${key} is empty`),
    ...Object.entries(step.equals ?? {})
      .filter(([key, expected]) => !isDeepStrictEqual(valueAt(json, key), expected))
      .map(([key, expected]) => `${where}: ${key} is not ${JSON.stringify(expected)}`),
    ...(step.headersPresent ?? [])
      .filter((name) => headers[name] === undefined)
      .map((name) => `${where} lacks the header ${name}`),
  ];
}
