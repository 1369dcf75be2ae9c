/** report.html as a reviewer meets it: opened from a file, in a real browser. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test } from '../../fixtures/browser.ts';
import { formatHash } from '../../reports/app/sample-query.js';
import { visibleParts } from '../../reports/app/visible-text.js';
import { renderHtml, renderJunit } from '../../reports/index.ts';
import type { ReportData } from '../../reports/report-data.ts';
import { hostileOutputs } from '../unit/reports/hostile-outputs.ts';
import { sampleRecord, sampleReport } from '../unit/reports/sample-report.ts';

/** Writes the report, opens it, and gathers what a page that keeps to itself never does. */
async function open(page: Page, data: ReportData, hash = ''): Promise<{ misdeeds: string[]; url: string }> {
  const path = test.info().outputPath('report.html');
  writeFileSync(path, renderHtml(data));
  const url = pathToFileURL(path).href;
  const misdeeds: string[] = [];
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) misdeeds.push(`request ${request.url()}`);
  });
  page.on('console', (message) => misdeeds.push(`${message.type()} ${message.text()}`));
  page.on('pageerror', (error) => misdeeds.push(error.message));
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`${url}${hash}`);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'true');
  return { misdeeds, url };
}

const status = (page: Page) => page.locator('#status');
const heading = (page: Page) => page.locator('#detail h3');
const outputText = (page: Page) =>
  page
    .locator('#detail section')
    .filter({ has: page.getByRole('heading', { name: 'Output', exact: true }) })
    .locator('.text');

test('hostile outputs run nothing, request nothing, and are shown in full', async ({ page }) => {
  const data = sampleReport({ facts: 3 });
  const { misdeeds } = await open(page, data);
  for (const { name, output: text } of hostileOutputs) {
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      formatHash({ sample: `quality/facts/hostile-${name}` }),
    );
    await expect(heading(page)).toHaveText(`hostile-${name}`);
    const more = outputText(page).getByRole('button');
    while ((await more.count()) > 0) await more.click();
    const shown = (await outputText(page).textContent()) ?? '';
    const expected = visibleParts(text).map((part) => part.text);
    // The ends of lines are the ends of blocks.
    expect(shown.replaceAll('\n', '') === expected.join('').replaceAll('\n', ''), name).toBe(true);
    expect(await outputText(page).locator('.mark').count(), name).toBe(
      visibleParts(text).filter((part) => part.hidden).length,
    );
    expect(
      await page
        .locator('#detail, #list')
        .locator('script, img, iframe, svg, style, link, form, input, video, object')
        .count(),
    ).toBe(0);
  }
  expect(await page.evaluate(() => 'pwned' in window || 'polluted' in {})).toBe(false);
  expect(misdeeds).toEqual([]);
});

test('the page refuses scripts, styles and markup that someone slips into it', async ({ page }) => {
  await open(page, sampleReport({ facts: 3, hostile: false }));
  const results = await page.evaluate(async () => {
    const script = document.createElement('script');
    const refused: string[] = [];
    const attempt = (name: string, act: () => void) => {
      try {
        act();
      } catch {
        refused.push(name);
      }
    };
    attempt('innerHTML', () => {
      document.body.innerHTML = '<img src=x onerror="window.pwned=1">';
    });
    attempt('script text', () => {
      script.textContent = 'window.pwned=1';
    });
    const fetched = await fetch('http://attacker.invalid/').then(
      () => 'fetched',
      () => 'refused',
    );
    return { refused, fetched, pwned: 'pwned' in window };
  });
  expect(results).toEqual({ refused: ['innerHTML', 'script text'], fetched: 'refused', pwned: false });
});

test('a line of ten megabytes opens at once and can be read to its end', async ({ page }) => {
  const length = 10_000_000;
  const data = sampleReport({ facts: 3, hostile: false });
  const long = sampleRecord({
    sampleId: 'long',
    output: `${'long line '.repeat(length / 10)}END`,
    input: { prompt: 'y'.repeat(length) },
  });
  const { misdeeds } = await open(
    page,
    { ...data, samples: [...data.samples, long], baselineSamples: null },
    '#sample=quality/facts/long',
  );
  const text = outputText(page);
  await expect(
    page.getByRole('button', { name: 'Show 500,000 more of 10,000,003 characters' }),
  ).toBeVisible();
  expect((await text.textContent())!.length).toBeLessThan(30_000);
  await text.evaluate((box) => {
    for (let button = box.querySelector('button'); button; button = box.querySelector('button'))
      button.click();
  });
  expect(
    await text.evaluate(({ textContent }) => ({
      length: textContent.length,
      ends: textContent.endsWith('END'),
    })),
  ).toEqual({
    length: length + 3,
    ends: true,
  });
  expect(misdeeds).toEqual([]);
});

