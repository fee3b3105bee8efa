import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { Unit, VehicleDirectory } from '../parts.ts';
import { insertAudit } from '../registry/fleet-table.ts';
import {
  auditValueOf,
  effectiveSettings,
  fleetId,
  isSettingKey,
  readSetting,
  type Scope,
  type Setting,
  settingTable,
} from './settings.ts';

/** Settings of the whole fleet; each costs a look when a unit's configuration is made. */
const settingsMax = 5000;

export interface SettingChange {
  readonly scope: Scope;
  readonly scopeId: string;
  readonly key: string;
  /** Null takes the setting away: what it covered counts again. */
  readonly value: unknown;
  readonly by: string;
  readonly reason: string;
}

export interface SettingBookDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly directory: VehicleDirectory;
}

function nameOf({ scope, scopeId, key }: Pick<Setting, 'scope' | 'scopeId' | 'key'>): string {
  return JSON.stringify([scope, scopeId, key]);
}

/** What was set for fleet, organisation, model and unit: in memory, written through. */
export class SettingBook {
  readonly #deps: SettingBookDeps;
  readonly #settings = new Map<string, Setting>();
  readonly #listeners: (() => void)[] = [];
  /** Changes stand in one line: each sees the version the one before it left. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: SettingBookDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const rows = await this.#deps.store.all<Setting>(
      `SELECT scope, scope_id AS scopeId, key, value, version, set_at_ms AS setAtMs,
        set_by AS setBy FROM setting`,
    );
    for (const row of rows.filter(({ key }) => isSettingKey(key))) {
      this.#settings.set(nameOf(row), row);
    }
  }

  /** Called after each change; listeners must not throw and are not awaited. */
  onChanged(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** With where each value comes from and what it covers. */
  effective(unit: Unit) {
    const { directory } = this.#deps;
    const organisation =
      unit.vehicleId === null ? null : (directory.organisationOf(unit.vehicleId) ?? null);
    const places = { fleet: fleetId, organisation, model: unit.model, unit: unit.serial };
    return effectiveSettings([...this.#settings.values()], places);
  }

  /** The same as values by key. */
  valuesOf(unit: Unit): Readonly<Record<string, string>> {
    return Object.fromEntries(this.effective(unit).map(({ key, value }) => [key, value]));
  }

  set(change: SettingChange): Promise<{ readonly ok: true } | Refusal> {
    const done = this.#tail.then(() => this.#set(change));
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async #set(change: SettingChange): Promise<{ readonly ok: true } | Refusal> {
    const { scope, scopeId, key, value: given, by, reason } = change;
    const { store, env } = this.#deps;
    if (!isSettingKey(key)) {
      return refusal('bad-request', `known keys are ${Object.keys(settingTable).join(', ')}`);
    }
    if ((scope === 'fleet') !== (scopeId === fleetId)) {
      return refusal('bad-request', 'the fleet has no id, every other scope needs one');
    }
    const reading = given === null ? { ok: true as const, value: null } : readSetting(key, given);
    if (!reading.ok) return refusal('bad-request', reading.why);
    const { value } = reading;
    const name = nameOf({ scope, scopeId, key });
    if (value !== null && this.#settings.size >= settingsMax && !this.#settings.has(name)) {
      return refusal('conflict', `no more than ${settingsMax} settings`);
    }
    const setAtMs = env.nowMs();
    const kept = await store.write(async (tx) => {
      const subject = `config ${scope} ${scopeId}`;
      await insertAudit(tx, setAtMs, subject, 'set', {
        ...{ by, reason, key },
        value: auditValueOf(key, value),
      });
      if (value === null) {
        await tx.run('DELETE FROM setting WHERE scope = ? AND scope_id = ? AND key = ?', [
          scope,
          scopeId,
          key,
        ]);
        return null;
      }
      const row = await tx.get<{ version: number }>(
        `INSERT INTO setting (scope, scope_id, key, value, version, set_at_ms, set_by)
        VALUES (?, ?, ?, ?, 1, ?, ?)
        ON CONFLICT (scope, scope_id, key) DO UPDATE SET value = excluded.value,
          version = version + 1, set_at_ms = excluded.set_at_ms, set_by = excluded.set_by
        RETURNING version`,
        [scope, scopeId, key, value, setAtMs, by],
      );
      return { scope, scopeId, key, value, version: row?.version ?? 1, setAtMs, setBy: by };
    });
    if (kept === null) this.#settings.delete(name);
    else this.#settings.set(name, kept);
    for (const listener of this.#listeners) listener();
    return { ok: true };
  }
}
