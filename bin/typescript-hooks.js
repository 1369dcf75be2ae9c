// Module hooks: a .ts file of ours is stripped of its types once and kept by its content. Half the start-up time of
// a general loader, which matters where a command line is started often. A task file in JavaScript that exports is a
// module, whatever the project's package.json says.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const cache = new URL('../node_modules/.cache/typescript/', import.meta.url);
const form = 'esm|node20.19|v1';

export async function load(url, context, nextLoad) {
  if (url.startsWith('file:') && url.endsWith('.task.js')) {
    const source = await readFile(fileURLToPath(url), 'utf8');
    if (/^export\s/m.test(source)) return { format: 'module', source, shortCircuit: true };
  }
  if (!url.startsWith('file:') || !url.endsWith('.ts') || url.includes('/node_modules/'))
    return nextLoad(url, context);
  const path = fileURLToPath(url);
  const source = await readFile(path, 'utf8');
  const key = createHash('sha256')
    .update(form)
    .update('\0')
    .update(path)
    .update('\0')
    .update(source)
    .digest('hex');
  const kept = new URL(`${key}.js`, cache);
  const code = await readFile(kept, 'utf8').catch(() => strip(path, source, kept));
  return { format: 'module', source: code, shortCircuit: true };
}

async function strip(path, source, kept) {
  const { transform } = await import('esbuild');
  const options = { loader: 'ts', format: 'esm', target: 'node20.19', sourcefile: path, sourcemap: 'inline' };
  const { code } = await transform(source, options);
  try {
    await mkdir(cache, { recursive: true });
    const beside = new URL(`${randomUUID()}.tmp`, cache);
    await writeFile(beside, code);
    await rename(beside, kept);
  } catch {
    // A folder that cannot be written costs time, not correctness.
  }
  return code;
}
