/** Serves a model that is loaded already, on a free port of this machine: for runs and tests. */
import { sectionDefaults } from '../config/config-defaults.ts';
import type { ServingConfig } from '../config/config-types.ts';
import type { Model } from '../inference/model.ts';
import { ApiServer } from './api-server.ts';
import { ModelServer } from './model-server.ts';
import type { ServerLog } from './server-log.ts';

/** A run bounds its requests itself. */
const MOST_IN_FLIGHT = 4096;

export interface ServedModel {
  /** `http://host:port`, without a path. */
  readonly url: string;
  /** Stops the server. The model is the caller's and stays open. */
  close(): Promise<void>;
}

/** @param serving replaces defaults of the configuration's `serving` section, and a free port */
export async function serveModel(
  model: Model,
  serving: Partial<ServingConfig> & { readonly log?: ServerLog } = {},
): Promise<ServedModel> {
  const { log, ...given } = serving;
  const lent: Model = {
    info: model.info,
    generate: (request) => model.generate(request),
    logLikelihood: (request) => model.logLikelihood(request),
    ...(model.tokenizer && { tokenizer: model.tokenizer }),
    ...(model.load && { load: () => model.load!() }),
    close: () => Promise.resolve(),
  };
  const config = { serving: { ...sectionDefaults('serving'), port: 0, max_queue: MOST_IN_FLIGHT, ...given } };
  const server = new ApiServer(config, new ModelServer(() => Promise.resolve(lent)), log ? { log } : {});
  const { url } = await server.startup();
  return { url, close: () => server.shutdown() };
}
