import type { BytePort } from './byte-port.ts';
import { CATALOGUE, type CatalogueRow, type PartKind } from './catalogue.ts';
import type { HardwareEnv } from './environment.ts';
import { HardwareError } from './errors.ts';
import type { SerialSettings } from './serial/serial-port.ts';

const EMULATOR_PREFIX = 'emulator:';

/** The name behind `emulator:`, or null for a real path. */
export function emulatorName(path: string | undefined): string | null {
  return path?.startsWith(EMULATOR_PREFIX) ? path.slice(EMULATOR_PREFIX.length) : null;
}

/** A line by its path: a real one, or one of the simulation. */
export async function openPort(settings: SerialSettings, env: HardwareEnv): Promise<BytePort> {
  const emulated = emulatorName(settings.path);
  if (emulated !== null) {
    return required(env.emulators?.ports?.[emulated], emulated, 'env.emulators.ports');
  }
  const { SerialBytePort } = await import('./serial/serial-port.ts');
  return new SerialBytePort(settings, env.timers);
}

/** The catalogue's row of that kind. Throws HardwareError `unknown-part`. */
export function rowOf<Kind extends PartKind>(
  part: string,
  kind: Kind,
): Extract<CatalogueRow, { kind: Kind }> {
  const row = Object.hasOwn(CATALOGUE, part) ? CATALOGUE[part] : undefined;
  if (!isOfKind(row, kind)) throw new HardwareError('unknown-part', part);
  return row;
}

function isOfKind<Kind extends PartKind>(
  row: CatalogueRow | undefined,
  kind: Kind,
): row is Extract<CatalogueRow, { kind: Kind }> {
  return row?.kind === kind;
}

/** `value`, or HardwareError `missing-setting`. */
export function required<Value>(value: Value | undefined, part: string, setting: string): Value {
  if (value === undefined) throw new HardwareError('missing-setting', `${part}: ${setting}`);
  return value;
}
