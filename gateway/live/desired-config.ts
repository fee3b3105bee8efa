import { createHash } from 'node:crypto';
import type { ConfigMessage, ScreenContent } from '../../protocols/messages/down-schemas.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { SettingBook } from '../configuration/setting-book.ts';
import { insertContent } from '../display-proof/content-table.ts';
import type { Log } from '../environment.ts';
import type { LiveUnits, VehicleDirectory } from '../parts.ts';
import type { FleetUnit } from '../registry/fleet-table.ts';
import type { FleetRegistry } from '../registry/registry.ts';

export interface DesiredConfigDeps {
  readonly store: Store;
  readonly registry: FleetRegistry;
  readonly directory: VehicleDirectory;
  readonly settings: SettingBook;
  readonly live: LiveUnits;
  readonly offlineAfterS: number;
  readonly nowMs: () => number;
  readonly log: Log;
}

/** What stands on a screen while the server has said nothing of its vehicle. */
function unknownVehicle({ role }: FleetUnit): ScreenContent {
  return {
    version: 0,
    role,
    title: '',
    titleEn: '',
    plate: '',
    hotline: '',
    area: '',
    sample: false,
  };
}

type DesiredContent = Omit<ConfigMessage, 'type' | 'version'>;

interface Kept {
  readonly version: number;
  readonly digest: string;
}

/**
 * Desired configuration of each unit, versioned by its content: sent on connect and on change, and
 * the unit reports which version it applied.
 */
export class DesiredConfig {
  readonly #deps: DesiredConfigDeps;
  readonly #kept = new Map<string, Kept>();

  constructor(deps: DesiredConfigDeps) {
    this.#deps = deps;
  }

  /** Follows the directory and the registry; what changed goes to units that are connected. */
  async start(): Promise<void> {
    const { store, registry, directory, settings, live } = this.#deps;
    const rows = await store.all<Kept & { serial: string }>(
      'SELECT serial, version, content AS digest FROM desired_config',
    );
    for (const { serial, version, digest } of rows) this.#kept.set(serial, { version, digest });
    directory.onChanged(() => void this.#push(registry.all().map(({ serial }) => serial)));
    settings.onChanged(() => void this.#push(registry.all().map(({ serial }) => serial)));
    registry.onChanged(({ serial }) => void this.#push([serial]));
    live.onConnected(async (serial) => {
      const desired = await this.#desired(serial);
      return desired === null ? [] : [desired.message];
    });
  }

  /** What the unit should be now, told to it if that is news; null: nobody knows this serial. */
  async of(serial: string): Promise<ConfigMessage | null> {
    const desired = await this.#desired(serial);
    if (desired?.isNew) this.#deps.live.send(serial, desired.message);
    return desired?.message ?? null;
  }

  async #push(serials: readonly string[]): Promise<void> {
    const { live, log } = this.#deps;
    try {
      for (const serial of serials.filter((one) => live.isOnline(one))) {
        const desired = await this.#desired(serial);
        if (desired?.isNew) live.send(serial, desired.message);
      }
    } catch (error) {
      log.error({ reason: (error as Error).message }, 'configuration not sent');
    }
  }

  async #desired(serial: string): Promise<{ message: ConfigMessage; isNew: boolean } | null> {
    const { registry, directory, settings, offlineAfterS } = this.#deps;
    const unit = registry.bySerial(serial);
    if (unit === undefined) return null;
    const screen = unit.vehicleId === null ? undefined : directory.screenOf(unit.vehicleId);
    const { training, trainingUntilMs } = unit;
    const content: DesiredContent = {
      screen: { ...(screen ?? unknownVehicle(unit)), ...settings.valuesOf(unit) },
      training,
      ...(trainingUntilMs === null ? {} : { trainingUntilMs }),
      offlineAfterS,
    };
    const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    const isNew = this.#kept.get(serial)?.digest !== digest;
    const kept = isNew ? await this.#keep(serial, digest, content) : this.#kept.get(serial);
    const version = kept?.version;
    return { message: { type: 'config', version: version ?? 1, ...content }, isNew };
  }

  /**
   * The version of this content: one more than the last, unless it is the last. The content is
   * kept with it, so that a frame can be told from the versions it was made of.
   */
  async #keep(serial: string, digest: string, content: DesiredContent): Promise<Kept> {
    const kept = await this.#deps.store.write(async (tx) => {
      const last = await tx.get<Kept>(
        'SELECT version, content AS digest FROM desired_config WHERE serial = ?',
        [serial],
      );
      if (last?.digest === digest) return last;
      const next = { version: (last?.version ?? 0) + 1, digest };
      await tx.run(
        `INSERT INTO desired_config (serial, version, content) VALUES (?, ?, ?)
        ON CONFLICT (serial) DO UPDATE SET version = excluded.version, content = excluded.content`,
        [serial, next.version, digest],
      );
      const { screen, training } = content;
      const fromMs = this.#deps.nowMs();
      await insertContent(tx, { serial, version: next.version, fromMs, screen, training });
      return next;
    });
    this.#kept.set(serial, kept);
    return kept;
  }
}
