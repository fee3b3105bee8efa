import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { ServerLink } from '../link/link.ts';
import type { Unit } from '../parts.ts';
import type { FleetRegistry } from '../registry/registry.ts';
import { type News, tell } from './told.ts';

export interface UnitNewsDeps {
  readonly store: Store;
  readonly env: Pick<GatewayEnv, 'log'>;
  readonly registry: Pick<FleetRegistry, 'all' | 'onChanged'>;
  readonly link: Pick<ServerLink, 'enqueue' | 'wake'>;
}

/** Units told in one transaction. */
const unitsPerWriteMax = 100;

function newsOf({ serial, unitId, state, model, vehicleId, training }: Unit): News<'unit'> {
  const body = { v: 1 as const, serial, unitId, state, model, vehicleId, training };
  return { type: 'unit', subject: serial, body };
}

/**
 * Tells the server of units: each change after it was committed, and everything that was not told
 * yet at the next start.
 */
export class UnitNews {
  readonly #deps: UnitNewsDeps;
  #tail: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor(deps: UnitNewsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stopped = false;
    const { registry } = this.#deps;
    registry.onChanged((unit) => this.#tell([unit]));
    const all = registry.all();
    for (let at = 0; at < all.length; at += unitsPerWriteMax) {
      this.#tell(all.slice(at, at + unitsPerWriteMax));
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#tail;
  }

  #tell(units: readonly Unit[]): void {
    if (this.#stopped) return;
    const { store, link, env } = this.#deps;
    const write = () =>
      store.write(async (tx) => {
        const told = [];
        for (const unit of units) told.push(await tell(tx, newsOf(unit)));
        const waiting = told.filter((one) => one !== null);
        if (waiting.length > 0) await link.enqueue(tx, waiting);
        return waiting.length;
      });
    this.#tail = this.#tail
      .then(write)
      .then((count) => {
        if (count > 0) link.wake();
      })
      .catch((error: unknown) => {
        env.log.error({ err: error }, 'the server could not be told of units');
      });
  }
}
