/** Worker thread that holds the training state and runs the graphs: ONNX Runtime blocks the thread it runs on. */
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { scalarNames } from './adamw.ts';
import type { BatchData } from './batch.ts';
import type {
  SessionCalls,
  SessionInit,
  SessionReply,
  SessionRequest,
  TrainingState,
} from './session-protocol.ts';

const init = workerData.init as SessionInit;
const port = parentPort!;

const options: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  intraOpNumThreads: init.threads,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

type Feeds = Record<string, Tensor>;

/** Fed and fetched alike: the graph writes each new value over the old one. */
const state: Feeds = Object.fromEntries(
  init.training.updates.map(({ state: name, shape }) => [
    name,
    new Tensor('float32', init.state.get(name)!, shape),
  ]),
);
const stateFetches = Object.fromEntries(
  init.training.updates.map(({ state: name, output }) => [output, state[name]!]),
);

function batchFeeds(batch: BatchData): Feeds {
  const { rows, length } = init.shape;
  return {
    tokens: new Tensor('int64', batch.tokens, [rows * length]),
    documents: new Tensor('int64', batch.documents, [rows, length]),
    positions: new Tensor('int64', batch.positions, [rows, length]),
    targets: new Tensor('int64', batch.targets, [rows * length]),
    weights: new Tensor('float32', batch.weights, [rows * length]),
  };
}

const trainingSession = await InferenceSession.create(init.training.bytes, options);
/** Made when first asked for: most runs evaluate rarely or never. */
let evaluationSession: Promise<InferenceSession> | undefined;

const handlers: {
  [Kind in keyof SessionCalls]: (
    content: SessionCalls[Kind]['request'],
  ) => Promise<SessionCalls[Kind]['reply']>;
} = {
  async step({ batch, scalars }) {
    const { loss, gradNorm } = init.training;
    const feeds = { ...state, ...batchFeeds(batch) };
    for (const name of scalarNames) feeds[name] = new Tensor('float32', Float32Array.of(scalars[name]), []);
    const results = await trainingSession.run(feeds, { ...stateFetches, [loss]: null, [gradNorm]: null });
    return { loss: Number(results[loss]!.data[0]), gradNorm: Number(results[gradNorm]!.data[0]) };
  },
  async evaluate({ batch }) {
    const { bytes, loss, parameters } = init.evaluation;
    evaluationSession ??= InferenceSession.create(bytes, options);
    const feeds = batchFeeds(batch);
    for (const name of parameters) feeds[name] = state[name]!;
    const results = await (await evaluationSession).run(feeds);
    return Number(results[loss]!.data[0]);
  },
  async readState(names) {
    const copies: TrainingState = new Map();
    for (const name of names) copies.set(name, Float32Array.from(state[name]!.data as Float32Array));
    return copies;
  },
};

async function answer(request: SessionRequest): Promise<SessionReply> {
  try {
    // The kind chooses the handler that takes this content.
    const handler = handlers[request.kind] as (content: SessionRequest['content']) => Promise<unknown>;
    return { id: request.id, result: await handler(request.content) };
  } catch (error) {
    return { id: request.id, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

// One at a time: a step must not begin before the last one has written the state.
let last: Promise<void> = Promise.resolve();
async function answerAfter(previous: Promise<void>, request: SessionRequest): Promise<void> {
  await previous;
  const reply = await answer(request);
  const copies: TrainingState =
    'result' in reply && reply.result instanceof Map ? (reply.result as TrainingState) : new Map();
  port.postMessage(
    reply,
    [...copies.values()].map((copy) => copy.buffer as ArrayBuffer),
  );
}
port.on('message', (request: SessionRequest) => {
  last = answerAfter(last, request);
});
port.postMessage({ id: 0, result: null } satisfies SessionReply);
