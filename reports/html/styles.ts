/** The page's style sheet: quiet and exact. An 8-px rhythm, one accent; outcomes by sign and word, colour second. */
import { sampleStyles } from './styles-samples.ts';

export const styles = `
:root {
  --page: #fff; --text: #1b1d21; --muted: #5a616c; --line: #dfe3e8; --soft: #f4f6f8;
  --accent: #1a5fb4; --pass: #1c6b3a; --fail: #b3261e; --open: #7d5200;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14161a; --text: #e4e7eb; --muted: #9aa4b0; --line: #30353d; --soft: #1d2026;
    --accent: #78aeed; --pass: #7fcf9b; --fail: #ff9188; --open: #e0b45c;
  }
}
* { box-sizing: border-box; }
html { color-scheme: light dark; scroll-padding-top: 16px; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/24px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
main { max-width: 1312px; margin: 0 auto; padding: 48px 32px 96px; }
section > section { margin: 0; }
h1, h2, h3, h4, p, dl, dd, pre { margin: 0; }
h1 { font-size: 24px; line-height: 32px; font-weight: 600; letter-spacing: -0.01em; text-wrap: pretty; max-width: 1040px; }
h2 { font-size: 20px; line-height: 32px; font-weight: 600; margin: 64px 0 16px; }
h3 { font-size: 15px; font-weight: 600; margin: 32px 0 8px; }
h4 { font-size: 15px; font-weight: 600; }
small { font-size: 12px; line-height: 16px; font-weight: 400; color: var(--muted); }
code, pre { font-family: var(--mono); font-size: 12px; line-height: 16px; overflow-wrap: anywhere; }
a { color: var(--accent); text-decoration: none; }
a:hover, p a, h4 a, dd a { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 16px; top: 16px; background: var(--page); padding: 8px; }
.number { text-align: right; }
.empty { color: var(--muted); }
.print-only { display: none; }

.subject, .facts, .counts { color: var(--muted); }
.subject b { color: var(--text); font-weight: 600; }
h1 { margin: 8px 0 16px; display: flex; gap: 12px; }
h1 > :last-child { min-width: 0; overflow-wrap: anywhere; }
.counts span + span { margin-left: 0; }
.counts > span { margin-right: 24px; color: var(--text); white-space: nowrap; }
.facts { margin-top: 8px; font-size: 13px; }
.warning { margin-top: 16px; padding-left: 16px; border-left: 2px solid var(--open); }
.sign { font-weight: 600; }
.pass > .sign, .pass .outcome .sign { color: var(--pass); }
.fail > .sign, .fail .outcome .sign, .error { color: var(--fail); }
.inconclusive > .sign, .inconclusive .outcome .sign { color: var(--open); }
.better > .sign, .better .outcome .sign { color: var(--pass); }
.worse > .sign, .worse .outcome .sign, .mixed > .sign { color: var(--fail); }
.different > .sign, .different .outcome .sign { color: var(--open); }
.compared .no-difference .outcome, .compared .not-compared { color: var(--muted); }
nav { margin-top: 24px; display: flex; flex-wrap: wrap; gap: 0 24px; }

table { border-collapse: collapse; width: 100%; }
th, td { padding: 8px 16px 8px 0; text-align: left; vertical-align: top; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
th.number, td.number { text-align: right; }
thead th { color: var(--muted); font-size: 12px; line-height: 16px; vertical-align: bottom; white-space: nowrap; }
tbody tr { border-top: 1px solid var(--line); }
td small, th small { display: block; white-space: nowrap; }
.task > p small { display: block; line-height: 24px; }
.gates .outcome { white-space: nowrap; }
.gates .metric { min-width: 168px; overflow-wrap: anywhere; }
.gates .rule { min-width: 112px; }
.gates .reason { color: var(--muted); font-size: 13px; min-width: 224px; overflow-wrap: anywhere; }
.gates .fail .reason, .gates .could-not-evaluate .reason, .gates .inconclusive .reason { color: var(--text); }
.gates .not-applicable { color: var(--muted); }
.value, .both { white-space: nowrap; }
.interval { color: var(--muted); }
.picture { width: 224px; padding-top: 9px; padding-bottom: 6px; }
.plot { display: block; overflow: visible; }
.plot.wide { max-width: 100%; height: auto; }
.plot text { font-size: 10px; fill: var(--muted); }
.plot path { fill: none; stroke-width: 1; }
.plot .axis { stroke: var(--line); }
.plot .threshold { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 3 2; }
.plot .whisker { stroke: var(--accent); stroke-width: 1.5; }
.plot .dot { fill: var(--accent); }
.key-curve { display: inline-block; width: 16px; border-top: 2px solid var(--accent); vertical-align: middle; }
.key-curve.second { border-top: 2px dashed var(--muted); margin-left: 16px; }
.plot .hollow { fill: var(--page); stroke: var(--muted); stroke-width: 1.5; }
.legend { margin-top: 16px; color: var(--muted); font-size: 12px; line-height: 16px; }
.legend span { display: inline-block; vertical-align: middle; margin: 0 4px 2px 16px; }
.legend span:first-child { margin-left: 0; }
.key-dot { border: 4px solid var(--accent); border-radius: 4px; }
.key-line { height: 12px; border-left: 2px dashed var(--text); }
.key-hollow { width: 9px; height: 9px; border-radius: 5px; border: 1.5px solid var(--muted); }

.pairs > div { display: grid; grid-template-columns: 288px 1fr; gap: 0 16px; padding: 8px 0; border-top: 1px solid var(--line); }
.pairs dt { color: var(--muted); overflow-wrap: anywhere; }
.pairs dd { overflow-wrap: anywhere; min-width: 0; }
.gaps dt { grid-column: 1; }
.gaps dd { grid-column: 2; grid-row: 1 / span 99; }
.gaps > div { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); }
.command { background: var(--soft); padding: 16px; margin: 8px 0 24px; white-space: pre-wrap; font-size: 13px; line-height: 24px; }

.task { margin-bottom: 40px; }
.task > p { max-width: 800px; margin-bottom: 8px; }
.metrics { table-layout: fixed; }
.metrics th:nth-child(1) { width: 208px; }
.metrics th:nth-child(2) { width: 224px; }
.metrics th:nth-child(3) { width: 240px; }
.metrics th:nth-child(4), .metrics th:nth-child(5), .metrics th:nth-child(6) { width: 88px; }
.metrics .value, .metrics thead th:nth-child(2) { text-align: left; white-space: normal; }
.metrics .metric { overflow-wrap: anywhere; }
.signature { font-family: var(--mono); font-size: 11px; line-height: 16px; color: var(--muted); overflow-wrap: anywhere; padding-top: 12px; }
.label { display: none; }

.figures { display: flex; flex-wrap: wrap; gap: 16px 32px; margin: 16px 0; }
figure { margin: 0; max-width: 100%; }
figure .plot { max-width: 100%; height: auto; }
figcaption { font-size: 12px; line-height: 16px; color: var(--muted); max-width: 288px; }
.plot .bars { fill: color-mix(in srgb, var(--accent) 55%, var(--page)); }
.plot .outline { stroke: var(--text); stroke-width: 1.25; stroke-dasharray: 3 2; }
.plot .line { stroke-width: 1.5; }
.plot .line.model { stroke: var(--accent); }
.plot .line.baseline { stroke: var(--muted); stroke-dasharray: 4 3; }
.plot .change { fill: none; stroke: var(--fail); stroke-width: 1.5; }
.groups summary { color: var(--accent); cursor: pointer; font-size: 13px; }

${sampleStyles}
@media screen and (max-width: 1120px) {
  .gates, .gates tbody, .metrics, .metrics tbody { display: block; }
  .gates thead, .metrics thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .gates td, .gates th, .metrics td, .metrics tbody th { padding: 0; text-align: left; width: auto; }
  .gates tbody tr, .metrics tbody tr { display: grid; padding: 16px 0; gap: 0 24px; }
  .gates tbody tr {
    grid-template: "outcome picture value" "metric picture n" "rule reason reason" / 256px minmax(0, 1fr) auto;
  }
  .compared tbody tr {
    grid-template: "outcome picture value" "metric picture n" "both both reason" / 256px minmax(0, 1fr) minmax(200px, auto);
  }
  .compared .reason { text-align: right; }
  .metrics tbody tr { grid-template: "metric picture value" "metric picture n" "signature errors undefined" / 256px minmax(0, 1fr) auto; }
  .gates td.number, .metrics td.number { text-align: right; }
  .outcome { grid-area: outcome; } .metric { grid-area: metric; } .value { grid-area: value; }
  .rule { grid-area: rule; color: var(--muted); } .n { grid-area: n; color: var(--muted); }
  .n::before { content: "n "; } .errors { grid-area: errors; } .undefined { grid-area: undefined; }
  .metrics .errors, .metrics .undefined { color: var(--muted); font-size: 12px; line-height: 16px; }
  .both { grid-area: both; color: var(--muted); }
  .gates td.both { text-align: left; }
  .label { display: inline; } .label::after { content: " "; }
  .gates .picture, .metrics .picture { grid-area: picture; padding-top: 1px; }
  .reason { grid-area: reason; } .signature { grid-area: signature; }
}
@media screen and (max-width: 800px) {
  main { padding: 24px 16px 64px; }
  h1 { font-size: 20px; line-height: 28px; gap: 8px; }
  h2 { margin-top: 48px; }
  .pairs > div { grid-template-columns: minmax(0, 1fr); }
  .gaps dd { grid-column: 1; grid-row: auto; }
  .gates tbody tr {
    grid-template: "outcome outcome" "metric value" "rule n" "picture picture" "reason reason" / minmax(0, 1fr) auto;
  }
  .compared tbody tr {
    grid-template: "outcome outcome" "metric value" "both n" "picture picture" "reason reason" / minmax(0, 1fr) auto;
  }
  .compared .reason { text-align: left; }
  .metrics tbody tr {
    grid-template: "metric value" "picture n" "picture errors" "picture undefined" "signature signature" / minmax(0, 1fr) auto;
  }
  .gates .picture, .metrics .picture { padding: 8px 0; }
  .panes { grid-template-columns: minmax(0, 1fr); }
  .list { position: static; max-height: 384px; }
  .tools p { width: 100%; flex-wrap: wrap; }
  .tools label { flex: 0 0 112px; }
  .tools select, .tools input:not([type="file"]) { flex: 1; min-width: 0; max-width: none; }
  .keys > div { grid-template-columns: minmax(0, 1fr); }
}
@media screen and (max-width: 560px) {
  .plot.wide text { font-size: 16px; }
  .log { font-size: 12px; }
  .log th, .log td { padding: 4px 8px 4px 0; }
  .log thead th { font-size: 11px; white-space: normal; }
}
@media print {
  :root {
    --page: #fff; --text: #000; --muted: #444; --line: #bbb; --soft: #fff;
    --accent: #000; --pass: #000; --fail: #000; --open: #000;
  }
  @page { margin: 14mm; }
  body { font-size: 8.5pt; line-height: 16px; }
  h1 { font-size: 18pt; line-height: 32px; }
  h2 { font-size: 13pt; line-height: 24px; margin: 32px 0 8px; }
  h3, h4 { font-size: 10pt; }
  small, code, thead th, figcaption, .gates .reason, .facts, .legend, .command { font-size: 7.5pt; line-height: 12px; }
  .signature { font-size: 6.5pt; line-height: 12px; }
  th, td { padding: 4px 8px 4px 0; }
  .plot { width: 96px; height: auto; }
  .picture .plot text { font-size: 17px; }
  .plot.wide { width: 440px; }
  figure .plot.spread { width: 112px; }
  figure .plot.lines { width: 176px; }
  .figures { gap: 8px 16px; margin: 8px 0; }
  .groups:not([open]) { display: none; }
  .groups summary { font-size: 8.5pt; }
  td small, th small { white-space: normal; }
  .picture { width: 104px; }
  .gates .rule, .gates .reason { min-width: 0; }
  .gates .metric { min-width: 136px; }
  .compared .interval { display: block; }
  .compared .outcome { white-space: normal; min-width: 72px; }
  .compared .reason { min-width: 120px; }
  .metrics th:nth-child(1) { width: 120px; }
  .metrics th:nth-child(2) { width: 144px; }
  .metrics th:nth-child(3) { width: 128px; }
  .metrics th:nth-child(4), .metrics th:nth-child(5), .metrics th:nth-child(6) { width: 56px; }
  .pairs > div { grid-template-columns: 176px 1fr; padding: 4px 0; }
  .task { margin-bottom: 16px; }
  main { padding: 0; max-width: none; }
  nav, .skip, .tools, .panes, .sign-off, noscript, dialog { display: none; }
  .print-only { display: block; }
  tr, .task, .pairs > div { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  a { color: inherit; }
}
`;
