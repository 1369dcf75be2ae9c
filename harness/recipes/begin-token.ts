/** The token behind which a whole text is scored: the model's begin token or, where it has none, its end token, as
 *  lm-evaluation-harness does (`prefix_token_id`). Asked of the server, once a model. */
import { HarnessError } from '../errors.ts';
import type { TaskModel } from '../tasks/task.ts';

const asked = new Map<string, Promise<readonly number[]>>();

/** One token id.
 *  @throws HarnessError E_ENDPOINT where the server does not tell */
export function beginTokens({ url }: Pick<TaskModel, 'url'>): Promise<readonly number[]> {
  const known = asked.get(url);
  if (known) return known;
  const tokens = ask(url);
  asked.set(url, tokens);
  tokens.catch(() => asked.delete(url));
  return tokens;
}

async function ask(url: string): Promise<readonly number[]> {
  const info = (await json(`${url}/tokenizer_info`)) as { bos_token?: unknown; eos_token?: unknown };
  const text = info.bos_token ?? info.eos_token;
  if (typeof text !== 'string') throw untold(url, 'has neither a begin nor an end token');
  const { tokens } = (await json(`${url}/tokenize`, { prompt: text, add_special_tokens: false })) as {
    tokens?: unknown;
  };
  if (!Array.isArray(tokens) || tokens.length !== 1 || typeof tokens[0] !== 'number') {
    throw untold(url, 'does not tell its begin token');
  }
  return tokens as readonly number[];
}

async function json(url: string, body?: object): Promise<unknown> {
  const key = process.env['HARNESS_API_KEY'];
  const response = await fetch(url, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw untold(url, `answers with status ${response.status}`);
  return await response.json();
}

function untold(url: string, what: string): HarnessError {
  return new HarnessError('E_ENDPOINT', `${new URL(url).host} ${what}: a whole text cannot be scored`, {
    remedy: 'Give the model by a path, hf:… or an alias, so that it runs here.',
  });
}
