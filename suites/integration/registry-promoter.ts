/** One promotion in a process of its own, for specs that run several or kill them:
 *  home model runDir alias [step after which it kills itself]. Prints the move. */
import { promote } from '../../harness/registry/index.ts';

const [home, model, runDir, alias, killAfter] = process.argv.slice(2);

const move = await promote({
  model: model!,
  alias: alias!,
  runDir: runDir!,
  home: home!,
  onStep: (step) => {
    if (step === killAfter) process.kill(process.pid, 'SIGKILL');
  },
});
process.stdout.write(JSON.stringify(move));
