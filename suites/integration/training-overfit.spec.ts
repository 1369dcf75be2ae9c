/** Training is real: a new model learns eight answers by heart and gives them through the inference engine. */
import { expect, test } from '@playwright/test';
import { ConfigManager, loadModel, TrainingOrchestrator } from '../../engine/index.ts';
import { microConfig } from './micro-training.ts';

const pairs = [
  { input: 'Hello', output: 'Hi there!' },
  { input: 'How are you?', output: "I'm doing well, thank you!" },
  { input: "What's your name?", output: "I'm an AI assistant." },
  { input: 'What is the capital of France?', output: 'The capital of France is Paris.' },
  { input: 'What is the capital of Japan?', output: 'The capital of Japan is Tokyo.' },
  { input: 'Is 7 a prime number?', output: 'Yes, 7 is prime.' },
  { input: 'Is 8 a prime number?', output: 'No, 8 is 2 × 4.' },
  { input: 'Auf Wiedersehen', output: 'Tschüss! 👋' },
];

test('a micro model overfits eight pairs and answers them', async () => {
  const file = microConfig(test.info().outputPath(), pairs, { num_train_epochs: 200, learning_rate: 5e-3 });
  const result = await new TrainingOrchestrator(new ConfigManager(file, { env: {} }), {
    threads: 1,
  }).executeTraining();
  expect(result.interrupted).toBe(false);
  const model = await loadModel(result.path);
  try {
    const answers = [];
    for (const { input } of pairs)
      answers.push((await model.generate({ prompt: input, maxTokens: 40 })).text);
    expect(answers).toEqual(pairs.map(({ output }) => output));
    // The inference graph gives the completion the probability the training graph gave it.
    const { logLikelihood } = await model.logLikelihood({
      prompt: pairs[0]!.input,
      completion: pairs[0]!.output,
    });
    expect(logLikelihood).toBeGreaterThan(-0.1);
  } finally {
    await model.close();
  }
});
