/** The models of a server, by the names under which requests ask for them. Knows no HTTP. */
import type { GenerateResult, ModelLoad } from '../inference/model.ts';
import type { ModelServer } from './model-server.ts';
import { mergeStats, type ServerStats } from './server-stats.ts';

export interface ServedModelEntry {
  /** Unique in this server, and no path of this machine. */
  readonly id: string;
  readonly server: ModelServer;
}

export class ModelDirectory {
  readonly #servers: readonly [ModelServer, ...ModelServer[]];

  /** @param servers the first is the one that is meant where none is named */
  constructor(servers: readonly [ModelServer, ...ModelServer[]]) {
    this.#servers = servers;
  }

  get first(): ServedModelEntry {
    const [server] = this.#servers;
    return { id: server.info.name, server };
  }

  isReady(): boolean {
    return this.#servers.every((server) => server.isReady());
  }

  /** One after the other: two that load at once would share the machine and both be late.
   *  @throws whatever the first that fails throws */
  async loadAll(): Promise<void> {
    for (const server of this.#servers) await server.loadModel();
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  /** A model's id is its name, with a number where an earlier one has the same: two versions of one model do.
   *  Told anew each time: behind an alias the model may change.
   *  @throws EngineError E_MODEL_CLOSED while one is not loaded */
  entries(): readonly ServedModelEntry[] {
    const taken = new Set<string>();
    return this.#servers.map((server) => {
      const { name } = server.info;
      let id = name;
      for (let number = 2; taken.has(id); number++) id = `${name}-${number}`;
      taken.add(id);
      return { id, server };
    });
  }

  /** By id, or by the reference with which the server was started, such as @production; null for no such model. */
  find(asked?: string): ServedModelEntry | null {
    if (asked === undefined) return this.first;
    // The first keeps its name, whatever the others are called.
    if (asked === this.#servers[0].info.name) return this.first;
    const entries = this.entries();
    const byId = entries.find(({ id }) => id === asked);
    return byId ?? entries.find(({ server }) => server.info.reference === asked) ?? null;
  }

  /** @param listener told of each generation that ended well, with the id of its model */
  onGenerated(listener: (id: string, result: GenerateResult) => void): void {
    this.#servers.forEach((server, index) =>
      server.onGenerated((result) => {
        const { id } = index === 0 ? this.first : this.entries()[index]!;
        listener(id, result);
      }),
    );
  }

  /** Of all models; what one that does not tell has in flight counts as running. */
  load(): ModelLoad {
    const loads = this.#servers.map((server) => {
      const running = server.getStats().activeRequests;
      return (server.isReady() ? server.load : null) ?? { running, waiting: 0 };
    });
    return {
      running: loads.reduce((sum, { running }) => sum + running, 0),
      waiting: loads.reduce((sum, { waiting }) => sum + waiting, 0),
    };
  }

  getStats(): ServerStats {
    return mergeStats(this.#servers.map((server) => server.getStats()));
  }
}
