import { describe, expect, it } from 'vitest';
import { AtModem } from '../../../hardware/emulator/at-modem.ts';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import { openModem } from '../../../hardware/open.ts';

async function rig() {
  const clock = new VirtualClock(0);
  const world = new AtModem();
  const env = clock.env({ emulators: { ports: { modem: world.port } } });
  const modem = await openModem({ part: 'quectel-ec20', path: 'emulator:modem' }, env);
  if (modem === null) throw new Error('no modem');
  await modem.start();
  return { clock, world, modem };
}

describe('modem on its AT port', () => {
  it('reports signal, registration, operator and numbers', async () => {
    const { clock, world, modem } = await rig();
    expect(await clock.until(modem.report())).toEqual({
      sim: 'ready',
      rssiDbm: -67,
      registered: true,
      operator: 'CHN-UNICOM',
      network: 'FDD LTE',
      imei: '867698048214905',
      iccid: '89860118802836799717',
    });
    expect(world.illegal).toEqual([]);
  });

  it('takes nothing said unasked for an answer', async () => {
    const { clock, world, modem } = await rig();
    world.chatty = true;
    world.say('RDY');
    expect(await clock.until(modem.report())).toMatchObject({ rssiDbm: -67, sim: 'ready' });
  });

  it('says what it does not know as null', async () => {
    const { clock, world, modem } = await rig();
    Object.assign(world.world, { sim: 'absent', csq: 99, registered: false });
    expect(await clock.until(modem.report())).toMatchObject({
      sim: 'absent',
      rssiDbm: null,
      registered: false,
      operator: null,
      network: null,
      iccid: null,
    });
    world.world.sim = 'pin';
    expect(await clock.until(modem.report())).toMatchObject({ sim: 'locked' });
  });

  it('gives up after 5 s without an answer, at once without a cable, and recovers', async () => {
    const { clock, world, modem } = await rig();
    world.mute = true;
    await expect(clock.until(modem.report())).rejects.toThrow(/no-answer/);
    expect(clock.nowMonoMs()).toBe(5000);
    const report = modem.report();
    report.catch(() => undefined);
    await clock.advance(1000);
    world.port.unplug();
    await expect(report).rejects.toThrow(/port-closed/);
    expect(clock.nowMonoMs()).toBe(6000);
    world.mute = false;
    world.port.plug();
    expect(await clock.until(modem.report())).toMatchObject({ sim: 'ready' });
  });

  it('asks one thing at a time, however many ask', async () => {
    const { clock, modem } = await rig();
    const [first, second] = await clock.until(Promise.all([modem.report(), modem.report()]));
    expect(first).toEqual(second);
  });

  it('is none where none is fitted', async () => {
    expect(await openModem({ part: 'no-modem' }, new VirtualClock(0).env())).toBeNull();
  });
});

describe('emulated modem', () => {
  it('refuses loudly what is no command', async () => {
    const { world } = await rig();
    await expect(world.port.write(Uint8Array.of(0x41, 0x80))).rejects.toThrow(/illegal-input/);
    await world.port.write(Buffer.from('AT+NONSENSE\r'));
    expect(world.illegal).toEqual(['byte 80', 'AT+NONSENSE']);
  });
});
