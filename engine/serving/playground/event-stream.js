// @ts-check
/** One streamed chat completion: from the server's events to pieces of text. Knows no page. */

/** @typedef {{ token: string, logprob: number, alternatives: readonly { token: string, logprob: number }[] }} Token */
/** @typedef {{ text: string, tokens: readonly Token[] }} Piece */
/** @typedef {{ promptTokens: number, completionTokens: number }} Usage */
/** @typedef {{ finishReason: string | null, usage: Usage | null }} Ending */

/** What the server answered in place of text. */
export class ServerError extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Calls `onPiece` as text arrives; resolves when the server says that it is done.
 *  @param {object} body @param {{ key: string, signal: AbortSignal, onPiece: (piece: Piece) => void }} options
 *  @returns {Promise<Ending>}
 *  @throws {ServerError} */
export async function streamChat(body, { key, signal, onPiece }) {
  const response = await fetch('/v1/chat/completions', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok || response.body === null) throw await errorOf(response);
  /** @type {Ending} */
  let ending = { finishReason: null, usage: null };
  let done = false;
  for await (const data of events(response.body)) {
    if (data === '[DONE]') {
      done = true;
      continue;
    }
    const event = JSON.parse(data);
    if (event.error) throw new ServerError(response.status, event.error.code, event.error.message);
    const choice = event.choices?.[0];
    const text = choice?.delta?.content ?? '';
    const tokens = (choice?.logprobs?.content ?? []).map(tokenOf);
    if (text !== '' || tokens.length > 0) onPiece({ text, tokens });
    if (choice?.finish_reason) ending = { ...ending, finishReason: choice.finish_reason };
    if (event.usage) {
      const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = event.usage;
      ending = { ...ending, usage: { promptTokens, completionTokens } };
    }
  }
  if (!done)
    throw new ServerError(response.status, 'E_STREAM_CUT', 'The answer was cut off: the connection ended.');
  return ending;
}

/** @param {{ token: string, logprob: number, top_logprobs: readonly { token: string, logprob: number }[] }} entry
 *  @returns {Token} */
function tokenOf({ token, logprob, top_logprobs: top }) {
  const alternatives = top.map((other) => ({ token: other.token, logprob: other.logprob }));
  return { token, logprob, alternatives };
}

/** The data of server-sent events, whatever the borders of the chunks they come in.
 *  @param {ReadableStream<Uint8Array>} stream */
async function* events(stream) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let buffer = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    buffer += decoder.decode(value, { stream: true });
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      for (const line of block.split('\n')) if (line.startsWith('data: ')) yield line.slice('data: '.length);
    }
  }
}

/** @param {Response} response */
async function errorOf(response) {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text);
    return new ServerError(response.status, error.code, error.message);
  } catch {
    return new ServerError(response.status, `HTTP ${response.status}`, text.slice(0, 200));
  }
}
