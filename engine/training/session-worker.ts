/** Worker thread that holds the training state and runs the graphs: ONNX Runtime blocks the thread it runs on. */
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { elementCount } from '../tensor/dtype.ts';
import type { StepScalars } from './adamw.ts';
import type { BatchData } from './batch.ts';
import { seedFor, uniform } from './random.ts';
import { openState, type Tensors } from './session-state.ts';
import type {
  SessionCalls,
  SessionInit,
  SessionReply,
  SessionRequest,
  TrainingState,
} from './session-protocol.ts';
import type { GraphPart } from './training-graph.ts';

const init = workerData.init as SessionInit;
const port = parentPort!;

const { device = 'cpu' } = init;

const options: InferenceSession.SessionOptions = {
  executionProviders: [device],
  graphOptimizationLevel: 'all',
  intraOpNumThreads: init.threads,
  interOpNumThreads: 1,
  // With it, ONNX Runtime allocates its plan of a whole step beside the blocks that the first step has taken and keeps.
  enableMemPattern: false,
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

const { pass, update, dropout } = init.step;

const tensors: Tensors = {};
for (const part of [pass, ...(update ? [update] : [])]) {
  for (const { name, shape } of part.state) {
    tensors[name] ??= new Tensor(
      'float32',
      init.state.get(name) ?? new Float32Array(elementCount(shape)),
      shape,
    );
  }
}
const state = await openState(tensors, device);
const gradientSums = update ? pass.updates.map((each) => each.state) : [];

function batchFeeds(part: GraphPart, batch: BatchData): Tensors {
  const arrays = batch as unknown as Readonly<Record<string, Float32Array | BigInt64Array>>;
  return Object.fromEntries(
    part.batch.map(({ name, shape }) => {
      const data = arrays[name]!;
      return [
        name,
        data instanceof BigInt64Array ? new Tensor('int64', data, shape) : new Tensor('float32', data, shape),
      ];
    }),
  );
}

function maskFeeds(part: GraphPart, seed: number): Tensors {
  return Object.fromEntries(
    part.masks.map(({ name, shape }) => {
      const random = uniform(seedFor(seed, name));
      const mask = new Uint8Array(elementCount(shape));
      for (let i = 0; i < mask.length; i++) mask[i] = random() < dropout ? 0 : 1;
      return [name, new Tensor('bool', mask, shape)];
    }),
  );
}

function scalarFeeds(part: GraphPart, scalars: StepScalars): Tensors {
  return Object.fromEntries(
    part.scalars.map((name) => [
      name,
      new Tensor('float32', Float32Array.of(scalars[name as keyof StepScalars]), []),
    ]),
  );
}

/** Runs a graph; its results by key. */
async function run(session: InferenceSession, part: GraphPart, feeds: Tensors) {
  const fed: Tensors = { ...feeds };
  for (const { name } of part.state) fed[name] = state.tensors[name]!;
  const fetches: Record<string, Tensor | null> = {};
  for (const { state: name, output } of part.updates) fetches[output] = state.target(name);
  for (const output of Object.values(part.results)) fetches[output] = null;
  const values = await session.run(fed, fetches);
  for (const { state: name, output } of part.updates) state.replace(name, values[output]!);
  return new Map(
    Object.entries(part.results).map(([key, output]) => [key, values[output]!.data as Float32Array]),
  );
}

/** New state stays where the old one lies. */
function open(part: GraphPart): Promise<InferenceSession> {
  return InferenceSession.create(part.bytes, {
    ...options,
    ...(device === 'webgpu' && {
      preferredOutputLocation: Object.fromEntries(
        part.updates.map(({ output }) => [output, 'gpu-buffer' as const]),
      ),
    }),
  });
}

const passSession = await open(pass);
const updateSession = update && (await open(update));
/** Made when first asked for: most runs evaluate rarely or never. */
let evaluationSession: Promise<InferenceSession> | undefined;

const handlers: {
  [Kind in keyof SessionCalls]: (
    content: SessionCalls[Kind]['request'],
  ) => Promise<SessionCalls[Kind]['reply']>;
} = {
  async step({ batches, scalars, seed }) {
    for (const name of gradientSums) state.clear(name);
    let loss = 0;
    let gradNorm = 0;
    for (const [index, batch] of batches.entries()) {
      const feeds = {
        ...batchFeeds(pass, batch),
        ...maskFeeds(pass, seedFor(seed, `batch ${index}`)),
        ...scalarFeeds(pass, scalars),
      };
      const results = await run(passSession, pass, feeds);
      loss += results.get('loss')![0]!;
      gradNorm = results.get('gradNorm')?.[0] ?? 0;
    }
    if (update && updateSession) {
      const results = await run(updateSession, update, scalarFeeds(update, scalars));
      gradNorm = results.get('gradNorm')![0]!;
    }
    return { loss, gradNorm };
  },
  async evaluate({ batch }) {
    const part = init.evaluation;
    evaluationSession ??= open(part);
    const results = await run(await evaluationSession, part, batchFeeds(part, batch));
    const sequences = results.get('sequences');
    return { loss: results.get('loss')![0]!, sequences: sequences ? Float32Array.from(sequences) : null };
  },
  async readState(names) {
    const copies: TrainingState = new Map();
    for (const name of names) copies.set(name, await state.read(name));
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
