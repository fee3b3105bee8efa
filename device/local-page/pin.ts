import { join } from 'node:path';
import { hashPin, pinFits, pinSaltBytes } from '../../protocols/signed/pin-hash.ts';
import type { DeviceEnv } from '../environment.ts';
import { readIfThere, writeDurably } from '../store/durable-file.ts';

/** Under `dataDir`: the PIN for whoever may read it, and what a try is held against. */
export const pinFiles = { pin: 'secrets/local-pin', hash: 'secrets/local-pin.hash' } as const;

const pinDigits = 8;
const pinCount = 10 ** pinDigits;

/** Every PIN as likely as any other: what would favour the small ones is thrown again. */
function newPin(randomBytes: DeviceEnv['randomBytes']): string {
  for (;;) {
    const thrown = Buffer.from(randomBytes(4)).readUInt32BE(0);
    if (thrown < Math.floor(2 ** 32 / pinCount) * pinCount) {
      return String(thrown % pinCount).padStart(pinDigits, '0');
    }
  }
}

/** What the local page asks of a PIN. */
export interface LocalPin {
  fits(pin: string): Promise<boolean>;
}

async function makePin(folder: string, env: Pick<DeviceEnv, 'randomBytes' | 'log'>) {
  const pin = newPin(env.randomBytes);
  const hash = await hashPin(pin, env.randomBytes(pinSaltBytes));
  const pinFile = join(folder, pinFiles.pin);
  await writeDurably(pinFile, `${pin}\n`);
  await writeDurably(join(folder, pinFiles.hash), `${hash}\n`);
  env.log.info({ file: pinFile }, 'a PIN for the local page was made: it stands in this file');
  return hash;
}

/**
 * The PIN of the local page, made at the first start: eight digits in a file that only the owner
 * reads. Once noted, that file may be taken away: the hash beside it is what counts. With both
 * gone the next start makes another.
 */
export async function openLocalPin(
  folder: string,
  env: Pick<DeviceEnv, 'randomBytes' | 'log'>,
): Promise<LocalPin> {
  const kept = await readIfThere(join(folder, pinFiles.hash));
  const hash = kept?.trim() || (await makePin(folder, env));
  return { fits: (pin) => pinFits(pin, hash) };
}
