/** One job of training-speed.ts here: the trainer as `harness train` runs it.
 *  Prints {"seconds": [per step], "peakBytes": n}. */
import { readFileSync } from 'node:fs';
import { ConfigManager, TrainingOrchestrator } from '../../engine/index.ts';

const job = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as { config: object; threads: number };
const seconds: number[] = [];
let last = performance.now();
await new TrainingOrchestrator(new ConfigManager(job.config, { env: {} }), {
  threads: job.threads,
  onStatus: () => {
    const now = performance.now();
    seconds.push((now - last) / 1000);
    last = now;
  },
}).executeTraining();
// Linux and macOS differ in the unit of getrusage; Node gives kilobytes on both.
process.stdout.write(JSON.stringify({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024 }));
