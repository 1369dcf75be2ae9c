/** Special functions that the distributions stand on: log gamma, Stirling's error, the regularised incomplete beta.
 *  Relative error about 1e-14. Knows nothing of samples or intervals. */

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Coefficients B₂ₖ / (2k (2k − 1)) of Stirling's series (DLMF 5.11.1); at x >= 15 eight terms leave less than 1e-17. */
const STIRLING = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
] as const;

/** Σ STIRLING[k] / x^(2k + 1), for x >= 15. */
function stirlingSeries(x: number): number {
  const inverseSquare = 1 / (x * x);
  return STIRLING.reduceRight((sum, coefficient) => sum * inverseSquare + coefficient, 0) / x;
}

/** ln Γ(x), for x > 0. */
function logGamma(x: number): number {
  let product = 1;
  let shifted = x;
  while (shifted < 15) product *= shifted++;
  return (
    (shifted - 0.5) * Math.log(shifted) -
    shifted +
    HALF_LOG_TWO_PI +
    stirlingSeries(shifted) -
    Math.log(product)
  );
}

/** ln x! minus Stirling's leading terms, for x > 0. */
function stirlingError(x: number): number {
  if (x >= 15) return stirlingSeries(x);
  return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI;
}

/** x ln(x / m) + m − x without cancellation where x is close to m (Loader 2000). */
function deviance(x: number, m: number): number {
  const difference = x - m;
  if (Math.abs(difference) >= 0.1 * (x + m)) return x * Math.log(x / m) - difference;
  const v = difference / (x + m);
  let sum = difference * v;
  let term = 2 * x * v;
  for (let k = 3; ; k += 2) {
    term *= v * v;
    const next = sum + term / k;
    if (next === sum) return sum;
    sum = next;
  }
}

/** Γ(n+1) / (Γ(x+1) Γ(n−x+1)) pˣ qⁿ⁻ˣ for real 0 <= x <= n and q = 1 − p, by the saddle point
 *  (Loader 2000, "Fast and accurate computation of binomial probabilities"): no cancellation at large n. */
export function binomialDensity(x: number, n: number, p: number, q: number): number {
  if (p === 0) return x === 0 ? 1 : 0;
  if (q === 0) return x === n ? 1 : 0;
  if (x === 0) return Math.exp(n * (p < 0.5 ? Math.log1p(-p) : Math.log(q)));
  if (x === n) return Math.exp(n * (q < 0.5 ? Math.log1p(-q) : Math.log(p)));
  const exponent =
    stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * x * (n - x)));
}

/** Continued fraction of the incomplete beta (DLMF 8.17.22) by Lentz's method; for x < (a + 1) / (a + b + 2). */
function betaContinuedFraction(a: number, b: number, x: number, y: number): number {
  const tiny = 1e-300;
  const guard = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  // 1 − (a + b) x / (a + 1), from whichever of x and y has the digits
  let d = 1 / guard(x < 0.5 ? 1 - ((a + b) * x) / (a + 1) : (1 - b + (a + b) * y) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 1_000_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) <= Number.EPSILON) break;
  }
  return fraction;
}

/** Regularised incomplete beta I_x(a, b), in [0, 1]. `y` is 1 − x, given apart so that neither loses digits. */
export function regularisedBeta(a: number, b: number, x: number, y: number = 1 - x): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  // xᵃ yᵇ / B(a, b)
  const front = (binomialDensity(a, a + b, x, y) * a * b) / (a + b);
  if (x < (a + 1) / (a + b + 2)) return (front * betaContinuedFraction(a, b, x, y)) / a;
  return 1 - (front * betaContinuedFraction(b, a, y, x)) / b;
}
