// Builds what the package carries: JavaScript and type declarations of the sources, and the files they read.
// `npm pack` takes it from there; npm's own `prepack` does not run where scripts are ignored, as they are here.
import { execFileSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'dist');
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

await rm(target, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
const compiled = new Set(['.ts', '.md']);
for (const folder of ['engine', 'harness', 'reports']) {
  await cp(join(root, folder), join(target, folder), {
    recursive: true,
    filter: (path) => !compiled.has(extname(path)),
  });
}
