/** The decoder on a graphics card, by the graph whose cache goes in and comes out whole: it stays on the card, and only
 *  the logits that are asked for come back, as sampling runs on the processor.
 *  Rows are run one by one. A card adds products up in another order for every size of a batch, so that a row's logits
 *  would depend on its neighbours; by itself it has none. */
import * as ort from 'onnxruntime-node';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import { graphHeadSize } from '../nn/head-padding.ts';
import type { AdapterInput } from '../nn/lora.ts';
import { cacheNames } from '../nn/whole-attention.ts';
import { DeviceCache } from './device-cache.ts';
import type { Device } from '../device/devices.ts';
import { openSession } from './session.ts';
import type { OnLogits, StepDecoder } from './step-decoder.ts';

/** Tokens of one prefill step: attention scores take heads × chunk × length floats. */
const PREFILL_CHUNK = 512;
/** Few enough for the plain kernel of attention. */
const SMALL_CHUNK = 16;
/** Tokens to try: from 32 on ONNX Runtime 1.30 computes nonsense on SwiftShader's WebGPU, probably by its flash attention. */
const TRIED = 48;
/** Of the largest logit: rounding stays a hundred times below. */
const TOLERANCE = 1e-3;

export class DeviceDecoder implements StepDecoder {
  readonly spec: DecoderSpec;
  readonly resumes = false;
  readonly #session: ort.InferenceSession;
  readonly #pasts: readonly string[];
  readonly #presents: readonly string[];
  /** Tokens read in one step. */
  #chunk = SMALL_CHUNK;
  /** Inputs of the adapter, where the graph takes one. */
  #adapter: Readonly<Record<string, ort.Tensor>> = {};

  private constructor(
    spec: DecoderSpec,
    session: ort.InferenceSession,
    pasts: readonly string[],
    presents: readonly string[],
  ) {
    this.spec = spec;
    this.#session = session;
    this.#pasts = pasts;
    this.#presents = presents;
  }

  /** @param model the graph's bytes, or the path of its file where weights lie beside it */
  static async open(
    spec: DecoderSpec,
    model: Uint8Array | string,
    parameterCount: number,
    device: Device,
    takesAdapter = false,
  ): Promise<DeviceDecoder> {
    const names = Array.from({ length: spec.layerCount }, (_, layer) => cacheNames(layer));
    const presents = names.flatMap(({ present }) => present);
    const session = await openSession(model, parameterCount, { device, kept: presents });
    const pasts = names.flatMap(({ past }) => past);
    const decoder = new DeviceDecoder(spec, session, pasts, presents);
    if (!takesAdapter && (await decoder.#readsManyAtOnce())) decoder.#chunk = PREFILL_CHUNK;
    return decoder;
  }

  /** Found by trying, since it depends on the card: whether many tokens at once give the logits that few give. */
  async #readsManyAtOnce(): Promise<boolean> {
    const { vocabSize, maxPositions } = this.spec;
    const tokens = Array.from({ length: Math.min(TRIED, maxPositions) }, (_, i) => (i * 7) % vocabSize);
    const read = async (chunk: number) => {
      this.#chunk = chunk;
      let last = new Float32Array(0);
      const cache = this.newCache();
      await this.prefill(cache, 0, tokens, tokens.length - 1, (logits) => {
        last = logits.slice();
      });
      cache.truncate(0, 0);
      return last;
    };
    const few = await read(SMALL_CHUNK);
    const many = await read(TRIED);
    this.#chunk = SMALL_CHUNK;
    const largest = few.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    return few.every((value, i) => Math.abs(value - many[i]!) <= TOLERANCE * largest);
  }

  /** Another adapter for all rows. What caches hold was computed with the one before. */
  useAdapter(inputs: readonly AdapterInput[]): void {
    this.#adapter = Object.fromEntries(
      inputs.map(({ name, shape, data }) => [name, new ort.Tensor('float32', data, shape)]),
    );
  }

  newCache(): DeviceCache {
    return new DeviceCache({ ...this.spec, headSize: graphHeadSize(this.spec) });
  }

  async prefill(
    cache: DeviceCache,
    row: number,
    tokens: readonly number[],
    logitsFrom: number,
    onLogits: OnLogits,
  ): Promise<void> {
    cache.truncate(row, 0);
    const { vocabSize } = this.spec;
    for (let start = 0; start < tokens.length; start += this.#chunk) {
      const chunk = tokens.slice(start, start + this.#chunk);
      const first = Math.min(chunk.length, Math.max(0, logitsFrom - start));
      const wanted = Array.from({ length: chunk.length - first }, (_, i) => first + i);
      const logits = await this.#run(cache, row, chunk, wanted);
      wanted.forEach((position, index) => {
        onLogits(logits.subarray(index * vocabSize, (index + 1) * vocabSize), start + position);
      });
    }
  }

  async decode(cache: DeviceCache, tokens: readonly number[]): Promise<Float32Array> {
    const { vocabSize } = this.spec;
    const all = new Float32Array(tokens.length * vocabSize);
    for (const [row, token] of tokens.entries()) {
      all.set(await this.#run(cache, row, [token], [0]), row * vocabSize);
    }
    return all;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  /** Reads the next tokens of one row; returns the logits that follow those selected, (selected, vocab). */
  async #run(
    cache: DeviceCache,
    row: number,
    ids: readonly number[],
    selected: readonly number[],
  ): Promise<Float32Array> {
    const held = cache.row(row);
    const length = held.length + ids.length;
    const { kvHeadCount } = this.spec;
    const feeds: Record<string, ort.Tensor> = {
      ...this.#adapter,
      ids: int64(ids, [1, ids.length]),
      sel: int64(selected, [selected.length]),
      seqlens: new ort.Tensor('int32', [length - 1], [1]),
      total: new ort.Tensor('int32', [length], [1]),
    };
    const none = [1, kvHeadCount, 0, graphHeadSize(this.spec)];
    this.#pasts.forEach((name, index) => {
      feeds[name] = held.tensors[index] ?? new ort.Tensor('float32', new Float32Array(0), none);
    });
    const outputs = await this.#session.run(feeds);
    cache.replace(row, { length, tensors: this.#presents.map((name) => outputs[name]!) });
    return outputs['logits']!.data as Float32Array;
  }
}

function int64(values: readonly number[], shape: readonly number[]): ort.Tensor {
  return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
}
