// @ts-check
/** What is sent for a chat, and the same as a command line. Knows no page and no network. */

/** @typedef {{ role: 'system' | 'user' | 'assistant', content: string }} Message */
/** @typedef {{ system: string, temperature: number, maxTokens: number, seed: number | null, probabilities: boolean }} Settings */

/** How many other tokens are told beside each token. */
const ALTERNATIVES = 4;

/** Body of POST /v1/chat/completions.
 *  @param {string} model @param {readonly Message[]} messages @param {Settings} settings */
export function chatBody(model, messages, { system, temperature, maxTokens, seed, probabilities }) {
  return {
    model,
    messages: system === '' ? messages : [{ role: 'system', content: system }, ...messages],
    temperature,
    max_tokens: maxTokens,
    ...(seed === null ? {} : { seed }),
    ...(probabilities ? { logprobs: true, top_logprobs: ALTERNATIVES } : {}),
    stream: true,
    stream_options: { include_usage: true },
  };
}

/** A command for a POSIX shell that sends the body. The key is a variable there: it is never copied.
 *  @param {string} origin @param {object} body @param {boolean} hasKey */
export function curlCommand(origin, body, hasKey) {
  return [
    `curl ${quoted(`${origin}/v1/chat/completions`)}`,
    `-H 'Content-Type: application/json'`,
    ...(hasKey ? [`-H "Authorization: Bearer $HARNESS_API_KEY"`] : []),
    `--data-raw ${quoted(JSON.stringify({ ...body, stream: false, stream_options: undefined }))}`,
  ].join(' \\\n  ');
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
