import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { MediaType, Picture } from './picture.ts';

/** A mount is one enrolment in one vehicle, as the gateway counts it. */
export interface Mount {
  readonly serial: string;
  readonly enrolment: number;
  readonly vehicleId: string | null;
}

export interface MountPhoto {
  readonly sha256: string;
  readonly mediaType: MediaType;
  readonly bytes: number;
  readonly takenAtMs: number;
  readonly takenBy: string;
}

function photoFile(dataDir: string, sha256: string): string {
  return join(dataDir, 'photos', sha256.slice(0, 2), sha256);
}

/** Puts the bytes on the disk under their SHA-256, whole or not at all. */
export async function keepBytes(dataDir: string, { bytes }: Picture): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = photoFile(dataDir, sha256);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = await open(`${file}.new`, 'w', 0o600);
  try {
    await draft.writeFile(bytes);
    await draft.sync();
  } finally {
    await draft.close();
  }
  await rename(`${file}.new`, file);
  return sha256;
}

/** The bytes of a photograph; null: they are not there any more. */
export function readBytes(dataDir: string, sha256: string): Promise<Buffer | null> {
  return readFile(photoFile(dataDir, sha256)).catch(() => null);
}

/** The newest photograph of a mount takes the place of the one before. */
export async function putPhoto(tx: Writer, mount: Mount, photo: MountPhoto): Promise<void> {
  await tx.run(
    `INSERT INTO mount_photos
       (serial, enrolment, vehicle_id, sha256, media_type, bytes, taken_at_ms, taken_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (serial, enrolment, vehicle_id) DO UPDATE SET sha256 = excluded.sha256,
       media_type = excluded.media_type, bytes = excluded.bytes,
       taken_at_ms = excluded.taken_at_ms, taken_by = excluded.taken_by`,
    [
      ...[mount.serial, mount.enrolment, mount.vehicleId ?? '', photo.sha256, photo.mediaType],
      ...[photo.bytes, photo.takenAtMs, photo.takenBy],
    ],
  );
}

/** The photograph of a mount; undefined: none yet. */
export function photoOf(reader: Reader, mount: Mount): Promise<MountPhoto | undefined> {
  return reader.get<MountPhoto>(
    `SELECT sha256, media_type AS mediaType, bytes, taken_at_ms AS takenAtMs, taken_by AS takenBy
     FROM mount_photos WHERE serial = ? AND enrolment = ? AND vehicle_id = ?`,
    [mount.serial, mount.enrolment, mount.vehicleId ?? ''],
  );
}
