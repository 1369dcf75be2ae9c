/** How often the interval of `harness score --metrics ece` holds the truth, over synthetic models whose calibration
 *  error is known: confidences from Beta(4, 2), right with that confidence less a shift.
 *  Run: npm run check:ece-interval; the table stands in harness/score/ECE-INTERVAL.md. */
import { MersenneTwister } from '../../harness/data/random.ts';
import { expectedCalibrationError } from '../../harness/metrics/calibration.ts';
import { scoreDefinitions } from '../../harness/metrics/score-definitions.ts';
import { scoreTexts } from '../../harness/score/score-texts.ts';

const REPETITIONS = 150;
const random = new MersenneTwister(20261122);
const ece = scoreDefinitions.filter(({ name }) => name === 'ece');

/** Beta(4, 2): the fourth smallest of five uniforms. */
function confidenceDrawn(): number {
  return Array.from({ length: 5 }, () => random.random()).sort((a, b) => a - b)[3]!;
}

function outcome(confidence: number, shift: number): 0 | 1 {
  return random.random() < Math.max(0, confidence - shift) ? 1 : 0;
}

console.log('| n | true ECE | mean estimate | interval holds the truth | mean width |');
console.log('| --- | --- | --- | --- | --- |');
for (const n of [100, 300, 1000]) {
  for (const shift of [0, 0.05, 0.15]) {
    const many = Array.from({ length: 400_000 }, confidenceDrawn);
    const rights = many.map((confidence) => outcome(confidence, shift));
    const truth = shift === 0 ? 0 : expectedCalibrationError(many, rights);
    let [held, width, estimate] = [0, 0, 0];
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      const lines = Array.from({ length: n }, () => {
        const confidence = confidenceDrawn();
        return {
          hypothesis: '',
          references: [],
          keywords: [],
          confidence,
          correct: outcome(confidence, shift) === 1,
        };
      });
      const { value, low, high } = (await scoreTexts(lines, ece, {}, repetition)).corpus['ece']!;
      if (low! <= truth && truth <= high!) held++;
      width += (high! - low!) / REPETITIONS;
      estimate += value! / REPETITIONS;
    }
    const share = ((100 * held) / REPETITIONS).toFixed(1);
    console.log(`| ${n} | ${truth.toFixed(3)} | ${estimate.toFixed(3)} | ${share}% | ${width.toFixed(3)} |`);
  }
}
