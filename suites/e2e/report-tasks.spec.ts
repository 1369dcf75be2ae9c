/** Fifteen things a reviewer comes for, by keyboard alone, each in a stated number of keys (reports/TASKS.md). */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import { axeViolations } from './axe-violations.ts';
import { expect, test } from '../../fixtures/browser.ts';
import { parseReview } from '../../reports/app/review-file.js';
import { renderComparison, renderHtml } from '../../reports/index.ts';
import { sampleComparison } from '../unit/reports/sample-comparison.ts';
import { sampleReport } from '../unit/reports/sample-report.ts';

async function open(page: Page, html: string): Promise<void> {
  const path = test.info().outputPath('report.html');
  writeFileSync(path, html);
  await page.goto(pathToFileURL(path).href);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'true');
}

/** Presses keys, or types a text in quotation marks, and counts. */
async function keys(page: Page, ...pressed: string[]): Promise<number> {
  let count = 0;
  for (const key of pressed) {
    const text = /^"(.*)"$/s.exec(key)?.[1];
    if (text === undefined) await page.keyboard.press(key);
    else await page.keyboard.type(text);
    // Text goes where the eye sees the cursor.
    if (key === 'c') await expect(page.locator('#comment')).toBeFocused();
    count += text?.length ?? 1;
  }
  return count;
}

const heading = (page: Page) => page.locator('#detail h3');
const status = (page: Page) => page.locator('#status');
const detail = (page: Page) => page.locator('#detail');

interface Task {
  readonly name: string;
  readonly keys: readonly string[];
  /** As the table says. */
  readonly count: number;
  readonly done: (page: Page) => Promise<void>;
}

const TASKS: readonly Task[] = [
  {
    name: 'which gate failed, and by how much',
    keys: ['g'],
    count: 1,
    done: async (page) => {
      const row = page.locator('.gates tr', { has: page.locator(':focus') });
      await expect(row).toContainText('fails');
      await expect(row).toContainText('0.791');
      await expect(row).toContainText('[0.754, 0.824]');
      await expect(row).toContainText('below 0.85');
    },
  },
  {
    name: 'the worst samples of that gate',
    keys: ['g', 'Enter'],
    count: 2,
    done: async (page) => {
      await expect(page.getByLabel('Sort by')).toHaveValue('exactMatch');
      await expect(
        detail(page).getByRole('row', { name: 'exactMatch' }).getByRole('cell').first(),
      ).toHaveText('0');
    },
  },
  {
    name: 'the worst regression',
    keys: ['w'],
    count: 1,
    done: async (page) => {
      await expect(page.getByLabel('Sort by')).toHaveValue('@change');
      await expect(page.locator('#list .row[aria-selected="true"]')).toHaveAttribute('aria-posinset', '1');
      await expect(page.locator('#list .row[aria-selected="true"] .lost')).toHaveText('▼');
    },
  },
  {
    name: 'both outputs, with the words that differ',
    keys: ['d'],
    count: 1,
    done: async (page) => {
      await expect(detail(page).getByRole('heading', { name: 'Baseline’s output' })).toBeVisible();
      await expect(detail(page).locator('ins, del').first()).toBeVisible();
    },
  },
  {
    name: 'a link to it',
    keys: ['w', 'l'],
    count: 2,
    done: async (page) => {
      await expect(page.locator('#notice')).toHaveText('The link is copied.');
      const link = await page.evaluate(() => navigator.clipboard.readText());
      const name = await heading(page).innerText();
      expect(link).toContain(encodeURIComponent(name));
      const other = await page.context().newPage();
      await other.goto(link);
      await expect(heading(other)).toHaveText(name);
      await other.close();
    },
  },
  {
    name: 'the request as a curl line',
    keys: ['f', 'u'],
    count: 2,
    done: async (page) => {
      await expect(page.locator('#notice')).toHaveText('The curl line is copied.');
      expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
        /^curl http:.*chat\/completions/,
      );
    },
  },
  {
    name: 'the request as a harness command',
    keys: ['f', 'h'],
    count: 2,
    done: async (page) => {
      await expect(page.locator('#notice')).toHaveText('The command is copied.');
      expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
        /^npx harness generate --model/,
      );
    },
  },
  {
    name: 'the third worst regression',
    keys: ['w', 'j', 'j'],
    count: 3,
    done: async (page) => {
      await expect(page.locator('#list .row[aria-selected="true"]')).toHaveAttribute('aria-posinset', '3');
    },
  },
  {
    name: 'all samples about a text with a low score',
    keys: ['/', '"planet rougeL<0.5"', 'Enter'],
    count: 19,
    done: async (page) => {
      await expect(status(page)).toHaveText(/^\d+ of \d+ samples$/);
      await expect(page.getByRole('listbox', { name: 'Samples' })).toBeFocused();
      const first = page.locator('#list .row .prompt').first();
      await expect(first).toContainText('planet');
    },
  },
  {
    name: 'what is wrong with a query',
    keys: ['/', '"rouge9<1"', 'Enter'],
    count: 10,
    done: async (page) => {
      await expect(page.getByRole('alert')).toContainText(
        'There is no score or number “rouge9”; did you mean',
      );
    },
  },
  {
    name: 'the first error, and what it was',
    keys: ['e'],
    count: 1,
    done: async (page) => {
      await expect(detail(page)).toContainText('E_ENDPOINT: connect ECONNREFUSED');
    },
  },
  {
    name: 'what was not evaluated, and why',
    keys: ['n'],
    count: 1,
    done: async (page) => {
      await expect(page.getByRole('heading', { name: 'Not evaluated' })).toBeFocused();
      await expect(page.getByRole('heading', { name: 'Not evaluated' })).toBeInViewport();
    },
  },
  {
    name: 'the command that makes this run again',
    keys: ['p'],
    count: 1,
    done: async (page) => {
      await expect(page.locator('.command').first()).toBeInViewport();
    },
  },
  {
    name: 'reject a sample, and say why',
    keys: ['f', 'r', 'c', '"rude"', 'Escape'],
    count: 8,
    done: async (page) => {
      await expect(page.locator('#reject')).toHaveAttribute('aria-pressed', 'true');
      await expect(page.locator('#list .row[aria-selected="true"] .remark')).toHaveText(
        'rejected, commented',
      );
    },
  },
  {
    name: 'sign the review and save it',
    keys: ['f', 'a', 'o', 'Tab', '"Ada"', 'Tab', '"a"', 'Tab', 'Enter'],
    count: 11,
    done: async (page) => {
      await expect(page.locator('#review-status')).toContainText('Signed');
    },
  },
];

