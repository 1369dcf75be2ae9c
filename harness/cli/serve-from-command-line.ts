/** Runs `harness serve` for a person or a machine: loads, listens, prints the address, drains on a signal. */
import { ApiServer, ConfigManager, ModelServer } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { openModel } from '../models/open-model.ts';
import { harnessHome } from '../runs/home.ts';
import type { ServeArguments } from './commands/serve.ts';
import { followAlias, releaseInWords, type Look } from './follow-alias.ts';
import { onInterruption } from './interruption.ts';
import { wholeNumber } from './whole-number.ts';

const MOST_PORT = 65_535;
/** A day. */
const MOST_FOLLOW_S = 86_400;

function configOf({ config: file, model, host, port, device }: ServeArguments): ConfigManager {
  if (file === undefined && model === undefined) {
    throw new HarnessError('E_USAGE', 'Give --model or --config.');
  }
  if (port !== undefined) wholeNumber('port', port, 0, MOST_PORT);
  const config = new ConfigManager(file ?? { model: { name: model } });
  // The command line stands above environment and file.
  if (model !== undefined) config.model.name = model;
  if (device !== undefined) config.model.device = device as ConfigManager['model']['device'];
  if (host !== undefined) config.serving.host = host;
  if (port !== undefined) config.serving.port = port;
  return config;
}

export async function serveFromCommandLine(argv: ServeArguments): Promise<void> {
  const config = configOf(argv);
  const followS = argv.follow === undefined ? null : wholeNumber('follow', argv.follow, 1, MOST_FOLLOW_S);
  const references = [config.model.name, ...argv.beside];
  if (followS !== null && !references.some(isAlias)) {
    throw new HarnessError('E_USAGE', `--follow needs an alias; ${references.join(' and ')} never move.`);
  }
  const tell = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  config.warnings.forEach(tell);
  const { device, torch_dtype } = config.model;
  const dtype = argv.dtype ?? torch_dtype;
  const home = harnessHome();
  const models = references.map((reference) => {
    const open = () => openModel(reference, { home, device, ...(dtype !== 'auto' && { dtype }) });
    return { reference, open, modelServer: new ModelServer(open) };
  });
  const [{ modelServer }, ...beside] = models as [(typeof models)[0], ...typeof models];
  const server = new ApiServer(config, modelServer, {
    log: tell,
    additionalModels: beside.map((each) => each.modelServer),
  });

  const signalled = new Promise<NodeJS.Signals>(onInterruption);
  tell(`loading ${references.join(', ')}`);
  const { url } = await server.startup();
  const { name: served, release } = modelServer.info;
  const told = models.map((each) => inWords(each.modelServer.info)).join(', ');
  process.stdout.write(
    argv.json
      ? `${JSON.stringify({ url, model: served, ...(release !== undefined && { release }) })}\n`
      : `serving ${told} at ${url}\n`,
  );
  const aliases = models.filter(({ reference }) => isAlias(reference));
  const following = aliases.map(({ reference, ...model }) =>
    follow(followAlias({ alias: reference.slice(1), home, ...model, tell }), followS),
  );
  tell(`${await signalled}: requests in flight are answered; once more ends at once`);
  following.forEach((stop) => stop());
  await server.shutdown();
}

const isAlias = (reference: string): boolean => reference.startsWith('@');

function inWords({ name, release }: ModelServer['info']): string {
  return release === undefined ? name : releaseInWords(release);
}

/** Looks at SIGHUP, and every so many seconds where that is asked for. In a terminal SIGHUP says that it was closed,
 *  and ends the process as ever.
 *  @returns looks no more */
function follow(look: Look, everyS: number | null): () => void {
  const onHangup = (): void => void look();
  if (!process.stderr.isTTY) process.on('SIGHUP', onHangup);
  const timer = everyS === null ? null : setInterval(() => void look({ quiet: true }), everyS * 1000);
  return () => {
    process.off('SIGHUP', onHangup);
    if (timer !== null) clearInterval(timer);
  };
}
