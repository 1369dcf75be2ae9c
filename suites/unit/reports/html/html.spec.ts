import { expect, test } from '@playwright/test';
import { breakable, escapeHtml, html, raw } from '../../../../reports/html/html.ts';

test('escapes every value and labels hidden characters', () => {
  const hostile = `<b title='x' alt="y">&\u202E`;
  expect(escapeHtml(hostile)).toBe('&lt;b title=&#39;x&#39; alt=&quot;y&quot;&gt;&amp;⟨RLO⟩');
  expect(html`<p title="${hostile}">${hostile}</p>`.source).not.toMatch(/<b|'x'|"y"/);
});

test('puts in what is HTML already, joins lists, leaves out null, undefined and false', () => {
  expect(html`${raw('<i>')}${[html`<b></b>`, '<', 1]}${null}${undefined}${false}${0}`.source).toBe(
    '<i><b></b>&lt;10',
  );
});

test('lets a name break after its slash and dot, and a number nowhere', () => {
  expect(breakable('by 0.05').source).toBe('by 0.05');
  expect(breakable('quality/facts.rougeL<').source).toBe('quality/<wbr>facts.<wbr>rougeL&lt;');
});
