/** The style of the samples: fields, list, detail, review, help. */
export const sampleStyles = `
.tools { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin-bottom: 8px; }
.tools p { color: var(--muted); display: flex; align-items: center; gap: 8px; }
.tools output { flex-basis: 100%; color: var(--muted); }
select, input[type="search"], input[type="text"], textarea {
  font: inherit; color: var(--text); background: var(--page); border: 1px solid var(--line);
  border-radius: 4px; height: 32px; padding: 0 8px; max-width: 208px;
}
.find { flex: 1 1 400px; }
.find input { flex: 1; max-width: none; }
.offscreen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); border: 0; padding: 0; }
.absent { display: none !important; }
.fault { flex-basis: 100%; }
.fault:empty { display: none !important; }
.tools .fault { color: var(--fail); display: block; }
.fault mark { background: none; color: inherit; text-decoration: underline wavy; }
.tools output:empty { display: none; }
textarea { width: 100%; height: auto; max-width: none; padding: 8px; line-height: 20px; resize: vertical; display: block; }
kbd { font: 11px/16px var(--mono); color: var(--muted); border: 1px solid var(--line); border-radius: 3px; padding: 0 4px; margin-left: 4px; }
input[type="checkbox"] { accent-color: var(--accent); margin: 0; width: 16px; height: 16px; }
button {
  font: inherit; color: var(--accent); background: none; border: 1px solid var(--line); border-radius: 4px;
  padding: 3px 16px; cursor: pointer;
}
.panes { display: grid; grid-template-columns: minmax(320px, 2fr) 3fr; gap: 32px; align-items: start; }
.list {
  position: sticky; top: 16px; max-height: min(704px, calc(100vh - 32px)); overflow-y: auto; overscroll-behavior: contain;
  border-top: 1px solid var(--line); border-bottom: 1px solid var(--line);
}
.rows { position: relative; contain: strict; width: 100%; }
.row {
  position: absolute; inset: 0 0 auto 0; height: 64px; padding: 8px 8px 7px; overflow: hidden; cursor: pointer;
  display: grid; grid-template: "signs prompt score" 24px "signs output score" 24px / 12px minmax(0, 1fr) auto; column-gap: 8px;
  border-bottom: 1px solid var(--line);
}
.row:hover { background: var(--soft); }
.row[aria-selected="true"] { background: var(--soft); box-shadow: inset 2px 0 var(--accent); }
.row .signs { grid-area: signs; font-weight: 600; display: flex; flex-direction: column; }
.row .signs span { display: block; min-height: 24px; }
.row.fails .signs, .row.error .signs, .signs .lost { color: var(--fail); }
.row.passes .signs, .signs .won { color: var(--pass); }
.row.undefined .signs { color: var(--open); }
.row .remark { grid-area: score; align-self: end; justify-self: end; font-size: 12px; line-height: 20px; color: var(--page); background: var(--accent); border-radius: 3px; padding: 0 4px; }
.row .prompt { grid-area: prompt; }
.row .output { grid-area: output; color: var(--muted); }
.row .output.error { color: var(--fail); }
.row .prompt, .row .output { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; unicode-bidi: plaintext; text-align: left; }
.row .score { grid-area: score; text-align: right; }
.row .score small { display: block; line-height: 24px; }
.detail { min-width: 0; }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; }
.detail h3 { margin: 0; overflow-wrap: anywhere; }
.detail h3:focus { outline: none; }
.detail h4 { margin: 24px 0 8px; font-size: 12px; line-height: 16px; font-weight: 400; color: var(--muted); }
.detail .facts { margin: 0; overflow-wrap: anywhere; }
.text {
  background: var(--soft); padding: 8px 16px; overflow: auto; contain: paint; overflow-wrap: anywhere;
  white-space: pre-wrap; max-height: 640px;
}
.block { content-visibility: auto; contain-intrinsic-size: auto 240px; unicode-bidi: plaintext; text-align: start; }
.block:only-child { content-visibility: visible; }
.block.continued::after { content: " ↩"; color: var(--muted); }
.more { margin: 8px 0; background: var(--page); }
.mark {
  font: 600 10px/16px var(--mono); color: var(--fail); border: 1px solid currentColor; border-radius: 3px;
  padding: 0 3px; margin: 0 1px; unicode-bidi: isolate; direction: ltr; white-space: normal;
}
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr)); gap: 0 16px; }
.beside > section { min-width: 0; }
.references > .text + .text { margin-top: 8px; }
.scores { font-size: 13px; }
.scores th, .scores td { padding-top: 3px; padding-bottom: 4px; overflow-wrap: anywhere; }
.scores tbody td:last-child { color: var(--muted); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; }
.action { padding: 3px 8px; }
.action[aria-pressed="true"] { background: var(--accent); color: var(--page); border-color: var(--accent); }
.action[aria-pressed="true"] kbd { color: var(--page); border-color: currentColor; }
ins, del { text-decoration-thickness: 2px; text-underline-offset: 2px; border-radius: 2px; }
ins { text-decoration-line: underline; text-decoration-color: var(--pass); background: color-mix(in srgb, var(--pass) 14%, transparent); }
del { text-decoration-line: line-through; text-decoration-color: var(--fail); background: color-mix(in srgb, var(--fail) 14%, transparent); }
.diff-note { font-size: 12px; line-height: 16px; color: var(--muted); margin-top: 4px; }
.judge { margin-top: 24px; }
.judge summary { color: var(--muted); font-size: 12px; line-height: 16px; cursor: pointer; }
.review label { font-size: 12px; line-height: 16px; color: var(--muted); }
.by-hand { margin-top: 8px; font-family: var(--mono); font-size: 12px; }
dialog { color: var(--text); background: var(--page); border: 1px solid var(--line); border-radius: 8px; padding: 24px 32px; max-width: min(720px, calc(100vw - 32px)); }
dialog::backdrop { background: rgb(0 0 0 / 40%); }
dialog h2 { margin: 0 0 8px; }
dialog .check { display: flex; gap: 8px; align-items: center; margin: 16px 0; }
.keys > div { display: grid; grid-template-columns: 272px 1fr; gap: 0 16px; padding: 2px 0; }
.keys dt { overflow-wrap: anywhere; }
.keys dt kbd { margin: 0 4px 0 0; color: var(--text); }
.sign-off p { max-width: 800px; margin-bottom: 8px; }
`;
