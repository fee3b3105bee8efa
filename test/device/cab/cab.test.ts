import { describe, expect, it } from 'vitest';
import { Cab } from '../../../device/cab/cab.ts';
import type { ModemReport } from '../../../hardware/modem.ts';
import { PanelPower } from '../../../hardware/open.ts';
import { makeWorld } from '../support/world.ts';
import { FakePanel } from './fake-panel.ts';

const noWord: ModemReport = {
  sim: null,
  rssiDbm: null,
  registered: null,
  operator: null,
  network: null,
  imei: null,
  iccid: null,
};

async function rig() {
  const world = makeWorld('cab');
  const panel = new FakePanel();
  const answers = { dbm: -71 as number | null, mute: false };
  const modem = {
    start: async () => undefined,
    stop: async () => undefined,
    report: async () => {
      if (answers.mute) throw new Error('no-answer');
      return { ...noWord, rssiDbm: answers.dbm };
    },
  };
  const told: string[] = [];
  const cab = new Cab({
    panel,
    modem,
    power: new PanelPower(panel, 8_000, world.env.timers),
    env: world.env,
    event: (name, detail) => told.push(`${name} ${detail}`),
    setDuty: (duty) => told.push(`duty ${duty}`),
    nextCode: () => told.push('next code'),
    daylight: (level) => told.push(`daylight ${level}`),
    ignition: (on) => told.push(`ignition ${on}`),
    onReading: () => undefined,
  });
  await cab.start();
  await world.pass(50);
  return { ...world, panel, answers, told, cab };
}

describe('the cab', () => {
  it('takes buttons as events, and those of a stage as duty', async () => {
    const { panel, told } = await rig();
    for (const name of ['on-duty', 'arrived', 'help', 'next-code'] as const) {
      panel.emit('button', name);
    }
    expect(told).toEqual([
      'button on-duty',
      'duty patrol',
      'button arrived',
      'duty on-scene',
      'button help',
      'button next-code',
      'next code',
    ]);
  });

  it('beeps and lights its lamp at a scan, for five seconds', async () => {
    const { panel, cab, pass } = await rig();
    cab.scanned();
    expect(panel.beeps).toBe(1);
    expect(panel.lamps.scanned).toBe('on');
    await pass(4_000);
    cab.scanned();
    await pass(4_000);
    expect(panel.lamps.scanned).toBe('on');
    await pass(1_500);
    expect(panel.lamps.scanned).toBe('off');
  });

  it('shows code, link and fault on its lamps', async () => {
    const { panel, cab } = await rig();
    cab.show({ code: true, online: true, fault: false });
    expect(panel.lamps).toMatchObject({ status: 'on', fault: 'off' });
    cab.show({ code: true, online: false, fault: false });
    expect(panel.lamps.status).toBe('blink');
    cab.show({ code: false, online: true, fault: true });
    expect(panel.lamps).toMatchObject({ status: 'off', fault: 'on' });
  });

  it('lights the front of the panel at dusk, and writes no light that hardly changed', async () => {
    const { panel, told } = await rig();
    for (const level of [0.9, 0.91, 0.1, 0.12]) panel.emit('light', level);
    expect(told).toEqual(['daylight 0.9', 'daylight 0.1']);
    expect(panel.lamps['front-light']).toBe('on');
    panel.emit('light', 0.6);
    expect(panel.lamps['front-light']).toBe('off');
  });

  it('counts the ignition as off only when it stays off for a second', async () => {
    const { panel, told, cab, pass } = await rig();
    panel.emit('ignition', true);
    panel.emit('ignition', false);
    await pass(600);
    panel.emit('ignition', true);
    await pass(2_000);
    expect(told).toEqual(['ignition true']);
    panel.emit('ignition', false);
    await pass(1_100);
    expect(told).toEqual(['ignition true', 'ignition false']);
    expect(cab.ignition).toBe(false);
  });

  it('asks the modem once a minute, and knows nothing when it is mute', async () => {
    const { answers, cab, clock } = await rig();
    expect(cab.modemDbm).toBe(-71);
    answers.dbm = -99;
    await clock.advance(60_000);
    expect(cab.modemDbm).toBe(-99);
    answers.mute = true;
    await clock.advance(60_000);
    expect(cab.modemDbm).toBeNull();
  });
});
