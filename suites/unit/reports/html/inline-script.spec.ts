import { readdirSync } from 'node:fs';
import { Script } from 'node:vm';
import { expect, test } from '@playwright/test';
import { inlineScript } from '../../../../reports/html/inline-script.ts';

test('is one script that parses and holds every module of the app', () => {
  const script = inlineScript();
  expect(() => new Script(script)).not.toThrow();
  const files = readdirSync('reports/app').filter((name) => name.endsWith('.js'));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) expect(script).toContain(`modules["${file.replace('.js', '')}"] = `);
});

test('reads from a module only what a module before it gave', () => {
  const given = new Map<string, string[]>();
  for (const [, name, body] of inlineScript().matchAll(
    /^modules\["([\w-]+)"\] = \(\(\) => \{\n([\s\S]*?)\n\}\)\(\);$/gm,
  )) {
    for (const [, names, from] of body!.matchAll(/^const \{([^}]*)\} = modules\["([\w-]+)"\];$/gm)) {
      const wanted = names!
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean);
      expect(given.get(from!) ?? [], `${name} from ${from}`).toEqual(expect.arrayContaining(wanted));
    }
    given.set(name!, body!.match(/\nreturn \{ ([^}]*) \};$/)?.[1]?.split(', ') ?? []);
  }
  expect(given.size).toBeGreaterThan(5);
});
