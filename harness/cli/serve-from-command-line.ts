/** Runs `harness serve` for a person or a machine: loads, listens, prints the address, drains on a signal. */
import { ApiServer, ConfigManager, ModelServer } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { openModel } from '../models/open-model.ts';
import { harnessHome } from '../runs/home.ts';
import type { ServeArguments } from './commands/serve.ts';
import { onInterruption } from './interruption.ts';
import { wholeNumber } from './whole-number.ts';

const MOST_PORT = 65_535;

function configOf({ config: file, model, host, port }: ServeArguments): ConfigManager {
  if (file === undefined && model === undefined) {
    throw new HarnessError('E_USAGE', 'Give --model or --config.');
  }
  if (port !== undefined) wholeNumber('port', port, 0, MOST_PORT);
  const config = new ConfigManager(file ?? { model: { name: model } });
  // The command line stands above environment and file.
  if (model !== undefined) config.model.name = model;
  if (host !== undefined) config.serving.host = host;
  if (port !== undefined) config.serving.port = port;
  return config;
}

export async function serveFromCommandLine(argv: ServeArguments): Promise<void> {
  const config = configOf(argv);
  const tell = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  config.warnings.forEach(tell);
  const { name, device, torch_dtype: dtype } = config.model;
  const modelServer = new ModelServer(() =>
    openModel(name, { home: harnessHome(), device, ...(dtype !== 'auto' && { dtype }) }),
  );
  const server = new ApiServer(config, modelServer, { log: tell });

  const signalled = new Promise<NodeJS.Signals>(onInterruption);
  tell(`loading ${name}`);
  const { url } = await server.startup();
  const served = modelServer.info.name;
  process.stdout.write(
    argv.json ? `${JSON.stringify({ url, model: served })}\n` : `serving ${served} at ${url}\n`,
  );
  tell(`${await signalled}: requests in flight are answered; once more ends at once`);
  await server.shutdown();
}
