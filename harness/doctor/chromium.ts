/** A Chromium that is installed on this machine, for tests in a browser. Starts nothing. */
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

export interface InstalledChromium {
  readonly path: string;
  readonly from: 'HARNESS_CHROMIUM' | 'Playwright' | 'the system';
  /** Playwright's own headless shell, which it finds by itself where no path is given. */
  readonly isPlaywrightsShell: boolean;
}

const SYSTEM_PATHS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
    .flatMap((name) => ['/usr/bin', '/usr/local/bin', '/snap/bin'].map((folder) => `${folder}/${name}`))
    .concat('/opt/google/chrome/chrome'),
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['C:\\Program Files', 'C:\\Program Files (x86)'].map(
    (folder) => `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
  ),
};

/** `HARNESS_CHROMIUM`, else Playwright's own, else the system's; null where there is none.
 *  @throws where HARNESS_CHROMIUM names no file */
export function installedChromium(env: NodeJS.ProcessEnv = process.env): InstalledChromium | null {
  const named = env['HARNESS_CHROMIUM'];
  if (named) {
    if (!existsSync(named)) throw new Error(`HARNESS_CHROMIUM is ${named}, and there is no such file.`);
    return { path: named, from: 'HARNESS_CHROMIUM', isPlaywrightsShell: false };
  }
  const system = SYSTEM_PATHS[process.platform]?.find((path) => existsSync(path));
  return (
    playwrightsOwn() ??
    (system === undefined ? null : { path: system, from: 'the system', isPlaywrightsShell: false })
  );
}

/** Playwright launches its headless shell, which `playwright install` may have left out or installed alone. */
function playwrightsOwn(): InstalledChromium | null {
  const full = chromium.executablePath();
  const shellFolder = full
    .match(/^.*?chromium-\d+(?=[\\/])/)?.[0]
    .replace(/chromium-(\d+)$/, 'chromium_headless_shell-$1');
  if (shellFolder && existsSync(shellFolder)) {
    return { path: shellFolder, from: 'Playwright', isPlaywrightsShell: true };
  }
  return existsSync(full) ? { path: full, from: 'Playwright', isPlaywrightsShell: false } : null;
}
