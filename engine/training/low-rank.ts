/** Low-rank adapters in training (Hu et al. 2021, arXiv:2106.09685), as PEFT trains them: which layers have one, the
 *  names and first values of its matrices, what it adds. */
import type { Tensor } from '../autodiff/operators.ts';
import type { Tape } from '../autodiff/tape.ts';
import { adapterWeightNames, moduleOf } from '../checkpoint/write-lora-adapter.ts';
import type { LoraConfig } from '../config/config-types.ts';
import { EngineError } from '../errors.ts';
import { layerParameters, linearsOf, type LinearParameters } from '../nn/decoder-parameters.ts';
import type { ParameterSpec } from '../nn/decoder-parameters.ts';
import type { DecoderSpec } from '../nn/decoder-spec.ts';
import type { LoraPairs } from '../nn/lora.ts';
import { elementCount } from '../tensor/dtype.ts';
import type { Adaptation } from './decoder-loss.ts';
import { seedFor, uniform } from './random.ts';

/** A linear layer and the matrices of its adapter. */
interface AdaptedLinear {
  readonly linear: LinearParameters;
  readonly a: ParameterSpec; // (rank, in)
  readonly b: ParameterSpec; // (out, rank)
}

export interface LowRank {
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
  /** Names as PEFT matches them. */
  readonly targetModules: readonly string[];
  readonly layers: readonly AdaptedLinear[];
}

/** In place of a list of modules: every linear layer but the output head. */
const ALL_LINEAR = 'all-linear';

/** @throws EngineError E_CONFIG_INVALID when a target is no linear layer of the model */
export function lowRankOf(spec: DecoderSpec, config: LoraConfig): LowRank {
  const linears = Array.from({ length: spec.layerCount }, (_, index) =>
    linearsOf(layerParameters(spec, index)),
  ).flat();
  const modules = [...new Set(linears.map((linear) => moduleOf(linear).replace(/^.*\.\d+\./, '')))];
  const all = config.target_modules.includes(ALL_LINEAR);
  const targets = all ? modules : config.target_modules;
  const matches = (module: string, target: string) => module === target || module.endsWith(`.${target}`);
  const unknown = targets.find((target) => !linears.some((linear) => matches(moduleOf(linear), target)));
  if (unknown !== undefined) {
    throw new EngineError(
      'E_CONFIG_INVALID',
      `lora.target_modules: ${JSON.stringify(unknown)} is no linear layer of this model`,
      { remedy: `Choose among ${modules.join(', ')}, or "${ALL_LINEAR}".` },
    );
  }
  const { r: rank } = config;
  return {
    rank,
    alpha: config.lora_alpha,
    dropout: config.lora_dropout,
    targetModules: targets,
    layers: linears
      .filter((linear) => targets.some((target) => matches(moduleOf(linear), target)))
      .map((linear) => {
        const names = adapterWeightNames(linear);
        return {
          linear,
          a: { name: names.a, shape: [rank, linear.inSize] },
          b: { name: names.b, shape: [linear.outSize, rank] },
        };
      }),
  };
}

export function adapterParameters({ layers }: LowRank): ParameterSpec[] {
  return layers.flatMap(({ a, b }) => [a, b]);
}

/** A uniform in ±1/√in, which is Kaiming's with a = √5 (He et al. 2015, arXiv:1502.01852); B 0, so that training begins
 *  at the model as it is.
 *  @param earlier an adapter to go on from, with its scale in B
 *  @throws EngineError E_CONFIG_INVALID when it is of another rank or has layers that are not to be trained */
export function initialAdapter(
  { layers, rank, alpha }: LowRank,
  seed: number,
  earlier: LoraPairs | null,
): Map<string, Float32Array> {
  const own = new Set(layers.map(({ linear }) => linear.weight));
  const other = [...(earlier ?? [])].find(([weight, pair]) => pair.rank !== rank || !own.has(weight));
  if (other) {
    const [weight, pair] = other;
    throw new EngineError(
      'E_CONFIG_INVALID',
      own.has(weight)
        ? `lora.r is ${rank}, but the model's adapter has rank ${pair.rank}`
        : `lora.target_modules leaves out ${moduleOf({ weight })}, which the model's adapter adapts`,
      { remedy: 'Train the adapter on as it is, or take it out of the folder adapter/ of the model.' },
    );
  }
  return new Map(
    layers.flatMap(({ linear, a, b }) => {
      const pair = earlier?.get(linear.weight);
      if (pair) {
        return [
          [a.name, pair.a.slice()],
          [b.name, pair.b.map((value) => (value * rank) / alpha)],
        ] as const;
      }
      const random = uniform(seedFor(seed, a.name));
      const bound = 1 / Math.sqrt(linear.inSize);
      const values = Float32Array.from({ length: elementCount(a.shape) }, () => (2 * random() - 1) * bound);
      return [
        [a.name, values],
        [b.name, new Float32Array(elementCount(b.shape))],
      ] as const;
    }),
  );
}

const dropoutMaskName = ({ weight }: LinearParameters) => `dropout.${weight}`;

/** What the adapters add, x · Aᵀ · Bᵀ · alpha / rank.
 *  @param drops whether elements of x are dropped: in training, not in evaluation */
export function adaptationBy(
  tape: Tape,
  { rank, alpha, dropout, layers }: LowRank,
  parameters: ReadonlyMap<string, Tensor>,
  drops: boolean,
): Adaptation {
  const adapted = new Map(layers.map((layer) => [layer.linear.weight, layer]));
  return (x, linear) => {
    const layer = adapted.get(linear.weight);
    if (!layer) return null;
    const kept =
      drops && dropout > 0
        ? tape.apply('dropout', [x], {
            mask: tape.input(dropoutMaskName(linear), 'bool', x.shape),
            probability: dropout,
          })
        : x;
    const narrow = tape.apply('matMul', [kept, parameters.get(layer.a.name)!], { transB: true }); // (tokens, rank)
    return tape.apply('matMul', [narrow, parameters.get(layer.b.name)!], {
      transB: true,
      scale: alpha / rank,
    });
  };
}
