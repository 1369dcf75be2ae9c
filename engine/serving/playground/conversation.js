// @ts-check
/** The conversation: what was asked, what each column answered, the settings; kept for the tab until it is closed.
 *  The server's key is not kept. */

/** @typedef {import('./chat-request.js').Message} Message */
/** @typedef {import('./chat-request.js').Settings} Settings */
/** @typedef {import('./event-stream.js').Token} Token */
/** @typedef {{ model: string, text: string, tokens: readonly Token[], facts: string, error: string | null, body: object }} Answer */
/** @typedef {{ prompt: string, answers: readonly (Answer | null)[] }} Turn one answer a column */
/** @typedef {{ turns: readonly Turn[], models: readonly string[], compare: boolean, settings: Settings }} State */

const KEY = 'playground';

/** @type {State} */
const EMPTY = {
  turns: [],
  models: [],
  compare: false,
  settings: { system: '', temperature: 0.7, maxTokens: 256, seed: null, probabilities: false },
};

/** What a column's model is sent: a turn that failed or was never answered there is left out.
 *  @param {readonly Turn[]} turns @param {number} column @param {string} prompt
 *  @returns {Message[]} */
export function messagesOf(turns, column, prompt) {
  /** @type {Message[]} */
  const messages = [];
  for (const turn of turns) {
    const answer = turn.answers[column];
    if (!answer || answer.error !== null || answer.text === '') continue;
    messages.push({ role: 'user', content: turn.prompt }, { role: 'assistant', content: answer.text });
  }
  return [...messages, { role: 'user', content: prompt }];
}

/** @param {State} state */
export function keep(state) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(state));
  } catch {
    // The store is full or forbidden: the conversation is on the page all the same.
  }
}

/** @returns {State} */
export function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    return kept === null ? EMPTY : { ...EMPTY, ...kept, settings: { ...EMPTY.settings, ...kept.settings } };
  } catch {
    return EMPTY;
  }
}
