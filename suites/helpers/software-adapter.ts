/** A graphics adapter that the processor computes (SwiftShader), for tests of what runs on a card. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

const run = promisify(execFile);

/** Environment in which WebGPU finds the adapter; why there is none, otherwise. It comes with the browser of the tests,
 *  unpacked once (15 MB) into node_modules/.cache. */
export async function softwareAdapter(): Promise<
  { readonly env: NodeJS.ProcessEnv } | { readonly missing: string }
> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { missing: `there is no software adapter for ${process.platform}/${process.arch}` };
  }
  let folder: string;
  try {
    folder = await unpacked();
  } catch (error) {
    return { missing: `the software adapter cannot be unpacked: ${String(error)}` };
  }
  return {
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [folder, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
      VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
      VK_DRIVER_FILES: join(folder, 'vk_swiftshader_icd.json'),
      XDG_RUNTIME_DIR: tmpdir(),
    },
  };
}

async function unpacked(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const manifest = join(dirname(entry), '../../package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  const folder = join(dirname(manifest), `../../.cache/swiftshader-${version}`);
  if (existsSync(folder)) return folder;
  const packed = await readFile(join(dirname(manifest), 'bin/swiftshader.tar.br'));
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  await writeFile(join(draft, 'swiftshader.tar'), await promisify(brotliDecompress)(packed));
  await run('tar', ['-xf', 'swiftshader.tar'], { cwd: draft });
  await rm(join(draft, 'swiftshader.tar'));
  // Of several at once the first to finish wins.
  await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  return folder;
}
