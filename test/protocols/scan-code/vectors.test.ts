import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeDigitsOf, readCodeLink, signCode } from '../../../protocols/scan-code/code.ts';
import type { ScanFields } from '../../../protocols/scan-code/fields.ts';
import { readKeyFile } from '../../../protocols/scan-code/key-file.ts';
import { matchOf } from '../../../protocols/scan-code/match.ts';
import { judge } from '../../../protocols/scan-code/verdict.ts';
import { signerFromSeed } from '../../support/keys.ts';

interface Vector extends Omit<ScanFields, 'version'> {
  readonly url: string;
  readonly bytes: string;
  readonly at: number;
  readonly verdict: string;
  readonly match: readonly number[] | null;
}

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/scan-code/scan-code.json', import.meta.url), 'utf8'),
);
const keyFile = readKeyFile(JSON.stringify(vectors.keys));
if (!keyFile.ok) throw new Error(keyFile.message);
const { keys } = keyFile;

function seedFor(vector: Vector): Buffer {
  const row = vectors.seeds.find((seed: { unitId?: number; issuer?: true }) =>
    vector.kind >= 2 ? seed.issuer : seed.unitId === vector.unitId,
  );
  return Buffer.from(row.seed, 'hex');
}

const names = ['kind', 'unitId', 'issuedAt', 'ttlS', 'duty', 'fixAgeS', 'incidentRef'] as const;

describe('the vectors of the scan code', () => {
  it.each<Vector>(vectors.valid)('reads $url as the fields it was made of', (vector) => {
    const reading = readCodeLink(vector.url);
    if (!reading.ok) throw new Error(reading.malformed);
    const { fields, bytes } = reading.code;
    expect(bytes.toString('hex')).toBe(vector.bytes);
    for (const name of names) expect(fields[name], name).toStrictEqual(vector[name]);
    for (const name of ['lat', 'lon'] as const) {
      if (vector[name] === null) expect(fields[name]).toBeNull();
      else expect(fields[name]).toBeCloseTo(vector[name], 5);
    }
    const judged = judge(reading, keys, { atS: vector.at });
    expect(judged.verdict).toBe(vector.verdict);
    const matchKey = 'key' in judged ? judged.key.matchKey : null;
    expect(matchKey === null ? null : matchOf(bytes, matchKey)).toStrictEqual(vector.match);
  });

  it.each<Vector>(vectors.valid)('signs the same fields into the same digits: $url', (vector) => {
    const bytes = signCode(vector, signerFromSeed(seedFor(vector)));
    expect(codeDigitsOf(bytes)).toBe(vector.url.split('/').at(-1));
  });

  it.each<{ url: string; at: number; verdict: string[] }>(vectors.invalid)(
    'refuses a damaged or foreign code at $at: $url',
    ({ url, at, verdict }) => {
      expect(verdict).toContain(judge(readCodeLink(url), keys, { atS: at }).verdict);
    },
  );
});
