import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CATALOGUE, type CatalogueRow, type PartKind } from './catalogue.ts';

/** A part of the catalogue and where this machine may have one. */
export interface ListedPart {
  readonly part: string;
  readonly kind: PartKind;
  readonly about: string;
  /** Paths to name in the configuration; empty: nothing found that it could hang on. */
  readonly found: readonly string[];
}

/** Folders to look in, and which names in them count. Later ones only when all before are empty. */
type Places = readonly (readonly [folder: string, name: RegExp])[];

const SERIAL: Places = [
  ['dev/serial/by-id', /./],
  ['dev/serial/by-path', /./],
];

const PLACES: Readonly<Record<CatalogueRow['driver'], Places>> = {
  png: [],
  web: [],
  fb: [['sys/class/graphics', /^fb\d+$/]],
  'epd-uc8179': [['dev', /^spidev\d+\.\d+$/]],
  'nmea-serial': SERIAL,
  gpsd: [['run', /^gpsd\.sock$/]],
  fixed: [],
  replay: [],
  firmata: SERIAL,
  evdev: [['dev/input/by-path', /-event$/]],
  'at-serial': SERIAL,
  none: [],
};

/** The catalogue with what was found on this machine. `root` is `/` but in a test. */
export async function listHardware(root = '/'): Promise<ListedPart[]> {
  const listed: ListedPart[] = [];
  for (const [part, row] of Object.entries(CATALOGUE)) {
    const found = await firstFound(root, PLACES[row.driver]);
    listed.push({ part, kind: row.kind, about: row.about, found });
  }
  return listed;
}

async function firstFound(root: string, places: Places): Promise<string[]> {
  for (const [folder, name] of places) {
    const entries = await readdir(join(root, folder)).catch(() => []);
    const paths = entries
      .filter((entry) => name.test(entry))
      .map((entry) => join(root, folder, entry));
    if (paths.length > 0) return paths.toSorted();
  }
  return [];
}
