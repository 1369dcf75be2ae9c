/** The routes that can be put under load: what is sent there, and how the answer is read.
 *  Knows bodies; knows nothing of sockets or clocks. */
import type { ModelInput } from '../../engine/index.ts';

export type RouteName = 'chat' | 'completions' | 'generate';

export interface Ask {
  readonly input: ModelInput;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
}

interface Route {
  /** Behind the endpoint's base URL, which ends before `/v1`. */
  readonly path: string;
  readonly canStream: boolean;
  /** The fields that hold the input; null where the route takes no such input. */
  readonly input: (input: ModelInput) => object | null;
  /** Text of a whole answer or of one event of a stream; null where it has none. */
  readonly text: (body: Fields) => string | null;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  (typeof value === 'object' && value !== null ? value : {}) as Fields;
const choiceOf = (body: Fields): Fields => fieldsOf((body['choices'] as readonly unknown[] | undefined)?.[0]);
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const promptOf = ({ prompt }: ModelInput): object | null => (prompt === undefined ? null : { prompt });

export const routes: Readonly<Record<RouteName, Route>> = {
  chat: {
    path: '/v1/chat/completions',
    canStream: true,
    input: (input) => ({ messages: input.messages ?? [{ role: 'user', content: input.prompt }] }),
    text: (body) => {
      const choice = choiceOf(body);
      return textOrNull(fieldsOf(choice['message'] ?? choice['delta'])['content']);
    },
  },
  completions: {
    path: '/v1/completions',
    canStream: true,
    input: promptOf,
    text: (body) => textOrNull(choiceOf(body)['text']),
  },
  generate: {
    path: '/generate',
    canStream: false,
    input: promptOf,
    text: (body) => textOrNull(body['text']),
  },
};

/** @param model null where the route asks for none */
export function requestBody(route: RouteName, model: string | null, ask: Ask, stream: boolean): string {
  return JSON.stringify({
    ...(route !== 'generate' && { model }),
    ...routes[route].input(ask.input),
    max_tokens: ask.maxTokens,
    temperature: ask.temperature,
    seed: ask.seed,
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
  });
}

interface AnswerPart {
  /** Empty where this part carries none. */
  readonly text: string;
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | null;
  /** The answer ends here: some servers send no [DONE] after it. */
  readonly finished: boolean;
  /** What is wrong with it; null where nothing is. */
  readonly fault: string | null;
}

/** @param json a whole answer, or the data of one event */
export function readAnswer(route: RouteName, json: string, whole: boolean): AnswerPart {
  const nothing = { text: '', usage: null, finished: false };
  let body: Fields;
  try {
    body = fieldsOf(JSON.parse(json));
  } catch {
    return { ...nothing, fault: 'it is no JSON' };
  }
  // An error after the first byte of a stream comes as an event, the status long since 200.
  if (body['error'] !== undefined && body['error'] !== null)
    return { ...nothing, fault: 'it holds an error' };
  const text = routes[route].text(body);
  if (whole && text === null) return { ...nothing, fault: 'it holds no text' };
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = fieldsOf(body['usage']);
  const usage =
    typeof promptTokens === 'number' && typeof completionTokens === 'number'
      ? { promptTokens, completionTokens }
      : null;
  const reason = choiceOf(body)['finish_reason'];
  return { text: text ?? '', usage, finished: reason !== undefined && reason !== null, fault: null };
}
