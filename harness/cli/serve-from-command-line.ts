/** Runs `harness serve` for a person or a machine: loads, listens, prints the address, drains on a signal. */
import { ApiServer, ConfigManager, ModelServer } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { openModel } from '../models/open-model.ts';
import { harnessHome } from '../runs/home.ts';
import type { ServeArguments } from './commands/serve.ts';

const MOST_PORT = 65_535;

function configOf({ config: file, model, host, port }: ServeArguments): ConfigManager {
  if (file === undefined && model === undefined) {
    throw new HarnessError('E_USAGE', 'Give --model or --config.');
  }
  if (port !== undefined && !(Number.isSafeInteger(port) && port >= 0 && port <= MOST_PORT)) {
    throw new HarnessError('E_USAGE', `--port ${port} is not a whole number from 0 to ${MOST_PORT}.`);
  }
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

  const signalled = nextSignal();
  tell(`loading ${name}`);
  const { url } = await server.startup();
  const served = modelServer.info.name;
  process.stdout.write(
    argv.json ? `${JSON.stringify({ url, model: served })}\n` : `serving ${served} at ${url}\n`,
  );
  tell(`${await signalled}: requests in flight are answered; once more ends at once`);
  await server.shutdown();
}

/** The first SIGTERM or SIGINT. It is caught from now on; a second one ends the process. */
async function nextSignal(): Promise<NodeJS.Signals> {
  return await new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      resolve(signal);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
