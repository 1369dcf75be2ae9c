// @ts-check
/** The playground: composes conversation, requests and columns; holds what the page is doing right now. */
import { chatBody, curlCommand } from './chat-request.js';
import { keep, messagesOf, restore } from './conversation.js';
import { ServerError, streamChat } from './event-stream.js';
import { actionButton, addTurn, columnOf } from './transcript.js';

/** @typedef {import('./conversation.js').Answer} Answer */
/** @typedef {import('./conversation.js').State} State */

/** @template {HTMLElement} Kind
 *  @param {string} id @param {new () => Kind} kind
 *  @returns {Kind} */
function byId(id, kind) {
  const node = document.getElementById(id);
  if (!(node instanceof kind)) throw new Error(`the page has no ${kind.name} ${id}`);
  return node;
}

const page = {
  columns: byId('columns', HTMLElement),
  compare: byId('compare', HTMLInputElement),
  compareLabel: byId('compare-label', HTMLElement),
  composer: byId('composer', HTMLFormElement),
  key: byId('key', HTMLInputElement),
  maxTokens: byId('max-tokens', HTMLInputElement),
  models: [byId('model-0', HTMLSelectElement), byId('model-1', HTMLSelectElement)],
  newChat: byId('new-chat', HTMLButtonElement),
  notice: byId('notice', HTMLElement),
  probabilities: byId('probabilities', HTMLInputElement),
  prompt: byId('prompt', HTMLTextAreaElement),
  second: byId('second', HTMLElement),
  seed: byId('seed', HTMLInputElement),
  send: byId('send', HTMLButtonElement),
  settings: byId('settings', HTMLDetailsElement),
  summary: byId('settings-summary', HTMLElement),
  stop: byId('stop', HTMLButtonElement),
  system: byId('system', HTMLTextAreaElement),
  temperature: byId('temperature', HTMLInputElement),
};

let state = restore();
/** @type {AbortController | null} */
let asking = null;

/** @param {Partial<State>} change */
function update(change) {
  state = { ...state, ...change };
  keep(state);
}

const shownModels = () => page.models.slice(0, state.compare ? 2 : 1).map((select) => select.value);

function readSettings() {
  update({
    compare: page.compare.checked,
    models: page.models.map((select) => select.value),
    settings: {
      system: page.system.value,
      temperature: Number(page.temperature.value),
      maxTokens: Number(page.maxTokens.value),
      seed: page.seed.value === '' ? null : Number(page.seed.value),
      probabilities: page.probabilities.checked,
    },
  });
  const { system, temperature, maxTokens, seed } = state.settings;
  page.summary.textContent = [
    `temperature ${temperature}`,
    `at most ${maxTokens} tokens`,
    ...(seed === null ? [] : [`seed ${seed}`]),
    ...(system === '' ? [] : ['with a system prompt']),
  ].join(', ');
  page.second.hidden = !state.compare;
}

function showSettings() {
  const { system, temperature, maxTokens, seed, probabilities } = state.settings;
  page.system.value = system;
  page.temperature.value = String(temperature);
  page.maxTokens.value = String(maxTokens);
  page.seed.value = seed === null ? '' : String(seed);
  page.probabilities.checked = probabilities;
  page.compare.checked = state.compare;
}

/** The columns with all that was said in them. */
function showConversation() {
  const columns = shownModels().map((model) => columnOf(model, 'Nothing has been said yet.'));
  page.columns.classList.toggle('two', columns.length > 1);
  page.columns.replaceChildren(...columns);
  for (const turn of state.turns) {
    columns.forEach((column, i) => {
      const answer = turn.answers[i];
      if (!answer) return;
      const view = addTurn(column, turn.prompt);
      view.add(answer.text, answer.tokens);
      view.end(answer, actionsOf(answer));
    });
  }
  return columns;
}

/** @param {Answer} answer */
function actionsOf({ body }) {
  return [
    actionButton('Copy as curl', () => {
      void copy(curlCommand(location.origin, body, page.key.value !== ''));
    }),
  ];
}

/** @param {string} command */
async function copy(command) {
  try {
    await navigator.clipboard.writeText(command);
    page.notice.textContent = 'The command is in the clipboard.';
  } catch {
    // Browsers keep the clipboard from pages that come over plain HTTP from elsewhere.
    page.notice.textContent = command;
  }
}

