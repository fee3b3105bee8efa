import { readFile, statfs } from 'node:fs/promises';
import type { RecordValues } from '../protocols/messages/records.ts';
import type { Cancel, DeviceEnv } from './environment.ts';

/** wire.md, "MQTT": status every 60 s and on change. */
export const statusPeriodMs = 60_000;
const bytesPerMb = 1_000_000;
const boardThermometer = '/sys/class/thermal/thermal_zone0/temp';

export type Status = RecordValues<'status'>;

export interface StatusParts {
  readonly env: DeviceEnv;
  read(): Promise<Status>;
  write(status: Status): void;
}

/** The part whose change is worth a record by itself. */
function changeKey({ gnssState, displayFault, duty, ignition }: Status): string {
  return JSON.stringify([gnssState, displayFault, duty, ignition]);
}

/** How the unit is: once a minute, and when something changed. */
export class StatusReporter {
  readonly #parts: StatusParts;
  #next: Cancel | null = null;
  #lastKey = '';

  constructor(parts: StatusParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#report(true);
  }

  stop(): void {
    this.#next?.();
    this.#next = null;
  }

  /** Something may have changed: reported only if it did. */
  changed(): void {
    if (this.#next !== null) this.#report(false);
  }

  #report(always: boolean): void {
    const { env, read, write } = this.#parts;
    if (always) {
      this.#next = env.timers.after(statusPeriodMs, () => this.#report(true));
    }
    read()
      .then((status) => {
        const key = changeKey(status);
        if (!always && key === this.#lastKey) return;
        this.#lastKey = key;
        write(status);
      })
      .catch((error: unknown) => {
        env.log.warn({ error: String(error) }, 'the status could not be read');
      });
  }
}

/** Degrees Celsius of the computer as the kernel tells it; null when it does not. */
export async function boardTemperatureC(): Promise<number | null> {
  const text = await readFile(boardThermometer, 'utf8').catch(() => '');
  const milli = Number.parseInt(text, 10);
  return Number.isFinite(milli) ? milli / 1000 : null;
}

/** Free megabytes where the unit keeps its data; null when the system does not say. */
export async function diskFreeMb(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return Math.floor((bavail * bsize) / bytesPerMb);
  } catch {
    return null;
  }
}
