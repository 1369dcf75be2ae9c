/** Size, speed and memory of report.html at 1,000, 10,000 and 50,000 samples with a baseline, in Chromium from a file;
 *  beside promptfoo's HTML of as many answers, where its folder is given.
 *
 *      npm run check:report-size -- [--samples 1000,10000,50000] [--promptfoo node_modules/.bin/promptfoo]
 *
 *  Prints a row as it is measured; the table is reports/SIZE.md. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Browser } from '@playwright/test';
import { chromiumExecutable } from '../../fixtures/chromium.ts';
import { renderHtml } from '../../reports/index.ts';
import type { ReportData } from '../../reports/report-data.ts';
import { sampleReport } from '../unit/reports/sample-report.ts';

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '1000,10000,50000' },
    promptfoo: { type: 'string' },
    rounds: { type: 'string', default: '3' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'report-size-'));
const rounds = Number(values.rounds);

interface Measured {
  readonly firstPaintMs: number;
  /** Until the samples can be filtered; of a foreign page, until it is loaded. */
  readonly readyMs: number;
  readonly memoryMb: number;
  /** 95% of frames while the list is scrolled were shown within it. */
  readonly frameMs: number | null;
  readonly findMs: number | null;
}

/** The page's own process at its largest, in MB (resident set). */
async function rendererMb(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))![1]) / 1024);
  return Math.max(...sizes);
}

async function measure(path: string, isOurs: boolean): Promise<Measured> {
  const browser = await chromium.launch(await chromiumExecutable());
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const started = performance.now();
    await page.goto(pathToFileURL(path).href, { waitUntil: isOurs ? 'commit' : 'load', timeout: 120_000 });
    if (isOurs) await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: 120_000 });
    const readyMs = performance.now() - started;
    const firstPaintMs = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    );
    const frameMs = isOurs
      ? await page.evaluate(async () => {
          const list = document.querySelector('#list')!;
          list.scrollIntoView();
          const times: number[] = [];
          let last = performance.now();
          for (let i = 0; i < 120; i++) {
            list.scrollTop += list.scrollHeight / 120;
            await new Promise(requestAnimationFrame);
            const now = performance.now();
            times.push(now - last);
            last = now;
          }
          return times.sort((a, b) => a - b)[Math.floor(0.95 * times.length)]!;
        })
      : null;
    let findMs: number | null = null;
    if (isOurs) {
      const asked = performance.now();
      await page.getByLabel('Find').fill('"red planet" rougeL<0.5');
      await page.waitForFunction(() => / of /.test(document.querySelector('#status')!.textContent));
      findMs = performance.now() - asked;
    }
    return { firstPaintMs, readyMs, memoryMb: await rendererMb(browser), frameMs, findMs };
  } finally {
    await browser.close();
  }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

async function row(name: string, path: string, isOurs: boolean): Promise<void> {
  const measured: Measured[] = [];
  for (let round = 0; round < rounds; round++) measured.push(await measure(path, isOurs));
  const of = (key: keyof Measured): string => {
    const numbers = measured.map((each) => each[key]).filter((value) => value !== null);
    return numbers.length === 0 ? '–' : median(numbers).toFixed(0);
  };
  const megabytes = (statSync(path).size / 1e6).toFixed(2);
  const cells = [
    name,
    megabytes,
    of('firstPaintMs'),
    of('readyMs'),
    of('memoryMb'),
    of('frameMs'),
    of('findMs'),
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

/** The same answers as promptfoo reports them: each a test of a provider that says what it is asked to say. */
function promptfooPage(command: string, { samples }: ReportData, count: number): string {
  const tests = samples.slice(0, count).map((sample) => ({
    vars: { prompt: sample.input.prompt ?? '', output: sample.output ?? '' },
    assert: [{ type: 'icontains', value: sample.references[0] ?? '' }],
  }));
  const config = join(folder, 'promptfooconfig.json');
  const out = join(folder, 'promptfoo.html');
  writeFileSync(config, JSON.stringify({ prompts: ['{{prompt}}\n{{output}}'], providers: ['echo'], tests }));
  const env = {
    ...process.env,
    PROMPTFOO_DISABLE_TELEMETRY: '1',
    PROMPTFOO_DISABLE_UPDATE: '1',
    PROMPTFOO_CONFIG_DIR: folder,
  };
  try {
    execFileSync(
      command,
      ['eval', '-c', config, '-o', out, '--no-table', '--no-cache', '--no-progress-bar'],
      {
        env,
        stdio: 'ignore',
      },
    );
  } catch {
    // It ends with 100 where an assertion fails, as some do; without a file there is nothing to measure, below.
  }
  return out;
}

process.stdout.write(
  '| page | MB | first paint, ms | ready, ms | memory, MB | frame p95, ms | find, ms |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n',
);
for (const count of values.samples.split(',').map(Number)) {
  const path = join(folder, `report-${count}.html`);
  const data = sampleReport({ facts: count - 104, hostile: false });
  writeFileSync(path, renderHtml(data));
  await row(`ours, ${count.toLocaleString('en-US')} samples with baseline`, path, true);
  if (count !== 1000) continue;
  writeFileSync(path, renderHtml({ ...data, baselineSamples: null }));
  await row('ours, 1,000 samples alone', path, true);
  if (values.promptfoo)
    await row('promptfoo, 1,000 answers', promptfooPage(values.promptfoo, data, count), false);
}
rmSync(folder, { recursive: true });