/** @param {string} prompt */
async function ask(prompt) {
  readSettings();
  asking = new AbortController();
  const { signal } = asking;
  const { turns } = state;
  page.send.hidden = true;
  page.stop.hidden = false;
  page.notice.textContent = '';
  const columns = /** @type {HTMLElement[]} */ ([...page.columns.querySelectorAll('.column')]);
  const answers = await Promise.all(
    shownModels().map((model, i) =>
      answerOf(model, i, prompt, /** @type {HTMLElement} */ (columns[i]), signal),
    ),
  );
  asking = null;
  // A new chat that was begun meanwhile has nothing of this one.
  if (state.turns === turns) update({ turns: [...turns, { prompt, answers }] });
  // Other models were chosen meanwhile: their columns do not show what came since.
  if (!columns.every((column) => column.isConnected)) showConversation();
  page.send.hidden = false;
  page.stop.hidden = true;
  page.prompt.focus();
}

/** @param {string} model @param {number} column @param {string} prompt @param {HTMLElement} place
 *  @param {AbortSignal} signal
 *  @returns {Promise<Answer>} */
async function answerOf(model, column, prompt, place, signal) {
  const view = addTurn(place, prompt);
  const body = chatBody(model, messagesOf(state.turns, column, prompt), state.settings);
  const startMs = performance.now();
  let firstMs = 0;
  let text = '';
  /** @type {import('./event-stream.js').Token[]} */
  const tokens = [];
  let error = null;
  let ended = '';
  try {
    const { finishReason, usage } = await streamChat(body, {
      key: page.key.value,
      signal,
      onPiece: (piece) => {
        firstMs ||= performance.now() - startMs;
        text += piece.text;
        tokens.push(...piece.tokens);
        view.add(piece.text, piece.tokens);
      },
    });
    const spent = performance.now() - startMs;
    ended = factsOf({ spent, firstMs, tokens: usage?.completionTokens ?? 0, finishReason });
  } catch (cause) {
    if (signal.aborted) ended = 'stopped';
    else error = explain(cause);
  }
  const answer = { model, text, tokens, facts: ended, error, body };
  view.end(answer, actionsOf(answer));
  return answer;
}

/** @param {{ spent: number, firstMs: number, tokens: number, finishReason: string | null }} facts */
function factsOf({ spent, firstMs, tokens, finishReason }) {
  const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(2)} s`;
  const rate =
    tokens > 1 && spent > firstMs
      ? [`${((tokens - 1) / ((spent - firstMs) / 1000)).toFixed(1)} tokens/s`]
      : [];
  return [
    seconds(spent),
    `first token ${seconds(firstMs)}`,
    `${tokens} ${tokens === 1 ? 'token' : 'tokens'}`,
    ...rate,
    ...(finishReason === 'length' ? ['cut at the limit'] : []),
  ].join(' · ');
}

/** @param {unknown} cause */
function explain(cause) {
  if (cause instanceof ServerError) {
    if (cause.status === 401) {
      page.settings.open = true;
      page.key.focus();
      return 'This server asks for a key. Enter it under Settings, then send again.';
    }
    return `${cause.message} (${cause.code})`;
  }
  return 'The server does not answer. Is it still running?';
}

async function loadModels() {
  const key = page.key.value;
  try {
    const response = await fetch(
      '/v1/models',
      key === '' ? {} : { headers: { authorization: `Bearer ${key}` } },
    );
    if (!response.ok) throw new ServerError(response.status, '', response.statusText);
    const { data } = await response.json();
    /** @type {readonly string[]} */
    const ids = data.map((/** @type {{ id: string }} */ { id }) => id);
    page.models.forEach((select, i) => {
      select.replaceChildren(...ids.map((id) => new Option(id, id)));
      const wanted = state.models[i];
      select.value = wanted !== undefined && ids.includes(wanted) ? wanted : (ids[i] ?? ids[0] ?? '');
    });
    page.compareLabel.hidden = ids.length < 2;
    if (ids.length < 2) page.compare.checked = false;
    page.notice.textContent = '';
  } catch (cause) {
    page.notice.textContent = explain(cause);
  }
  readSettings();
  showConversation();
}

page.composer.addEventListener('submit', (event) => {
  event.preventDefault();
  const prompt = page.prompt.value;
  if (asking !== null || prompt.trim() === '') return;
  page.prompt.value = '';
  void ask(prompt);
});
page.prompt.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  page.composer.requestSubmit();
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') asking?.abort();
});
page.stop.addEventListener('click', () => asking?.abort());
page.newChat.addEventListener('click', () => {
  asking?.abort();
  update({ turns: [] });
  showConversation();
  page.prompt.focus();
});
page.composer.addEventListener('change', readSettings);
page.key.addEventListener('change', () => void loadModels());
for (const select of [...page.models, page.compare]) {
  select.addEventListener('change', () => {
    readSettings();
    showConversation();
  });
}

showSettings();
await loadModels();
page.prompt.focus();
document.documentElement.dataset.ready = 'true';
