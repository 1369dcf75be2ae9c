/** Opens the model that a reference names. Composes; what each kind of reference means is in its own file. */
import { existsSync } from 'node:fs';
import { EngineError, type LoadOptions, type Model, type ModelRelease } from '../../engine/index.ts';
import { HarnessError } from '../errors.ts';
import { harnessHome } from '../runs/home.ts';
import { locateModel } from './locate-model.ts';
import { parseModelReference } from './model-reference.ts';

export interface OpenModelOptions {
  /** Folder of the registry; default HARNESS_HOME, or .harness in the current folder. */
  readonly home?: string;
  readonly device?: string;
  readonly dtype?: string;
}

/** @throws HarnessError E_MODEL_REFERENCE (malformed), E_ENDPOINT, E_REGISTRY_NOT_FOUND;
 *          EngineError E_MODEL_NOT_FOUND and whatever loading it throws */
export async function openModel(reference: string, options: OpenModelOptions = {}): Promise<Model> {
  const parsed = parseModelReference(reference);
  switch (parsed.kind) {
    case 'http': {
      const { openHttpModel } = await import('./http-model.ts');
      return await openHttpModel({ reference, ...parsed }, { key: process.env['HARNESS_API_KEY'] });
    }
    case 'scripted': {
      const { loadScriptedModel } = await import('../../engine/index.ts');
      return await loadScriptedModel(parsed.file, { reference });
    }
    default: {
      // Kinds other than the two above have files.
      const { path, name, dtype, release } = (await locateModel(parsed, options.home ?? harnessHome()))!;
      const model = await load(path, reference, pinned(reference, dtype, options), name);
      return release === undefined ? model : withRelease(model, release);
    }
  }
}

function withRelease(model: Model, release: ModelRelease): Model {
  return {
    info: { ...model.info, release },
    generate: (request) => model.generate(request),
    logLikelihood: (request) => model.logLikelihood(request),
    close: () => model.close(),
  };
}

/** An alias stands for what was evaluated, its dtype included.
 *  @throws HarnessError E_USAGE when another dtype is asked for */
function pinned(reference: string, dtype: string | null, options: OpenModelOptions): OpenModelOptions {
  if (dtype === null) return options;
  if (options.dtype !== undefined && options.dtype !== dtype) {
    throw new HarnessError('E_USAGE', `${reference} was evaluated as ${dtype}, not as ${options.dtype}.`, {
      remedy: 'Leave the dtype out, or give registry:name@version.',
    });
  }
  return { ...options, dtype };
}

async function load(
  path: string,
  reference: string,
  options: OpenModelOptions,
  name: string | null,
): Promise<Model> {
  if (!existsSync(path)) {
    // owner/name looks like a path that is not there.
    const hub = /^[\w-][\w.-]*\/[\w-][\w.-]*$/.test(path)
      ? ` For a model of the Hugging Face cache write hf:${path}.`
      : '';
    throw new EngineError('E_MODEL_NOT_FOUND', `${reference}: there is no ${path}.${hub}`);
  }
  const { device, dtype } = options;
  // The engine knows which names there are, and refuses others.
  const asked = { device, dtype } as {
    readonly device?: LoadOptions['device'];
    readonly dtype?: LoadOptions['dtype'];
  };
  const { loadModel } = await import('../../engine/index.ts');
  return await loadModel(path, {
    reference,
    ...(asked.device !== undefined && { device: asked.device }),
    ...(asked.dtype !== undefined && { dtype: asked.dtype }),
    ...(name !== null && { name }),
  });
}
