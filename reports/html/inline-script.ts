/** The page's app as one script, made from the modules in `app/`: a page opened from a file can import nothing.
 *  Reads them as they lie beside this module, sources and built package alike. */
import { readFileSync } from 'node:fs';

/** In an order in which each comes after those it imports. */
const MODULES = [
  'visible-text',
  'format',
  'shell-word',
  'sha256',
  'query-language',
  'sample-query',
  'file-samples',
  'sample-store',
  'sample-export',
  'copy-lines',
  'word-diff',
  'review-file',
  'review-store',
  'dom',
  'save-file',
  'shortcuts',
  'controls',
  'diff-view',
  'sample-list',
  'sample-detail',
  'review-panel',
  'sign-off',
  'explorer',
  'main',
] as const;

const IMPORT = /^import \{([^}]*)\} from '\.\/([\w-]+)\.js';$/gm;
const EXPORT = /^export ((?:async )?function|class|const) (\w+)/gm;

let joined: string | undefined;

/** Each module a function of its own, so that names never meet; its imports read from those before it. */
export function inlineScript(): string {
  joined ??= `"use strict";\nconst modules = {};\n${MODULES.map(moduleFunction).join('\n')}`;
  return joined;
}

function moduleFunction(name: string): string {
  const source = readFileSync(new URL(`../app/${name}.js`, import.meta.url), 'utf8');
  const exported = [...source.matchAll(EXPORT)].map(([, , exportedName]) => exportedName);
  const body = source.replace(IMPORT, 'const {$1} = modules["$2"];').replace(EXPORT, '$1 $2');
  if (/^(?:import|export)\b/m.test(body) || /<\/script|<!--/i.test(body)) {
    throw new Error(
      `reports/app/${name}.js cannot be put into a page: an import, export or tag of another form.`,
    );
  }
  return `modules["${name}"] = (() => {\n${body}\nreturn { ${exported.join(', ')} };\n})();`;
}
