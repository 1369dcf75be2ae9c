/** The playground as a product owner meets it: a real browser on a real server. */
import type { Page } from '@playwright/test';
import {
  ApiServer,
  ModelServer,
  sectionDefaults,
  type Model,
  type ServingConfig,
} from '../../engine/index.ts';
import { expect, test } from '../../fixtures/browser.ts';
import { askedOf, functionModel } from '../../fixtures/function-model.ts';
import { axeViolations } from './axe-violations.ts';

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Answers with the number of messages and the last of them, word by word; "slowly" takes its time. */
const talker = (name: string): Model =>
  functionModel(async function* answer(request) {
    const asked = askedOf(request);
    if (asked === 'fail') throw new Error('broken');
    yield `${name} heard `;
    const words = asked === 'slowly' ? 200 : 0;
    for (let i = 0; i < words; i++) {
      await pause(50);
      yield `${i} `;
    }
    yield `${request.messages?.length ?? 1}: ${asked}`;
  }, name);

async function start(serving: Partial<ServingConfig> = {}, names: readonly string[] = ['first']) {
  const servers = names.map((name) => new ModelServer(() => Promise.resolve(talker(name))));
  const server = new ApiServer(
    { serving: { ...sectionDefaults('serving'), port: 0, ...serving } },
    servers[0]!,
    {
      additionalModels: servers.slice(1),
    },
  );
  const { url } = await server.startup();
  return { server, url, servers };
}

/** Opens the page; gathers what a page that keeps to its own server never does. */
async function open(page: Page, url: string): Promise<string[]> {
  const misdeeds: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) misdeeds.push(request.url());
  });
  page.on('pageerror', (error) => misdeeds.push(error.message));
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'true');
  return misdeeds;
}

const prompt = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const answers = (page: Page) => page.locator('.answer');
const lastFacts = (page: Page) => page.locator('.facts').last();

async function say(page: Page, text: string): Promise<void> {
  await prompt(page).fill(text);
  await prompt(page).press('Enter');
}

test('a chat by keyboard: it remembers what was said, tells latency and tokens, and outlives a reload', async ({
  page,
}) => {
  const { server, url } = await start();
  const misdeeds = await open(page, url);
  await expect(prompt(page)).toBeFocused();
  await say(page, 'Hello');
  await expect(answers(page)).toHaveText(['first heard 1: Hello']);
  await expect(lastFacts(page)).toContainText(/\d\.\d\d s · first token \d\.\d\d s · 2 tokens/);
  await say(page, 'again');
  await expect(answers(page)).toHaveText(['first heard 1: Hello', 'first heard 3: again']);
  await page.reload();
  await expect(answers(page)).toHaveText(['first heard 1: Hello', 'first heard 3: again']);
  await page.getByRole('button', { name: 'New chat' }).click();
  await expect(answers(page)).toHaveCount(0);
  await say(page, 'anew');
  await expect(answers(page)).toHaveText(['first heard 1: anew']);
  expect(misdeeds).toEqual([]);
  await server.shutdown();
});

test('an answer streams in, and Esc stops it here and on the server', async ({ page }) => {
  const { server, url, servers } = await start();
  await open(page, url);
  await say(page, 'slowly');
  await expect(answers(page)).toContainText('first heard 0 1 2');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(lastFacts(page)).toContainText('stopped');
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await expect.poll(() => servers[0]!.getStats().activeRequests).toBe(0);
  await say(page, 'still there?');
  await expect(answers(page).last()).toHaveText('first heard 3: still there?');
  await server.shutdown();
});

test('a new chat begun while an answer streams holds nothing of it, after a reload neither', async ({
  page,
}) => {
  const { server, url } = await start();
  await open(page, url);
  await say(page, 'slowly');
  await expect(answers(page)).toContainText('first heard');
  await page.getByRole('button', { name: 'New chat' }).click();
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await say(page, 'hello');
  await expect(answers(page)).toHaveText('first heard 1: hello');
  await page.reload();
  await expect(answers(page)).toHaveText('first heard 1: hello');
  await server.shutdown();
});

