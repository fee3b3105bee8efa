import type { Store, Writer } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import type { EventLog } from '../events/event-log.ts';
import type { Timers } from '../link/timers.ts';
import type { Registry } from '../parts.ts';
import {
  type Alert,
  closeAlert,
  openAlert,
  openAlerts,
  worsenAlert,
} from '../presence/presence-table.ts';
import { rights } from '../registry/states.ts';
import { cloneQuietMs, lastSignMs } from './clone-table.ts';
import type { CloneFound } from './clone-watch.ts';

export interface CloneAlertsDeps {
  readonly store: Store;
  readonly env: Pick<GatewayEnv, 'nowMs' | 'log'>;
  readonly timers: Timers;
  readonly registry: Pick<Registry, 'bySerial'>;
  readonly events: EventLog;
}

const kind = 'clone';
const reviewMs = 60_000;

/**
 * Calls somebody once for a second device with a unit's key, however many signs of it there are:
 * the alert ends a day after the last of them, and not while the unit is suspended for it.
 */
export class CloneAlerts {
  readonly #deps: CloneAlertsDeps;
  #cancel: () => void = () => undefined;
  #reviewing: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor(deps: CloneAlertsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stopped = false;
    this.#later();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#reviewing;
  }

  /** In the transaction that keeps the sign. */
  async found(tx: Writer, { serial, sign, isProof, atMs }: CloneFound): Promise<void> {
    const alert = { serial, kind, reason: sign, sinceMs: atMs } as const;
    const id = await openAlert(tx, alert, atMs);
    if (id === null) {
      if (isProof) await worsenAlert(tx, serial, kind, sign);
      return;
    }
    const body = { id, ...alert };
    await this.#deps.events.append(tx, [{ type: 'alert-opened', subject: serial, body }]);
  }

  /** After COMMIT of what `found` wrote. */
  announce(): void {
    this.#deps.events.announce();
  }

  /** Ends the alerts of what is over. */
  async review(): Promise<void> {
    const { store, env, events } = this.#deps;
    const nowMs = env.nowMs();
    const open = (await openAlerts(store)).filter((alert) => alert.kind === kind);
    for (const alert of open) {
      const reason = await this.#endOf(alert, nowMs);
      if (reason === null) continue;
      await store.write(async (tx) => {
        const end = { endedAtMs: nowMs, atMs: nowMs, reason };
        const id = await closeAlert(tx, alert.serial, kind, end);
        const body = { id, serial: alert.serial, kind, endedAtMs: nowMs, reason };
        const told = { type: 'alert-closed', subject: alert.serial, body } as const;
        if (id !== null) await events.append(tx, [told]);
      });
      events.announce();
    }
  }

  /** Why an alert ends now; null: it goes on. */
  async #endOf({ serial }: Alert, nowMs: number): Promise<'over' | 'not-watched' | null> {
    const { store, registry } = this.#deps;
    const state = registry.bySerial(serial)?.state;
    if (state === undefined || !rights[state].session) return 'not-watched';
    if (state === 'suspended') return null;
    const lastMs = await lastSignMs(store, serial);
    return nowMs - lastMs > cloneQuietMs ? 'over' : null;
  }

  #later(): void {
    if (this.#stopped) return;
    this.#cancel = this.#deps.timers.after(reviewMs, () => {
      this.#reviewing = this.review()
        .catch((error: Error) =>
          this.#deps.env.log.error({ reason: error.message }, 'clone alerts not reviewed'),
        )
        .finally(() => this.#later());
    });
  }
}
