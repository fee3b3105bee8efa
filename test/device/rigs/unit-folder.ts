import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodeIdentity } from '../../../device/code/minter.ts';
import { type DeviceConfig, readDeviceConfig } from '../../../device/config.ts';
import type { NewRecord } from '../../../device/outbox/outbox.ts';
import { startMs } from '../support/world.ts';

const memory = '/dev/shm';

/** A folder in memory where there is one: rigs that fsync thousands of times wait for no disk. */
export function memoryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'xinlu-rig-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The configuration of a unit that keeps its data in `folder`. */
export function configIn(folder: string, more: readonly string[] = []): DeviceConfig {
  const words = [
    `device.dataDir=${folder}`,
    'device.serial=XL-TEST-0001',
    `device.fleetCaFile=${folder}/none.pem`,
    'device.codeAddress=https://xl.example.cn/',
    ...more,
  ];
  return readDeviceConfig({ env: {}, fileText: undefined, words });
}

/** An enrolled unit's. */
export const identity: CodeIdentity = {
  unitId: 4711,
  kind: 0,
  codeHost: { scheme: 'https', host: 'XL.EXAMPLE.CN' },
  matchKey: new Uint8Array(32).fill(7),
};

/** A fix of a drive, `second` seconds after it began: no two are alike. */
export function fixAt(second: number): NewRecord {
  return {
    kind: 'fix',
    happenedAtMs: startMs + second * 1000,
    clock: 'gnss',
    values: {
      lat: 38 + (second % 90_000) * 1e-5,
      lon: 114.5 - (second % 70_000) * 1e-5,
      altM: 75 + (second % 50),
      speedMps: 20 + (second % 7) / 10,
      courseDeg: second % 360,
      satsUsed: 9 + (second % 4),
      hdop: 0.9,
      quality: 3,
    },
  };
}

/** As every minute. */
export function statusAt(second: number): NewRecord {
  return {
    kind: 'status',
    happenedAtMs: startMs + second * 1000,
    clock: 'gnss',
    values: {
      softwareVersion: '0.1.0',
      bootId: '0123456789abcdef',
      supplyV: null,
      ignition: true,
      modemDbm: -71,
      boardTemperatureC: 41.5,
      panelTemperatureC: 22.5,
      diskFreeMb: 1200,
      clockUncertaintyMs: 512,
      queueRecords: second % 60_000,
      gnssState: 'fix',
      displayFault: null,
      duty: 'patrol',
    },
  };
}

/** As with every rotation. `code` has the length of a real one. */
export function shownAt(second: number): NewRecord {
  const code = Buffer.alloc(82);
  code.writeUInt32BE(second, 4);
  return {
    kind: 'shown',
    happenedAtMs: startMs + second * 1000,
    clock: 'gnss',
    values: {
      code: new Uint8Array(code),
      layoutVersion: 2,
      contentVersion: 4,
      frameHash: new Uint8Array(16).fill(second % 251),
      decodedOk: true,
      panelMode: 'full',
    },
  };
}

export function eventAt(second: number, name: string): NewRecord {
  const values = { name, detail: `after ${second} s` };
  return { kind: 'event', happenedAtMs: startMs + second * 1000, clock: 'gnss', values };
}
