/** llama.cpp behind HTTP, as llama-server has it: streamed completions, sequences answered in one batch. Run as a
 *  process of its own by server-peers.ts; takes FOLDER (with node-llama-cpp), a GGUF file, sequences and threads. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What is used of node-llama-cpp. */
interface LlamaSequence {
  clearHistory(): Promise<void>;
  evaluate(tokens: readonly number[], options: object): AsyncIterable<number>;
}
interface LlamaModel {
  tokenize(text: string): number[];
  detokenize(tokens: readonly number[]): string;
  isEogToken(token: number): boolean;
  createContext(options: object): Promise<{ getSequence(): LlamaSequence }>;
}
interface LlamaModule {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<LlamaModel> }>;
}

const [peers = '', file = '', sequenceCount = '16', threads = '2'] = process.argv.slice(2);
const module = (await import(
  pathToFileURL(resolve(peers, 'node_modules/node-llama-cpp/dist/index.js')).href
)) as LlamaModule;
const llama = await module.getLlama({
  gpu: false,
  build: 'never',
  skipDownload: true,
  logLevel: 'error',
  maxThreads: Number(threads),
});
const model = await llama.loadModel({ modelPath: resolve(file) });
const context = await model.createContext({
  contextSize: 1024,
  sequences: Number(sequenceCount),
  batchSize: 512,
  threads: Number(threads),
  flashAttention: true,
});
const free = Array.from({ length: Number(sequenceCount) }, () => context.getSequence());

async function complete(prompt: string, most: number, response: ServerResponse): Promise<void> {
  // There are as many sequences as users.
  const sequence = free.pop()!;
  const tokens = model.tokenize(prompt);
  const event = (body: object): void => void response.write(`data: ${JSON.stringify(body)}\n\n`);
  let count = 0;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  try {
    await sequence.clearHistory();
    for await (const token of sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true })) {
      if (model.isEogToken(token)) break;
      event({ choices: [{ index: 0, text: model.detokenize([token]), finish_reason: null }] });
      if (++count === most) break;
    }
  } finally {
    free.push(sequence);
  }
  event({ choices: [], usage: { prompt_tokens: tokens.length, completion_tokens: count } });
  response.end('data: [DONE]\n\n');
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { prompt, max_tokens: most } = JSON.parse(Buffer.concat(chunks).toString()) as {
      prompt: string;
      max_tokens: number;
    };
    complete(prompt, most, response).catch(() => response.destroy());
  });
});
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit(0));
