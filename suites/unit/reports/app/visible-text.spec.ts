import { expect, test } from '@playwright/test';
import { snippet, visibleParts, visibleString, withoutHidden } from '../../../../reports/app/visible-text.js';
import { hostileOutputs } from '../hostile-outputs.ts';

test('labels every kind of character that hides or reorders text', () => {
  const cases: [string, string][] = [
    ['plain text, é, 日本語, עברית', 'plain text, é, 日本語, עברית'],
    ['tab\tand\nnewline', 'tab\tand\nnewline'],
    ['access\u202Enimda\u202C', 'access⟨RLO⟩nimda⟨PDF⟩'],
    ['a\u2066b\u2067c\u2068d\u2069e\u061Cf\u200Eg\u200Fh', 'a⟨LRI⟩b⟨RLI⟩c⟨FSI⟩d⟨PDI⟩e⟨ALM⟩f⟨LRM⟩g⟨RLM⟩h'],
    ['a\u200B\u200B\u200B\u200Cb', 'a⟨ZWSP×3 ZWNJ⟩b'],
    ['soft\u00ADhyphen, no\u00A0break, \uFEFFmark', 'soft⟨SHY⟩hyphen, no⟨NBSP⟩break, ⟨BOM⟩mark'],
    ['\u0000\u001B[31m\r\u007F\u009B', '⟨NUL ESC⟩[31m⟨CR DEL U+009B⟩'],
    ['one\u2028two\u2029three\u0085four', 'one⟨LS⟩two⟨PS⟩three⟨NEL⟩four'],
    ['\uD800 alone, \uDFFF too', '⟨U+D800⟩ alone, ⟨U+DFFF⟩ too'],
    ['\uE000 \uFFFF \u{10FFFF} \u3164 \u2800', '⟨U+E000⟩ ⟨U+FFFF⟩ ⟨U+10FFFF⟩ ⟨U+3164⟩ ⟨U+2800⟩'],
    ['x\u{E0068}\u{E0020}\u{E0069}', 'x⟨TAG-h TAG-SP TAG-i⟩'],
    ['a\uFE0Fb\u{E0100}', 'a⟨U+FE0F⟩b⟨U+E0100⟩'],
  ];
  for (const [text, shown] of cases) expect(visibleString(text)).toBe(shown);
});

test('leaves the joiners and selectors of emoji alone', () => {
  for (const text of ['❤️', '👩‍💻', '👨‍👩‍👧‍👦', '1️⃣', '👍🏽', '🏳️‍🌈', 'so 😀, so 🎉!']) {
    expect(visibleParts(text)).toEqual([{ text, hidden: false }]);
  }
});

test('keeps all that is not hidden, in order', () => {
  for (const { output } of hostileOutputs) {
    const plain = visibleParts(output)
      .filter((part) => !part.hidden)
      .map((part) => part.text)
      .join('');
    // Without the joiners of emoji, which the first keeps.
    expect(withoutHidden(plain)).toBe(withoutHidden(output));
  }
});

test('shows nothing hidden, whatever the text', () => {
  for (const { name, output } of hostileOutputs) {
    if (/\p{Extended_Pictographic}/u.test(output)) continue;
    expect(visibleString(output), name).not.toMatch(
      // eslint-disable-next-line no-control-regex -- control characters are what is looked for
      /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E0FFF}]|\p{Cs}/u,
    );
  }
});

test('cuts a snippet at whole characters, on one line', () => {
  expect(snippet('  two\n\n lines ', 40)).toBe('two lines');
  expect(snippet('abcdef', 3)).toBe('abc…');
  expect(snippet('ab😀cd', 3)).toBe('ab…');
  expect(snippet(`${' '.repeat(50)}late`, 10)).toBe('…');
  expect(snippet(`${' '.repeat(7)}😀`, 2)).toBe('…');
  expect(snippet('a\u2028b\u00A0c\r\nd\re', 40)).toBe('a\u2028b\u00A0c d\re');
});
