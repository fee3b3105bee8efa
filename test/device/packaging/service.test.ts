import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deviceConfig } from '../../../device/config.ts';
import { PANEL_WIRING } from '../../../hardware/panel/wiring.ts';

const root = new URL('../../../', import.meta.url);
const installed = (path: string) =>
  readFileSync(new URL(`device/packaging/root/${path}`, root), 'utf8');

const serviceText = installed('usr/lib/systemd/system/xinlu-device.service');
const rulesText = installed('usr/lib/udev/rules.d/61-xinlu-device.rules');
const usersText = installed('usr/lib/sysusers.d/xinlu-device.conf');

/** Values of a key of the service file, in order: several lines add up. */
function service(key: string): string[] {
  return serviceText
    .split('\n')
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));
}

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
const withoutSystemd = !hasSystemd && process.env.CI !== 'true';
if (withoutSystemd) process.stderr.write('service.test: skipped: systemd-analyze is missing\n');

describe('the service of a unit', () => {
  it('is watched, comes back for ever, and beats three times before it is missed', () => {
    expect(service('Type')).toStrictEqual(['notify']);
    expect(service('NotifyAccess')).toStrictEqual(['main']);
    expect(service('Restart')).toStrictEqual(['always']);
    expect(service('StartLimitIntervalSec')).toStrictEqual(['0']);
    const source = readFileSync(new URL('device/process.ts', root), 'utf8');
    const beatMs = Number(/const beatMs = ([\d_]+);/.exec(source)?.[1]?.replaceAll('_', ''));
    expect(Number(service('WatchdogSec')[0]) * 1000).toBeGreaterThanOrEqual(3 * beatMs);
  });

  it('runs as a user of its own whose groups exist wherever the package is installed', () => {
    const [user] = service('User');
    expect(user).toBe('xinlu-device');
    expect(usersText).toMatch(/^u xinlu-device /m);
    const groups = (service('SupplementaryGroups')[0] ?? '').split(' ');
    expect(groups).toStrictEqual(['dialout', 'video', 'input', 'spi', 'gpio']);
    for (const group of groups) expect(usersText).toContain(`m xinlu-device ${group}\n`);
    for (const [, group] of rulesText.matchAll(/GROUP="(\w+)"|chgrp (\w+)/g)) {
      if (group !== undefined) expect(groups).toContain(group);
    }
  });

  it('writes to one folder, the one of its configuration', () => {
    expect(service('ProtectSystem')).toStrictEqual(['strict']);
    expect(service('ReadWritePaths')).toStrictEqual([]);
    expect(service('StateDirectory')).toStrictEqual(['xinlu-device']);
    const config = JSON.parse(installed('etc/xinlu/device.json')) as Record<string, string>;
    expect(config.dataDir).toBe('/var/lib/xinlu-device');
    expect(service('ConditionFileNotEmpty')).toStrictEqual([config.fleetCaFile]);
  });

  it('is delivered with a configuration of known keys, and paths that udev makes', () => {
    const config = JSON.parse(installed('etc/xinlu/device.json')) as Record<string, string>;
    const known = Object.keys(deviceConfig.properties);
    expect(Object.keys(config).filter((key) => !known.includes(key))).toStrictEqual([]);
    const names = [...rulesText.matchAll(/SYMLINK\+="([^"]+)"/g)].map(([, name]) => `/dev/${name}`);
    for (const key of ['gnssPath', 'panelPath', 'modemPath']) expect(names).toContain(config[key]);
  });

  it.skipIf(withoutSystemd)('is understood by systemd, and exposes little', () => {
    const folder = mkdtempSync(join(tmpdir(), 'xinlu-service-'));
    const file = join(folder, 'xinlu-device.service');
    // The program is not installed on the machine that tests.
    writeFileSync(file, serviceText.replace(/^ExecStart=.*$/m, 'ExecStart=/bin/true'));
    const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
    const complaints = verified.stderr.split('\n').filter((line) => line.includes(file));
    // systemd before 254 does not know these two, and goes on without them.
    const newer = /Unknown key.*'(RestartSteps|RestartMaxDelaySec)'/;
    expect(complaints.filter((line) => !newer.test(line))).toStrictEqual([]);
    const exposed = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--threshold=25', '--no-pager', file],
      { encoding: 'utf8' },
    );
    expect(exposed.status, exposed.stdout.slice(-200)).toBe(0);
    rmSync(folder, { recursive: true });
  });
});

describe('the udev rules of a unit', () => {
  it('are rules: known operators, quoted values, and every jump has its mark', () => {
    const token = /^[A-Z]+(\{[^}]+\})?(==|!=|\+=|=)"[^"]*"$/;
    const rules = rulesText.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules.length).toBeGreaterThan(10);
    for (const rule of rules) {
      const tokens = rule.match(/[A-Z]+(\{[^}]+\})?\W?="[^"]*"/g) ?? [];
      expect(tokens.join(', ')).toBe(rule);
      for (const one of tokens) expect(one).toMatch(token);
    }
    const jumps = [...rulesText.matchAll(/GOTO="(\w+)"/g)].map(([, mark]) => mark);
    for (const mark of jumps) expect(rulesText).toContain(`\nLABEL="${mark}"\n`);
  });
});

describe('the wiring guide', () => {
  it('gives the pins that the driver of the control panel uses', () => {
    const guide = readFileSync(new URL('hardware/WIRING.md', root), 'utf8');
    const rows = [...guide.matchAll(/^\| (A\d|D\d+)(?: \(A\d\))? \| `([\w-]+)` \|/gm)];
    const told = Object.fromEntries(rows.map(([, pin, name]) => [name, pin]));
    const { buttons, leds, buzzer, ignition, tamper } = PANEL_WIRING;
    const pins = { ...buttons, ...leds, buzzer, ignition, tamper };
    const used = Object.entries(pins).map(([name, pin]) => [name, `D${pin}`]);
    const { lightChannel: light, thermistorChannel: thermistor } = PANEL_WIRING;
    expect(told).toStrictEqual({ ...Object.fromEntries(used), light, thermistor });
  });
});
