/** The decoder on a graphics card, by the graph whose cache goes in and comes out whole: it stays on the card, and only
 *  the logits that are asked for come back, as sampling runs on the processor.
 *  Rows are run one by one. A card adds products up in another order for every size of a batch, so that a row's logits
 *  would depend on its neighbours; by itself it has none. */
import * as ort from 'onnxruntime-node';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import { graphHeadSize } from '../nn/head-padding.ts';
import type { AdapterInput } from '../nn/lora.ts';
import { cacheNames } from '../nn/whole-attention.ts';
import type { CachedRow } from './device-cache.ts';
import type { Device } from '../device/devices.ts';
import { openSession } from './session.ts';
import { PREFILL_CHUNK } from './step-decoder.ts';
import { int64, RowDecoder, type RowStep } from './row-decoder.ts';

/** Few enough for the plain kernel of attention. */
const SMALL_CHUNK = 16;
/** Tokens to try: from 32 on ONNX Runtime 1.30 computes nonsense on SwiftShader's WebGPU, probably by its flash attention. */
const TRIED = 48;
/** Of the largest logit: rounding stays a hundred times below. */
const TOLERANCE = 1e-3;

export class DeviceDecoder extends RowDecoder {
  readonly spec: DecoderSpec;
  readonly #pasts: readonly string[];
  readonly #presents: readonly string[];
  protected chunk = SMALL_CHUNK;
  /** Inputs of the adapter, where the graph takes one. */
  #adapter: Readonly<Record<string, ort.Tensor>> = {};

  private constructor(
    spec: DecoderSpec,
    session: ort.InferenceSession,
    pasts: readonly string[],
    presents: readonly string[],
  ) {
    super(session, { ...spec, headSize: graphHeadSize(spec) });
    this.spec = spec;
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
    if (!takesAdapter && (await decoder.#readsManyAtOnce())) decoder.chunk = PREFILL_CHUNK;
    return decoder;
  }

  /** Found by trying, since it depends on the card: whether many tokens at once give the logits that few give. */
  async #readsManyAtOnce(): Promise<boolean> {
    const { vocabSize, maxPositions } = this.spec;
    const tokens = Array.from({ length: Math.min(TRIED, maxPositions) }, (_, i) => (i * 7) % vocabSize);
    const read = async (chunk: number) => {
      this.chunk = chunk;
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
    this.chunk = SMALL_CHUNK;
    const largest = few.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    return few.every((value, i) => Math.abs(value - many[i]!) <= TOLERANCE * largest);
  }

  /** Another adapter for all rows. What caches hold was computed with the one before. */
  useAdapter(inputs: readonly AdapterInput[]): void {
    this.#adapter = Object.fromEntries(
      inputs.map(({ name, shape, data }) => [name, new ort.Tensor('float32', data, shape)]),
    );
  }

  protected async step(held: CachedRow, ids: readonly number[], kept: number): Promise<RowStep> {
    const length = held.length + ids.length;
    const selected = Array.from({ length: kept }, (_, i) => ids.length - kept + i);
    const outputs = await this.session.run({
      ...this.#adapter,
      ...this.pasts(held, this.#pasts),
      ids: int64(ids, [1, ids.length]),
      sel: int64(selected, [kept]),
      seqlens: new ort.Tensor('int32', [length - 1], [1]),
      total: new ort.Tensor('int32', [length], [1]),
    });
    return {
      logits: outputs['logits']!.data as Float32Array,
      row: { length, tensors: this.#presents.map((name) => outputs[name]!) },
    };
  }
}
