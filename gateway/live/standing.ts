import type { DownMessage } from '../../protocols/messages/down-schemas.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { LiveUnits } from '../parts.ts';
import type { FleetUnit } from '../registry/fleet-table.ts';
import type { FleetRegistry } from '../registry/registry.ts';

export interface StandingDeps {
  readonly store: Store;
  readonly registry: FleetRegistry;
  readonly live: LiveUnits;
  readonly env: GatewayEnv;
}

/** A unit that reads the command later asks again by connecting. */
const commandMsMax = 600_000;
const commandIdBytes = 8;

/**
 * Tells a unit that it is suspended, so that its screen says so instead of showing codes that are
 * worth nothing; and that it is not any more. Desired state: said on change and on connect.
 */
export class Standing {
  readonly #deps: StandingDeps;
  /** Serials that were suspended at some time: only these must hear that they are not. */
  readonly #everSuspended = new Set<string>();

  constructor(deps: StandingDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { store, registry, live } = this.#deps;
    const rows = await store.all<{ subject: string }>(
      "SELECT DISTINCT subject FROM audit_event WHERE event = 'suspend'",
    );
    for (const { subject } of rows) this.#everSuspended.add(subject);
    registry.onChanged((unit) => {
      for (const message of this.#messages(unit)) live.send(unit.serial, message);
    });
    live.onConnected(async (serial) => {
      const unit = registry.bySerial(serial);
      return unit === undefined ? [] : this.#messages(unit);
    });
  }

  #messages({ serial, state }: FleetUnit): readonly DownMessage[] {
    if (state === 'suspended') this.#everSuspended.add(serial);
    if (!this.#everSuspended.has(serial)) return [];
    const { env } = this.#deps;
    return [
      {
        type: 'command',
        id: env.randomBytes(commandIdBytes).toString('hex'),
        name: state === 'suspended' ? 'suspend' : 'resume',
        askedAtMs: env.nowMs(),
        expiresAtMs: env.nowMs() + commandMsMax,
      },
    ];
  }
}
