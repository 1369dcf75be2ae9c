// Writes the JSON Schemas that ship for editors from the tables they are derived from: npm run schemas.
import { writeFile } from 'node:fs/promises';
import './typescript.js';

const { configSchema } = await import('../engine/config/config-schema.ts');
const { gatesSchema } = await import('../harness/gates/gates-schema.ts');
const { taskFileSchema } = await import('../harness/project/task-file-schema.ts');
const { policySchema } = await import('../harness/registry/policy-keys.ts');

const schemas = {
  'engine/config/config.schema.json': configSchema(),
  'harness/gates/gates.schema.json': gatesSchema(),
  'harness/project/task.schema.json': taskFileSchema,
  'harness/registry/policy.schema.json': policySchema(),
};
for (const [path, schema] of Object.entries(schemas)) {
  await writeFile(new URL(`../${path}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}
