/** Keeps a server with an alias: when asked to look, what the alias points at by now takes the place of what is
 *  served. Requests in flight end on the old model; where the new one cannot be loaded, the old one goes on. */
import type { Model, ModelRelease, ModelServer } from '../../engine/index.ts';
import { currentMove } from '../registry/index.ts';
import { versionName } from './render-registry.ts';

export interface FollowOptions {
  /** Without the @. */
  readonly alias: string;
  readonly home: string;
  readonly modelServer: ModelServer;
  /** Opens what the alias points at. */
  readonly open: () => Promise<Model>;
  readonly tell: (line: string) => void;
}

/** Never rejects: what goes wrong is told.
 *  @param quiet says nothing where the alias has not moved */
export type Look = (options?: { readonly quiet?: boolean }) => Promise<void>;

/** One look after the other, however often it is asked. */
export function followAlias(options: FollowOptions): Look {
  let looking = Promise.resolve();
  return async ({ quiet = false } = {}) => {
    looking = looking.then(() => look(options, quiet));
    await looking;
  };
}

async function look({ alias, home, modelServer, open, tell }: FollowOptions, quiet: boolean): Promise<void> {
  try {
    const served = modelServer.info.release;
    if (served?.move === (await currentMove(alias, home))) {
      if (!quiet) tell(`@${alias} has not moved: ${releaseInWords(served)}`);
      return;
    }
    tell(`@${alias} has moved; loading what it points at`);
    await modelServer.replaceModel(open);
    const { release } = modelServer.info;
    if (release !== undefined) tell(`serving ${releaseInWords(release)} from now on`);
  } catch (error) {
    const { code = 'E_UNEXPECTED', message } = error as Error & { readonly code?: string };
    tell(`@${alias} cannot be followed, what was served goes on: ${code}: ${message}`);
  }
}

/** `chat@3 (@production, move 7)`, and whether rules were overridden for it. */
export function releaseInWords(release: ModelRelease): string {
  const { alias, move, override } = release;
  const followed = alias === null ? '' : ` (@${alias}, move ${move})`;
  const against = override === null ? '' : `; against the rules: ${override}`;
  return `${versionName(release)}${followed}${against}`;
}
