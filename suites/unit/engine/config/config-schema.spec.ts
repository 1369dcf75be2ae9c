import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { configSchema } from '../../../../engine/config/config-schema.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly additionalProperties?: boolean;
  readonly properties?: Record<string, Schema>;
  readonly enum?: readonly unknown[];
  readonly description?: string;
}

const schema = configSchema() as Schema;

test('describes every key and closes every section', () => {
  const walk = (node: Schema): void => {
    expect(node.description).toBeTruthy();
    if (node.properties === undefined) return;
    expect(node.additionalProperties).toBe(false);
    Object.values(node.properties).forEach(walk);
  };
  walk(schema);
  expect(Object.keys(schema.properties!)).toEqual(['model', 'training', 'data', 'serving', 'lora']);
});

test('says what the checks of the table say', () => {
  const { model, training, serving } = schema.properties!;
  expect(model!.properties!['device']).toMatchObject({
    type: 'string',
    enum: ['auto', 'cpu', 'webgpu', 'cuda'],
    default: 'auto',
  });
  expect(training!.properties!['learning_rate']).toMatchObject({ type: 'number', exclusiveMinimum: 0 });
  expect(training!.properties!['save_total_limit']).toMatchObject({ type: ['integer', 'null'], minimum: 1 });
  expect(serving!.properties!['port']).toMatchObject({ type: 'integer', minimum: 0, maximum: 65_535 });
});

test('ships as the file that editors read', () => {
  const shipped: unknown = JSON.parse(readFileSync('engine/config/config.schema.json', 'utf8'));
  expect(shipped).toEqual(JSON.parse(JSON.stringify(configSchema())));
});
