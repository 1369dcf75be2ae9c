import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { openSafetensors } from '../../../../engine/checkpoint/safetensors.ts';
import { parametersOf } from '../../../../engine/nn/decoder-parameters.ts';
import { llamaSpec, type DecoderSpec } from '../../../../engine/nn/decoder-spec.ts';
import { elementCount } from '../../../../engine/tensor/dtype.ts';
import { momentNames, stepScalars } from '../../../../engine/training/adamw.ts';
import type { BatchData } from '../../../../engine/training/batch.ts';
import { learningRate } from '../../../../engine/training/learning-rate.ts';
import { lossGraph, stepGraphs, type GraphSubject } from '../../../../engine/training/training-graph.ts';
import { TrainingSession } from '../../../../engine/training/training-session.ts';

const golden = new URL('../../../../fixtures/golden/training/', import.meta.url);

interface GoldenBatch {
  tokens: number[];
  documents: number[];
  positions: number[];
  targets: number[];
  weights: number[];
}

interface GoldenCurve {
  tool: string;
  rows: number;
  length: number;
  config: Record<string, number> & { tie_word_embeddings: boolean };
  rope_theta: number;
  optimizer: {
    learning_rate: number;
    betas: [number, number];
    epsilon: number;
    weight_decay: number;
    max_grad_norm: number;
    warmup_steps: number;
  };
  batches: GoldenBatch[];
  rates: number[];
  losses: number[];
  gradNorms: number[];
  heldOut: GoldenBatch;
  heldOutLoss: number;
}

function specOf({ config, rope_theta }: GoldenCurve): DecoderSpec {
  return llamaSpec({
    vocabSize: config['vocab_size']!,
    hiddenSize: config['hidden_size']!,
    intermediateSize: config['intermediate_size']!,
    layerCount: config['num_hidden_layers']!,
    headCount: config['num_attention_heads']!,
    kvHeadCount: config['num_key_value_heads']!,
    headSize: config['hidden_size']! / config['num_attention_heads']!,
    maxPositions: config['max_position_embeddings']!,
    ropeTheta: rope_theta,
    normEps: config['rms_norm_eps']!,
    tiedEmbeddings: config.tie_word_embeddings,
  });
}

const subjectOf = (spec: DecoderSpec): GraphSubject => ({
  spec,
  lowRank: null,
  objective: { kind: 'likelihood' },
});

function dataOf({ tokens, documents, positions, targets, weights }: GoldenBatch): BatchData {
  const integers = (values: number[]) => BigInt64Array.from(values, BigInt);
  return {
    tokens: integers(tokens),
    documents: integers(documents),
    positions: integers(positions),
    targets: integers(targets),
    weights: Float32Array.from(weights),
  };
}

for (const name of ['tied-grouped', 'untied']) {
  test(`follows PyTorch for twenty steps: ${name}`, async () => {
    const curve = JSON.parse(readFileSync(new URL(`${name}.json`, golden), 'utf8')) as GoldenCurve;
    const spec = specOf(curve);
    const shape = { rows: curve.rows, length: curve.length };
    const { optimizer } = curve;
    const options = {
      beta1: optimizer.betas[0],
      beta2: optimizer.betas[1],
      epsilon: optimizer.epsilon,
      weightDecay: optimizer.weight_decay,
      maxGradNorm: optimizer.max_grad_norm,
    };
    const schedule = {
      kind: 'cosine',
      peak: optimizer.learning_rate,
      warmupSteps: optimizer.warmup_steps,
      totalSteps: curve.losses.length,
    } as const;
    const initial = await openSafetensors([new URL(`${name}.safetensors`, golden).pathname]);
    const state = new Map<string, Float32Array>();
    for (const parameter of parametersOf(spec)) {
      state.set(parameter.name, await initial.read(parameter.name));
      for (const moment of Object.values(momentNames(parameter.name))) {
        state.set(moment, new Float32Array(elementCount(parameter.shape)));
      }
    }
    await initial.close();
    const session = await TrainingSession.start({
      step: stepGraphs(subjectOf(spec), shape, options, false),
      evaluation: lossGraph(subjectOf(spec), shape),
      state,
      threads: 1,
    });
    try {
      const worst = { rate: 0, loss: 0, gradNorm: 0 };
      for (const [step, batch] of curve.batches.entries()) {
        const rate = learningRate(schedule, step);
        const { loss, gradNorm } = await session.step({
          batches: [dataOf(batch)],
          scalars: stepScalars(step + 1, rate, options),
          seed: 0,
        });
        worst.rate = Math.max(worst.rate, Math.abs(rate - curve.rates[step]!));
        worst.loss = Math.max(worst.loss, Math.abs(loss - curve.losses[step]!));
        worst.gradNorm = Math.max(worst.gradNorm, Math.abs(gradNorm / curve.gradNorms[step]! - 1));
      }
      const heldOut = Math.abs((await session.evaluate(dataOf(curve.heldOut))).loss - curve.heldOutLoss);
      test
        .info()
        .annotations.push({ type: 'difference', description: JSON.stringify({ ...worst, heldOut }) });
      expect(worst.rate).toBeLessThan(1e-12);
      expect(worst.loss).toBeLessThan(1e-4);
      expect(worst.gradNorm).toBeLessThan(1e-3);
      expect(heldOut).toBeLessThan(1e-4);
    } finally {
      await session.close();
    }
  });
}

test('reports what fails in the worker to its caller', async () => {
  const spec = specOf(JSON.parse(readFileSync(new URL('untied.json', golden), 'utf8')) as GoldenCurve);
  const shape = { rows: 1, length: 8 };
  const step = stepGraphs(subjectOf(spec), shape, { beta1: 0.9, beta2: 0.99, maxGradNorm: 1 }, false);
  const start = TrainingSession.start({
    step: { ...step, pass: { ...step.pass, bytes: step.pass.bytes.subarray(0, 100) } },
    evaluation: lossGraph(subjectOf(spec), shape),
    state: new Map(),
    threads: 1,
  });
  await expect(start).rejects.toThrow(/protobuf/i);
});
