import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AtModem } from '../../hardware/emulator/at-modem.ts';
import { GnssModule } from '../../hardware/emulator/gnss-module.ts';
import { Uc8179Emulator } from '../../hardware/emulator/uc8179-panel.ts';
import { VirtualClock } from '../../hardware/emulator/virtual-clock.ts';
import { listHardware, openDisplay, openGnss, openModem, selfTest } from '../../hardware/open.ts';

async function rig() {
  const clock = new VirtualClock(Date.UTC(2026, 2, 5));
  const gnss = new GnssModule({ source: () => null, env: clock.env() });
  const modem = new AtModem();
  const epd = new Uc8179Emulator(clock.env());
  const ports = { gnss: gnss.port, modem: modem.port };
  const env = clock.env({ emulators: { ports, epdBuses: { epd } } });
  gnss.start();
  const parts = {
    display: await openDisplay({ part: 'waveshare-7in5-v2', path: 'emulator:epd' }, env),
    gnss: await openGnss({ part: 'atgm336h', path: 'emulator:gnss' }, env),
    panel: null,
    modem: await openModem({ part: 'quectel-ec20', path: 'emulator:modem' }, env),
  };
  return { clock, gnss, modem, epd, parts };
}

describe('self-test', () => {
  it('passes each part that works and names those that are not fitted', async () => {
    const { clock, epd, parts } = await rig();
    expect(await clock.until(selfTest(parts, clock))).toEqual([
      { part: 'display', result: 'pass', detail: 'full' },
      { part: 'gnss', result: 'pass', detail: 'no-fix' },
      { part: 'panel', result: 'not-fitted', detail: null },
      { part: 'modem', result: 'pass', detail: 'CHN-UNICOM' },
    ]);
    expect(epd.refreshes).toHaveLength(1);
    expect([...epd.illegal, ...epd.wear]).toEqual([]);
  });

  it('fails each part that does not answer, with the reason', async () => {
    const { clock, gnss, modem, epd, parts } = await rig();
    gnss.faults.silence = true;
    modem.mute = true;
    epd.stuckBusy = true;
    const lines = await clock.until(selfTest(parts, clock));
    expect(lines.map(({ part, result }) => `${part} ${result}`)).toEqual([
      'display fail',
      'gnss fail',
      'panel not-fitted',
      'modem fail',
    ]);
    expect(lines[0]?.detail).toBe('busy-timeout');
    expect(lines[1]?.detail).toBe('silent');
  });
});

describe('list of the hardware', () => {
  it('names for each part the devices it could hang on', async () => {
    const root = mkdtempSync(join(tmpdir(), 'xinlu-root-'));
    const files = [
      'dev/serial/by-id/usb-1a86_USB_Serial-if00-port0',
      'dev/serial/by-path/pci-0000',
      'dev/spidev0.0',
      'dev/tty0',
      'sys/class/graphics/fb0/name',
      'sys/class/graphics/fbcon/x',
      'dev/input/by-path/platform-gpio-keys-event',
    ];
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), '');
    }
    const listed = await listHardware(root);
    const found = (part: string) => listed.find((one) => one.part === part)?.found;
    expect(found('atgm336h')).toEqual([join(root, files[0] ?? '')]);
    expect(found('waveshare-7in5-v2')).toEqual([join(root, 'dev/spidev0.0')]);
    expect(found('fb-1024x600')).toEqual([join(root, 'sys/class/graphics/fb0')]);
    expect(found('gpio-keys')).toEqual([join(root, files[6] ?? '')]);
    expect(found('fixed')).toEqual([]);
    rmSync(root, { recursive: true });
    const nothing = await listHardware(join(root, 'gone'));
    expect(nothing.length).toBe(listed.length);
    expect(nothing.every((part) => part.found.length === 0)).toBe(true);
  });
});
