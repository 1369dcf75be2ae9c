/** The head of a table, which reads as a table to screen readers also where styles take its layout away. */
import { type Html, html } from './html.ts';

/** @param numbers titles of the columns that hold numbers */
export function tableHead(titles: readonly string[], numbers: ReadonlySet<string>): Html {
  return html`<thead role="rowgroup">
    <tr role="row">
      ${titles.map((title) => html`<th role="columnheader" scope="col" class="${numbers.has(title) && 'number'}">${title}</th>`)}
    </tr>
  </thead>`;
}
