/** A YAML file as plain values, with the line of each path. Knows nothing of keys. */
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { ConfigFault } from './config-faults.ts';

export interface YamlSource {
  readonly value: unknown;
  /** Where the text is no YAML at all. */
  readonly faults: readonly ConfigFault[];
  /** Line, from 1, of the key at the end of the path; of its nearest parent where the file has no such key. */
  lineOf(path: readonly string[]): number | null;
}

/** Duplicate keys, alias bombs and several documents are faults. */
export function readYaml(text: string): YamlSource {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false });
  const faults: ConfigFault[] = document.errors.map(({ message, pos }) => ({
    path: '',
    line: lineCounter.linePos(pos[0]).line,
    message: `not valid YAML: ${message}`,
  }));
  let value: unknown = null;
  if (faults.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      faults.push({ path: '', line: null, message: `not valid YAML: ${(error as Error).message}` });
    }
  }

  function lineOf(path: readonly string[]): number | null {
    let line: number | null = null;
    let node: unknown = document.contents;
    for (const name of path) {
      if (!isMap(node)) return line;
      const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) : null) === name);
      if (pair === undefined) return line;
      if (isNode(pair.key) && pair.key.range) line = lineCounter.linePos(pair.key.range[0]).line;
      node = pair.value;
    }
    return line;
  }

  return { value, faults, lineOf };
}
