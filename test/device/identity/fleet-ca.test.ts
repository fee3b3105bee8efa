import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readFleetCa } from '../../../device/identity/fleet-ca.ts';
import { readArguments } from '../../../device/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'xinlu-image-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('the file that an image or USB stick carries', () => {
  const device = { gatewayUrl: 'https://g.example:8443', codeAddress: 'https://XL.EXAMPLE.CN/' };
  const image = JSON.stringify({ v: 1, device, apn: 'cmnet', fleetCaPem: pem });

  it('is a configuration that brings its own fleet CA, unless a word names another', async () => {
    const path = file('xinlu-unit.json', image);
    const read = readArguments(['--config', path, 'device.serial=XL-0001']);
    expect(read.words).toEqual([`device.fleetCaFile=${path}`, 'device.serial=XL-0001']);
    expect(await readFleetCa(path)).toBe(pem);
    expect(await readFleetCa(file('fleet-ca.pem', pem))).toBe(pem);
  });

  it('is told from a plain configuration, and from what is no JSON', async () => {
    const plain = file('device.json', JSON.stringify({ device }));
    expect(readArguments(['--config', plain]).words).toEqual([]);
    expect(await readFleetCa(file('odd.json', '{ "fleetCaPem": 7 }'))).toContain('7');
    expect(await readFleetCa(file('half.json', '{ "fleetCaPem": '))).toContain('fleetCaPem');
  });
});
