/** Speed of the engine on the bundled model, by mitata: `npm run bench`. A figure for one machine and one moment;
 *  compare figures of one run only. */
import { join } from 'node:path';
import { bench, group, run, summary } from 'mitata';
import { loadModel } from '../../engine/index.ts';
import { packageRoot } from '../../harness/tasks/package-root.ts';

const model = await loadModel(join(packageRoot, 'fixtures/models/tiny-chat'));
const request = { prompt: 'Hello, how are you?', maxTokens: 50, temperature: 0.7, seed: 1 } as const;

bench('one answer', () => model.generate(request));
bench('likelihood of one answer', () =>
  model.logLikelihood({
    prompt: 'What is the capital of France?',
    completion: 'The capital of France is Paris.',
  }));
group('answers at once', () => {
  summary(() => {
    for (const batch of [1, 2, 4, 8, 16]) {
      bench(`16 answers, ${batch} at a time`, async () => {
        for (let asked = 0; asked < 16; asked += batch) {
          await Promise.all(
            Array.from({ length: batch }, (_, i) => model.generate({ ...request, seed: asked + i })),
          );
        }
      });
    }
  });
});

try {
  await run();
} finally {
  await model.close();
}
