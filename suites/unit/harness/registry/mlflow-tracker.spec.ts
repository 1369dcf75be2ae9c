import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { MlflowTracker } from '../../../../harness/registry/index.ts';

interface Call {
  readonly route: string;
  readonly body: Readonly<Record<string, unknown>>;
}

let calls: Call[];
let isDown: boolean;
let server: Server;
let notices: string[];

test.beforeEach(async () => {
  [calls, isDown, notices] = [[], false, []];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const route = new URL(request.url!, 'http://localhost').pathname.replace('/api/2.0/mlflow/', '');
      const text = Buffer.concat(chunks).toString();
      calls.push({ route, body: text === '' ? {} : (JSON.parse(text) as Call['body']) });
      response.writeHead(isDown ? 500 : 200).end(JSON.stringify(isDown ? {} : answers[route]));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
test.afterEach(() => void server.close());

const answers: Readonly<Record<string, object>> = {
  'experiments/get-by-name': { experiment: { experiment_id: '5' } },
  'runs/create': { run: { info: { run_id: 'r1', artifact_uri: 'mlflow-artifacts:/5/r1' } } },
  'runs/log-batch': {},
  'runs/update': {},
};

const trackerOf = () =>
  new MlflowTracker({
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: null,
    experiment: 'harness train',
    run: './output',
    parameters: {
      training: { seed: 42, max_steps: -1, save_total_limit: null },
      lora: { target_modules: ['a', 'b'] },
    },
    onNotice: (notice) => notices.push(notice),
  });

test('logs parameters, metrics by step, and how the run ended', async () => {
  const tracker = trackerOf();
  await tracker.start(0);
  await tracker.log({ step: 10, epoch: 0.5, loss: 2.5, learningRate: 1e-4 });
  await tracker.log({ step: 10, epoch: 0.5, evalLoss: 2 });
  await tracker.end('interrupted');
  expect(calls.map(({ route }) => route)).toEqual([
    'experiments/get-by-name',
    'runs/create',
    'runs/log-batch',
    'runs/log-batch',
    'runs/log-batch',
    'runs/update',
  ]);
  expect(calls[2]!.body['params']).toEqual([
    { key: 'training.seed', value: '42' },
    { key: 'training.max_steps', value: '-1' },
    { key: 'lora.target_modules', value: '["a","b"]' },
  ]);
  expect(calls[3]!.body['metrics']).toEqual([
    { key: 'train/loss', value: 2.5, step: 10, timestamp: expect.any(Number) },
    { key: 'train/learning_rate', value: 1e-4, step: 10, timestamp: expect.any(Number) },
    { key: 'train/epoch', value: 0.5, step: 10, timestamp: expect.any(Number) },
  ]);
  expect(calls[5]!.body).toMatchObject({ run_id: 'r1', status: 'KILLED' });
});

test('refuses to begin without a server; one that goes away later is told of once', async () => {
  isDown = true;
  await expect(trackerOf().start(0)).rejects.toMatchObject({ code: 'E_MLFLOW' });
  isDown = false;
  const tracker = trackerOf();
  await tracker.start(0);
  isDown = true;
  const count = calls.length;
  await tracker.log({ step: 1, epoch: 0.1, loss: 1 });
  await tracker.log({ step: 2, epoch: 0.2, loss: 1 });
  await tracker.end('finished');
  expect(calls.length).toBe(count + 1);
  expect(notices).toEqual([
    expect.stringMatching(/^nothing more is logged to MLflow: .+runs\/log-batch with 500/),
  ]);
});
