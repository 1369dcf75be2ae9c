/** Several tests at once. */

/** Adjusted p-values, in the order given (Holm 1979): refusing those <= alpha keeps the chance of even one false
 *  refusal at alpha, however the tests depend on each other. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = Array.from<number>({ length: pValues.length });
  let largest = 0;
  order.forEach(({ p, index }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}
