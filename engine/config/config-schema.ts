/** JSON Schema (draft-07, which editors read) of the configuration file, derived from the table of keys. */
import type { GroupKey, Key } from './config-keys.ts';
import { configTable } from './config-table.ts';
import { rulesOf } from './key-kinds.ts';

type JsonSchema = Record<string, unknown>;

function schemaOfKey(key: Key): JsonSchema {
  if (key.kind === 'group') return schemaOfGroup(key);
  const schema = rulesOf(key).schema(key);
  const described: JsonSchema = { description: key.about, ...schema };
  if (key.default === undefined) return described;
  if (key.default !== null) return { ...described, default: key.default };
  return { ...described, type: [schema.type, 'null'] };
}

/** Nothing is required: the environment may give what the file leaves out. */
function schemaOfGroup(group: GroupKey): JsonSchema {
  return {
    description: group.about,
    type: ['object', 'null'],
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(group.keys).map(([name, key]) => [name, schemaOfKey(key)])),
  };
}

export function configSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...schemaOfGroup(configTable),
  };
}
