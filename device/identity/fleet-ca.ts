import { readFile } from 'node:fs/promises';

interface Image {
  readonly fleetCaPem?: unknown;
}

/** The certificate within `xinlu-unit.json`; null: the text is no such file. */
function pemWithin(text: string): string | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const { fleetCaPem } = JSON.parse(text) as Image;
    return typeof fleetCaPem === 'string' ? fleetCaPem : null;
  } catch {
    return null;
  }
}

/** PEM of the fleet CA from a file of its own, or from the file that an image carries. */
export async function readFleetCa(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  return pemWithin(text) ?? text;
}

/**
 * A configuration file that is an image's brings the fleet CA too: it is its own `fleetCaFile`,
 * unless a later word names another. wire.md, "Enrolment".
 */
export function wordsOfImage(fileText: string, file: string): readonly string[] {
  return pemWithin(fileText) === null ? [] : [`device.fleetCaFile=${file}`];
}
