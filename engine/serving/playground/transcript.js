// @ts-check
/** A column of the page: what was asked and what one model answered. Text goes in as text: there is no way from a
 *  model's output to markup. */

/** @typedef {import('./conversation.js').Answer} Answer */
/** @typedef {import('./event-stream.js').Token} Token */

/** @template {keyof HTMLElementTagNameMap} Name
 *  @param {Name} name @param {string} className @param {string} [text]
 *  @returns {HTMLElementTagNameMap[Name]} */
function element(name, className, text) {
  const node = document.createElement(name);
  if (className !== '') node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Before the first message.
 *  @param {string} model @param {string} hint */
export function columnOf(model, hint) {
  const column = element('section', 'column');
  column.setAttribute('aria-label', model);
  column.append(element('h2', '', model));
  const log = element('div', 'log');
  log.setAttribute('role', 'log');
  log.append(element('p', 'empty', hint));
  column.append(log);
  return column;
}

/** A turn that is being answered.
 *  @param {HTMLElement} column @param {string} prompt */
export function addTurn(column, prompt) {
  const log = /** @type {HTMLElement} */ (column.querySelector('.log'));
  log.querySelector('.empty')?.remove();
  const turn = element('article', 'turn');
  const asked = element('div', 'user text', prompt);
  asked.dir = 'auto';
  const text = element('div', 'answer text');
  text.dir = 'auto';
  const facts = element('div', 'facts', 'waiting');
  turn.append(asked, text, facts);
  log.append(turn);
  column.scrollTop = column.scrollHeight;
  return {
    /** @param {string} piece @param {readonly Token[]} tokens */
    add(piece, tokens) {
      const follows = column.scrollHeight - column.scrollTop - column.clientHeight < 40;
      if (tokens.length > 0) text.append(...tokens.map(tokenSpan));
      else text.append(piece);
      if (facts.textContent === 'waiting') facts.textContent = 'answering';
      if (follows) column.scrollTop = column.scrollHeight;
    },
    /** @param {Answer} answer @param {readonly HTMLElement[]} actions */
    end(answer, actions) {
      if (answer.error !== null) text.after(element('p', 'error', answer.error));
      else if (answer.text === '') text.append(element('span', 'empty', 'empty answer'));
      facts.replaceChildren(element('span', '', answer.facts), ...actions);
      column.scrollTop = column.scrollHeight;
    },
  };
}

/** @param {string} label @param {() => void} act */
export function actionButton(label, act) {
  const button = element('button', '', label);
  button.type = 'button';
  button.addEventListener('click', act);
  return button;
}

/** @param {Token} token */
function tokenSpan({ token, logprob, alternatives }) {
  const span = element('span', 'token', token);
  span.tabIndex = 0;
  span.style.setProperty('--p', String(Math.exp(logprob)));
  const others = alternatives.filter((other) => other.token !== token).map(percent);
  span.title = [percent({ token, logprob }), ...others].join('\n');
  return span;
}

/** @param {{ token: string, logprob: number }} token */
function percent({ token, logprob }) {
  return `${(Math.exp(logprob) * 100).toFixed(1)}%  ${JSON.stringify(token)}`;
}
