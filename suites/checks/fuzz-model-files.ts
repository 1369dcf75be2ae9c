/** Damaged model files of every format, many of them: no crash, no hang, no runaway allocation.
 *
 *      npm run check:fuzz -- [count] [seed]
 *
 *  5,000 files take about three minutes. `npm test` reads 300. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzzModelFiles } from '../helpers/fuzz-model-files.ts';

const [count = 5000, seed = 1] = process.argv.slice(2).map(Number);
const root = await mkdtemp(join(tmpdir(), 'fuzz-'));
const report = await fuzzModelFiles(join(root, 'files'), seed, count);
await rm(root, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
process.exitCode = report.faults.length === 0 && report.memoryGrowth < 2 ** 29 ? 0 : 1;
