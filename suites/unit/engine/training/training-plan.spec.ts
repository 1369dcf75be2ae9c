import { expect, test } from '@playwright/test';
import { sectionDefaults, type TrainingConfig } from '../../../../engine/index.ts';
import type { EncodedExample } from '../../../../engine/training/batch.ts';
import { LikelihoodExamples } from '../../../../engine/training/training-examples.ts';
import { evaluationBatches, TrainingPlan } from '../../../../engine/training/training-plan.ts';

const examplesOf = (sizes: readonly number[]): EncodedExample[] =>
  sizes.map((size, index) => {
    const tokens = Array.from({ length: size + 1 }, (_, i) => index + i + 1);
    return { id: String(index), tokens, weights: tokens.map(() => 1) };
  });

const configOf = (changes: Partial<TrainingConfig>): TrainingConfig => ({
  ...sectionDefaults('training'),
  per_device_train_batch_size: 2,
  ...changes,
});

const plan = (
  sizes: readonly number[],
  changes: Partial<TrainingConfig> = {},
  validation: readonly number[] = [],
) =>
  new TrainingPlan(
    new LikelihoodExamples(examplesOf(sizes), changes.packing ?? true),
    new LikelihoodExamples(examplesOf(validation), true),
    configOf(changes),
    { max_length: 128, shuffle: true },
  );

test('makes rows no longer than the data fills, never shorter than an example', () => {
  const many = Array.from({ length: 100 }, () => 20);
  expect(plan(many).shape).toEqual({ rows: 2, length: 128 });
  expect(plan([5, 6, 7]).shape.length).toBe(16); // 18 positions in two rows
  expect(plan([5, 60]).shape.length).toBe(64);
  expect(plan([5, 6], {}, [50, 3]).shape.length).toBe(56);
});

test('counts the steps of whole and broken epochs', () => {
  const many = Array.from({ length: 64 }, () => 16); // 8 rows of 128, 4 steps
  expect(plan(many, { num_train_epochs: 3 }).totalSteps).toBe(12);
  expect(plan(many, { num_train_epochs: 0.5 }).totalSteps).toBe(2);
  expect(plan(many, { num_train_epochs: 2.3 }).totalSteps).toBe(10);
  expect(plan(many, { num_train_epochs: 3, max_steps: 5 }).totalSteps).toBe(5);
  expect(plan([3], { num_train_epochs: 0.1 }).totalSteps).toBe(1);
});

test('evaluates every target once', () => {
  const validation = examplesOf([3, 9, 30, 60, 100, 128, 1]);
  const batches = [
    ...evaluationBatches(new LikelihoodExamples(validation, true), { rows: 2, length: 128 }),
  ].map(({ batch }) => batch);
  expect(batches.reduce((sum, { weight }) => sum + weight, 0)).toBe(331);
  expect(batches.flatMap(({ ids }) => ids).toSorted()).toEqual(validation.map(({ id }) => id));
  for (const { data } of batches) expect(data.tokens).toHaveLength(256);
});

test('the order changes with the data, weights included', () => {
  const { order } = plan([5, 6]);
  expect(plan([5, 6]).order).toEqual(order);
  expect(plan([6, 5]).order.examples).not.toBe(order.examples);
  const lighter = examplesOf([5, 6]).map((example) => ({
    ...example,
    weights: example.tokens.map(() => 0.5),
  }));
  expect(new LikelihoodExamples(lighter, true).digest).not.toBe(order.examples);
});

test('gives each example a row of its own where none are packed', () => {
  const own = plan([5, 60, 7], { packing: false });
  expect(own.shape).toEqual({ rows: 2, length: 64 });
  const steps = own.stepsOfEpoch(0);
  expect(steps.map((parts) => parts.map((rows) => rows.length))).toEqual([[2], [1]]);
  expect(steps.flat(3).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
});

test('adds up as many batches as asked for, weighing every target alike', () => {
  const own = plan([4, 60, 7, 9, 30], { packing: false, gradient_accumulation_steps: 2 });
  const steps = own.stepsOfEpoch(0);
  expect(steps.map((parts) => parts.map((rows) => rows.length))).toEqual([[2, 2], [1]]);
  const weights = own
    .batches(steps[0]!)
    .flatMap(({ data }) => ('weights' in data ? [...data.weights] : []))
    .filter((weight) => weight > 0);
  expect(new Set(weights).size).toBe(1);
  expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
});

test('keeps the order of the file where nothing is shuffled', () => {
  const own = new TrainingPlan(
    new LikelihoodExamples(examplesOf([5, 6, 7]), false),
    null,
    configOf({ per_device_train_batch_size: 1 }),
    { max_length: 128, shuffle: false },
  );
  expect([0, 1].map((epoch) => own.stepsOfEpoch(epoch).flat(3))).toEqual([
    [0, 1, 2],
    [0, 1, 2],
  ]);
});
