import { expect, test } from '@playwright/test';
import { ModelDirectory } from '../../../../engine/serving/model-directory.ts';
import { ModelServer } from '../../../../engine/serving/model-server.ts';
import { functionModel } from '../../../../fixtures/function-model.ts';

const named = (name: string, text = name): ModelServer =>
  new ModelServer(() => Promise.resolve(functionModel(() => [text], name)));

test('gives every model an id of its own, and takes the first where none is named', async () => {
  const models = new ModelDirectory([named('a', 'one'), named('b'), named('a', 'two')]);
  expect(models.isReady()).toBe(false);
  await models.loadAll();
  expect(models.isReady()).toBe(true);
  expect(models.entries().map(({ id }) => id)).toEqual(['a', 'b', 'a-2']);
  const answer = async (asked?: string) => (await models.find(asked)?.server.generate('x'))?.text;
  expect(await answer()).toBe('one');
  expect(await answer('a')).toBe('one');
  expect(await answer('a-2')).toBe('two');
  expect(await answer('c')).toBeUndefined();
  await models.close();
  expect(models.isReady()).toBe(false);
});

test('an id never means two models, also where a name looks like an id', async () => {
  const models = new ModelDirectory([named('a'), named('a'), named('a-2')]);
  await models.loadAll();
  expect(models.entries().map(({ id }) => id)).toEqual(['a', 'a-2', 'a-2-2']);
  await models.close();
});

test('counts the requests of all models together, the latency weighted by their answers', async () => {
  const slow = new ModelServer(() =>
    Promise.resolve(
      functionModel(async () => {
        await new Promise((resolve) => {
          setTimeout(resolve, 60);
        });
        return ['slow'];
      }, 'slow'),
    ),
  );
  const quick = named('quick');
  const models = new ModelDirectory([quick, slow]);
  await models.loadAll();
  const heard: string[] = [];
  models.onGenerated((id) => heard.push(id));
  await quick.generate('x');
  await quick.generate('x');
  await slow.generate('x');
  expect(heard).toEqual(['quick', 'quick', 'slow']);
  const stats = models.getStats();
  expect(stats).toMatchObject({ totalRequests: 3, failedRequests: 0, requestsPerMinute: 3 });
  const sum = 2 * quick.getStats().averageLatencyS + slow.getStats().averageLatencyS;
  expect(stats.averageLatencyS).toBeCloseTo(sum / 3, 9);
  await models.close();
});
