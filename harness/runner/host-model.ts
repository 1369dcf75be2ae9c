/** Puts a model where the run's processes can reach it: behind our server on a free port, or, for an endpoint,
 *  where it already is. */
import { openModel } from '../models/open-model.ts';
import type { ModelInfo } from '../../engine/index.ts';

export interface HostedModel {
  readonly info: ModelInfo;
  /** A model reference, `http://host:port/v1#name`. */
  readonly reference: string;
  /** The process that serves it; null for an endpoint elsewhere. */
  readonly processId: number | null;
  close(): Promise<void>;
}

export interface HostOptions {
  readonly home: string;
  readonly device?: string;
  readonly dtype?: string;
}

export async function hostModel(reference: string, options: HostOptions): Promise<HostedModel> {
  const model = await openModel(reference, options);
  if (model.info.kind === 'http') {
    return { info: model.info, reference, processId: null, close: () => model.close() };
  }
  const { serveModel } = await import('../../engine/index.ts');
  const server = await serveModel(model);
  return {
    info: model.info,
    reference: `${server.url}/v1#${encodeURIComponent(model.info.name)}`,
    processId: process.pid,
    close: async () => {
      await server.close();
      await model.close();
    },
  };
}