test('each of fifteen tasks is done in the keys that the table states', async ({ page, context }) => {
  test.setTimeout(120_000);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const html = renderHtml(sampleReport());
  const table = readFileSync('reports/TASKS.md', 'utf8');
  expect(TASKS).toHaveLength(15);
  for (const { name, keys: pressed, count, done } of TASKS) {
    await test.step(name, async () => {
      await open(page, html);
      await page.evaluate(() => {
        localStorage.clear();
        history.replaceState(null, '', '#');
      });
      await open(page, html);
      const saved = name.startsWith('sign') ? page.waitForEvent('download') : null;
      expect(await keys(page, ...pressed), name).toBe(count);
      await done(page);
      expect(table, name).toContain(
        `| ${name} | ${pressed
          .map((key) => `\`${key}\``)
          .join(' ')
          .replaceAll('"', '')} | ${count} |`,
      );
      if (!saved) return;
      const review = parseReview(readFileSync(await (await saved).path(), 'utf8'));
      expect(review).toMatchObject({ reviewer: 'Ada', decision: 'accept' });
      expect(review.samples).toEqual([expect.objectContaining({ verdict: 'accept' })]);
    });
  }
});

test('single keys sleep while one types, and can be switched off for good', async ({ page }) => {
  await open(page, renderHtml(sampleReport({ facts: 20 })));
  await keys(page, '/', '"w d ?"');
  await expect(page.getByLabel('Find')).toHaveValue('w d ?');
  await keys(page, 'Escape', '?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.getByLabel('single keys are on').uncheck();
  await keys(page, 'Escape', 'w');
  await expect(page.getByLabel('Sort by')).toHaveValue('');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'true');
  await keys(page, 'w');
  await expect(page.getByLabel('Sort by')).toHaveValue('');
});

test('a comparison answers to the same keys', async ({ page }) => {
  await open(page, renderComparison(sampleComparison({ facts: 60 })));
  await keys(page, 'g');
  await expect(page.locator('.gates tr', { has: page.locator(':focus') })).toContainText('worse');
  await keys(page, 'Enter');
  await expect(page.getByLabel('Sort by')).toHaveValue('rougeL.change');
  await keys(page, 'n');
  await expect(page.getByRole('heading', { name: 'What else differs' })).toBeFocused();
});

test('samples are saved as CSV and JSON Lines, as they are listed', async ({ page }) => {
  await open(page, renderHtml(sampleReport({ hostile: false })));
  await keys(page, 'e');
  for (const [button, ending, lines] of [
    ['Save CSV', 'csv', 7],
    ['Save JSONL', 'jsonl', 6],
  ] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${ending}$`));
    expect(
      readFileSync(await file.path(), 'utf8')
        .trimEnd()
        .split('\n'),
    ).toHaveLength(lines);
  }
});

test('axe finds nothing wrong, in light and dark, with a sample open and with the help', async ({ page }) => {
  test.setTimeout(90_000);
  const pages = {
    report: renderHtml(sampleReport({ facts: 30 })),
    comparison: renderComparison(sampleComparison({ facts: 30 })),
  };
  for (const [name, html] of Object.entries(pages)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await open(page, html);
      await keys(page, 'w');
      await expect(heading(page)).toBeVisible();
      for (const state of ['sample', 'help']) {
        if (state === 'help') await keys(page, '?');
        expect(await axeViolations(page), `${name}, ${colorScheme}, ${state}`).toEqual([]);
      }
    }
  }
});