test('ten thousand samples: few elements, the last one reachable, filters and sort hold', async ({
  page,
}) => {
  await open(page, sampleReport({ facts: 10_000, hostile: false, baseline: false }));
  await expect(status(page)).toHaveText('10,104 samples');
  const list = page.getByRole('listbox', { name: 'Samples' });
  await list.focus();
  await page.keyboard.press('End');
  await expect(heading(page)).toHaveText('latency-0020');
  expect(await list.getByRole('option').count()).toBeLessThan(40);
  await page.getByRole('combobox', { name: 'Task' }).selectOption('quality/facts');
  await expect(status(page)).toHaveText('10,000 of 10,104 samples');
  await page.getByLabel('Sort by').selectOption('rougeL, lowest first');
  const scores = (await list.locator('.score').allInnerTexts()).map(Number.parseFloat);
  expect(scores.length).toBeGreaterThan(8);
  expect(scores).toEqual([...scores].sort((a, b) => a - b));
  await page.getByLabel('Find').fill('red planet');
  await expect(status(page)).toHaveText(/^1,6\d\d of 10,104 samples$/);
});

test('filters, search and the open sample stand in the address, and the address restores them', async ({
  page,
  context,
}) => {
  const { url } = await open(page, sampleReport());
  await page.getByLabel('Outcome').selectOption('error');
  await expect(status(page)).toHaveText('6 of 259 samples');
  await page.getByLabel('Find').fill('econnrefused');
  await page.getByLabel('Sort by').selectOption('latency, highest first');
  await page.getByRole('listbox', { name: 'Samples' }).getByRole('option').nth(2).click();
  await expect(heading(page)).toHaveText('latency-0007');
  await expect(page.locator('#detail')).toContainText('E_ENDPOINT: connect ECONNREFUSED');
  const address = page.url();
  expect(address.startsWith(`${url}#`)).toBe(true);

  const other = await context.newPage();
  await other.goto(address);
  await expect(heading(other)).toHaveText('latency-0007');
  await expect(status(other)).toHaveText('6 of 259 samples');
  await expect(other.getByLabel('Outcome')).toHaveValue('error');
  await expect(other.getByLabel('Find')).toHaveValue('econnrefused');
  await expect(other.getByLabel('Sort by')).toHaveValue('-latency');
  await expect(other.locator('#list').getByRole('option', { selected: true })).toHaveAttribute(
    'aria-posinset',
    '3',
  );
});

test('an address of a sample that is not there says so', async ({ page }) => {
  const { misdeeds } = await open(page, sampleReport({ facts: 3 }), '#sample=quality/facts/<b>gone</b>');
  await expect(page.locator('#detail')).toHaveText(
    'There is no sample quality/facts/<b>gone</b> in this run.',
  );
  expect(misdeeds).toEqual([]);
});

test('a gate leads to its samples, worst first, by keyboard alone', async ({ page }) => {
  await open(page, sampleReport({ hostile: false }));
  await page.getByRole('link', { name: 'quality/consistency.identical' }).focus();
  await page.keyboard.press('Enter');
  await expect(status(page)).toHaveText('10 of 224 samples');
  const list = page.getByRole('listbox', { name: 'Samples' });
  await expect(list).toBeFocused();
  await expect(heading(page)).toHaveText('consistency-0007');
  await expect(page.locator('#detail')).toContainText('answer 5 differs from the first at character 7');
  await page.keyboard.press('Enter');
  await expect(heading(page)).toBeFocused();
  await expect(list).toHaveAttribute('aria-activedescendant', 'row-0');
});

test('a gate on a tagged metric leads to the samples with that tag', async ({ page }) => {
  await open(page, sampleReport({ hostile: false }));
  await page.getByRole('link', { name: 'quality/safety.refusalRate' }).click();
  await expect(status(page)).toHaveText('20 of 224 samples');
  await expect(page.getByRole('combobox', { name: 'Tag' })).toHaveValue('unsafe');
  await page.getByRole('combobox', { name: 'Tag' }).selectOption('safe');
  await expect(page.getByRole('option').filter({ hasText: 'Linux' }).first()).toBeVisible();
});

