/** When requests are to start in an open loop: a sequence at unit rate, bent by the rate over time.
 *  With Λ(t) the requests expected by time t, the k-th of a unit-rate sequence arrives at Λ⁻¹ of its place: this
 *  gives constant and Poisson arrivals at a constant and at a rising rate alike (Çinlar 1975, inversion).
 *  Knows time; knows nothing of requests. */
import { MersenneTwister } from '../data/random.ts';

export type ArrivalPattern = 'constant' | 'poisson';

export interface ArrivalOptions {
  readonly pattern: ArrivalPattern;
  /** Requests a second, once the ramp is over. */
  readonly ratePerS: number;
  /** The rate rises linearly from 0 for so long; 0: it is there at once. */
  readonly rampMs: number;
  /** None arrives at or after this. */
  readonly durationMs: number;
  readonly most: number;
  readonly seed: number;
}

/** Offsets from the start in ms, ascending. Constant arrivals begin at 0. */
export function arrivalOffsets(options: ArrivalOptions): number[] {
  const { pattern, durationMs, most, seed } = options;
  const random = new MersenneTwister(seed);
  const offsets: number[] = [];
  let expected = 0;
  while (offsets.length < most) {
    if (pattern === 'poisson') expected += -Math.log1p(-random.random());
    const offset = timeOfExpected(expected, options);
    if (offset >= durationMs) break;
    offsets.push(offset);
    if (pattern === 'constant') expected += 1;
  }
  return offsets;
}

/** Λ⁻¹: the time in ms by which `expected` requests are due. */
function timeOfExpected(
  expected: number,
  { ratePerS, rampMs }: Pick<ArrivalOptions, 'ratePerS' | 'rampMs'>,
): number {
  const perMs = ratePerS / 1000;
  const inRamp = (perMs * rampMs) / 2;
  return expected < inRamp ? Math.sqrt((2 * expected * rampMs) / perMs) : expected / perMs + rampMs / 2;
}

/** When each user of a closed loop begins: the first at 0, the others evenly over the ramp. */
export function userOffsets(users: number, rampMs: number): number[] {
  return Array.from({ length: users }, (_, user) => (user * rampMs) / users);
}