test('settings and system prompt go with the request, and the command to repeat it can be copied', async ({
  page,
  context,
}) => {
  const { server, url } = await start();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, url);
  await page.getByText('Settings').click();
  await page.getByLabel('System prompt').fill("Don't be long.");
  await page.getByLabel('Temperature').fill('0');
  await page.getByLabel('Most tokens').fill('7');
  await page.getByLabel('Seed').fill('5');
  const sent = page.waitForRequest('**/v1/chat/completions');
  await say(page, "it's me");
  expect((await sent).postDataJSON()).toMatchObject({
    messages: [
      { role: 'system', content: "Don't be long." },
      { role: 'user', content: "it's me" },
    ],
    temperature: 0,
    max_tokens: 7,
    seed: 5,
  });
  await expect(page.locator('#settings-summary')).toContainText('temperature 0');
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await expect(page.getByRole('status')).toContainText('in the clipboard');
  const command = await page.evaluate(() => navigator.clipboard.readText());
  expect(command).toContain(`curl '${url}/v1/chat/completions'`);
  expect(command).toContain(`Don'\\''t be long.`);
  await server.shutdown();
});

test('tokens show their probability and what else was likely', async ({ page }) => {
  const { server, url } = await start();
  await open(page, url);
  await page.getByText('Settings').click();
  await page.getByLabel('Token probabilities').check();
  await say(page, 'Hello');
  await expect(answers(page)).toHaveText(['first heard 1: Hello']);
  const tokens = page.locator('.token');
  await expect(tokens).toHaveText(['first heard ', '1: Hello']);
  const title = await tokens.last().getAttribute('title');
  expect(title?.split('\n')).toEqual([
    '77.9%  "1: Hello"',
    '28.7%  "1: Hello1"',
    '10.5%  "1: Hello2"',
    '3.9%  "1: Hello3"',
  ]);
  await server.shutdown();
});

test('two models answer side by side, each with a conversation of its own', async ({ page }) => {
  const { server, url } = await start({}, ['first', 'second']);
  await open(page, url);
  await page.getByLabel('Side by side').check();
  await say(page, 'Hello');
  await expect(answers(page)).toHaveText(['first heard 1: Hello', 'second heard 1: Hello']);
  await say(page, 'more');
  await expect(page.locator('.column').last().locator('.answer')).toHaveText([
    'second heard 1: Hello',
    'second heard 3: more',
  ]);
  await server.shutdown();
});

test('a failure is told where the answer would stand, and the next message goes through', async ({
  page,
}) => {
  const { server, url } = await start();
  await open(page, url);
  await say(page, 'fail');
  await expect(page.locator('.error')).toContainText('E_UNEXPECTED');
  await say(page, 'and now');
  await expect(answers(page).last()).toHaveText('first heard 1: and now');
  await server.shutdown({ drainMs: 0 });
  await say(page, 'gone');
  await expect(page.locator('.error').last()).toContainText('Is it still running?');
});

test('a server with a key asks for it and keeps it out of the page store and the copied command', async ({
  page,
}) => {
  const { server, url } = await start({ api_key: 'very-secret' });
  await open(page, url);
  await expect(page.getByRole('status')).toContainText('asks for a key');
  await page.getByLabel('Key of this server').fill('very-secret');
  await page.getByLabel('Key of this server').blur();
  await expect(page.getByRole('status')).toBeEmpty();
  await say(page, 'Hello');
  await expect(answers(page)).toHaveText('first heard 1: Hello');
  expect(
    await page.evaluate(() => JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)])),
  ).not.toContain('very-secret');
  await server.shutdown();
});

test('hostile output is shown as text and runs nothing', async ({ page }) => {
  const { server, url } = await start();
  const misdeeds = await open(page, url);
  const hostile = `<img src=x onerror=alert(1)><script>alert(2)</script><style>*{display:none}</style>`;
  await say(page, hostile);
  await expect(answers(page)).toHaveText(`first heard 1: ${hostile}`);
  expect(misdeeds).toEqual([]);
  await server.shutdown();
});

test('axe finds nothing wrong, in light and dark: empty, with settings and two answers, with a failure', async ({
  page,
}) => {
  const { server, url } = await start({}, ['first', 'second']);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await open(page, url);
    expect(await axeViolations(page), `${colorScheme}, empty`).toEqual([]);
    await page.getByText('Settings').click();
    await page.getByLabel('Token probabilities').check();
    await page.getByLabel('Side by side').check();
    await say(page, 'Hello');
    await expect(answers(page)).toHaveText(['first heard 1: Hello', 'second heard 1: Hello']);
    expect(await axeViolations(page), `${colorScheme}, two answers`).toEqual([]);
    await say(page, 'fail');
    await expect(page.locator('.error')).toHaveCount(2);
    expect(await axeViolations(page), `${colorScheme}, a failure`).toEqual([]);
    await page.evaluate(() => sessionStorage.clear());
  }
  await server.shutdown();
});