test('a sample shows messages, both outputs, references, scores with baseline and reason, usage and timing', async ({
  page,
}) => {
  const data = sampleReport({ hostile: false });
  await open(page, data, '#sample=quality/readability/explain-0011');
  const detail = page.locator('#detail');
  for (const text of [
    'Answer in plain words.',
    'Explain photosynthesis',
    '14 + 6 = 20',
    '48 ms',
    'first token after',
    '12 ms',
  ]) {
    await expect(detail).toContainText(text);
  }
  await expect(detail.getByRole('heading', { level: 4 })).toHaveText([
    'system',
    'user',
    'Output',
    'Baseline’s output',
    'Scores',
    'Your review',
    'Timing and tokens',
  ]);
  await expect(detail.getByRole('row', { name: 'smog' })).toContainText(
    'smog needs three sentences; this answer has 2',
  );
  await expect(detail.getByRole('row', { name: 'fleschReadingEase' }).getByRole('cell')).toHaveCount(4);
});

test('without scripts the verdict and all evidence stand, and the page says what is missing', async ({
  browser,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const path = test.info().outputPath('report.html');
  writeFileSync(path, renderHtml(sampleReport()));
  await page.goto(pathToFileURL(path).href);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Fail: 2 of 10 gates/);
  await expect(page.locator('table.gates tbody tr')).toHaveCount(10);
  await expect(page.locator('noscript p')).toHaveText(/needs JavaScript/);
  await context.close();
});

test('no width makes the page scroll sideways', async ({ page }) => {
  await open(page, sampleReport(), '#sample=quality/facts/hostile-wide');
  await expect(heading(page)).toHaveText('hostile-wide');
  for (const width of [320, 390, 768, 1024, 1280, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(over, `at ${width} px`).toBeLessThanOrEqual(0);
  }
});

test('text stands out from its ground by 4.5 to 1 at least, in light and dark', async ({ page }) => {
  await open(page, sampleReport(), '#sample=quality/facts/hostile-bidi');
  await expect(heading(page)).toHaveText('hostile-bidi');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const faint = await page.evaluate(() => {
      const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
      const luminance = (color: string) => {
        const [r, g, b] = channels(color).map((value) => {
          const share = value / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
      };
      const groundOf = (element: Element): string => {
        const color = getComputedStyle(element).backgroundColor;
        if (channels(color)[3] !== 0) return color;
        return element.parentElement ? groundOf(element.parentElement) : 'rgb(255, 255, 255)';
      };
      return [...document.body.querySelectorAll('*')]
        .filter(
          (element) =>
            element.checkVisibility() &&
            [...element.childNodes].some(
              (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
            ),
        )
        .filter((element) => !['SCRIPT', 'STYLE', 'OPTION', 'NOSCRIPT'].includes(element.tagName))
        .flatMap((element) => {
          const style = getComputedStyle(element);
          const text = luminance(element.closest('svg') ? style.fill : style.color);
          const ground = luminance(groundOf(element));
          const ratio = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
          return ratio < 4.5 ? [`${element.tagName}.${element.className} ${ratio.toFixed(2)}`] : [];
        });
    });
    expect(faint, colorScheme).toEqual([]);
  }
});

test('junit.xml parses as XML, whatever the gates say', async ({ page }) => {
  const data = sampleReport();
  const gates = hostileOutputs.map(({ output: reason }) => ({
    ...data.verdict.gates[0]!,
    rule: reason,
    reason,
    outcome: 'fail' as const,
  }));
  const xml = renderJunit({ ...data, verdict: { ...data.verdict, gates } });
  const parsed = await page.evaluate((text) => {
    const parsedXml = new DOMParser().parseFromString(text, 'application/xml');
    return {
      error: parsedXml.querySelector('parsererror')?.textContent ?? null,
      messages: [...parsedXml.querySelectorAll('failure')].map((failure) => failure.getAttribute('message')),
    };
  }, xml);
  expect(parsed.error).toBeNull();
  expect(parsed.messages).toHaveLength(gates.length);
  expect(parsed.messages[1]).toBe('</script><script>window.pwned=1</script>');
});
