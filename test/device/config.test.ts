import { describe, expect, it } from 'vitest';
import { fixedPosition, readDeviceConfig } from '../../device/config.ts';
import { readArguments } from '../../device/process.ts';
import { readSimulationConfig } from '../../device/simulation/simulation.ts';

const words = ['serial=XL-TEST-0001', 'fleetCaFile=ca.pem', 'codeAddress=https://xl.example.cn/'];

function read(...more: string[]) {
  return readDeviceConfig({ env: {}, words: [...words, ...more] });
}

describe('the unit’s configuration', () => {
  it('needs serial, fleet CA and code address, and has defaults for the rest', () => {
    expect(read()).toMatchObject({ localPort: 8090, display: 'png-lcd', redialFirstMs: 30_000 });
    for (const missing of words) {
      const rest = words.filter((word) => word !== missing);
      expect(() => readDeviceConfig({ env: {}, words: rest })).toThrow(missing.split('=')[0]);
    }
  });

  it.each([
    ['serial=xl-test', 'serial'],
    ['serial=XL', 'serial'],
    ['duty=asleep', 'duty'],
    ['codeAddress=http://127.0.0.1/', 'codeAddress'],
    ['codeAddress=https://much-too-long.example.cn/', '18 fit'],
    ['localPort=70000', 'localPort'],
    ['speed=9', 'no such key'],
  ])('refuses %s and says why', (word, reason) => {
    expect(() => read(word)).toThrow(reason);
  });

  it('reads the place of a unit that stands', () => {
    expect(fixedPosition({ position: '38.04, 114.51' })).toEqual({ lat: 38.04, lon: 114.51 });
    for (const position of ['', '38', '38,', 'x,y', '91,0', '1,2,3']) {
      expect(() => fixedPosition({ position })).toThrow('LAT,LON');
    }
    expect(() => read('gnss=fixed')).toThrow('position');
  });

  it('of a simulated truck takes its receiver from the simulation', () => {
    const sources = { env: {}, words: [...words, 'track=t.csv', 'section=G4'] };
    expect(readSimulationConfig(sources)).toMatchObject({ gnssPath: 'emulator:gnss' });
    expect(readSimulationConfig({ env: {}, words }).gnssPath).toBe('');
  });

  it('comes with words and options from the command line', () => {
    expect(readArguments(['--print-config', 'serial=A'])).toEqual({
      fileText: undefined,
      printConfig: true,
      words: ['serial=A'],
    });
    expect(() => readArguments(['--unknown'])).toThrow();
    expect(() => readArguments(['--config', '/nowhere/at/all.json'])).toThrow('nowhere');
  });
});
