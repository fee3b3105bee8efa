import { describe, expect, it } from 'vitest';
import { ubxFrame } from '../../../hardware/emulator/gnss-commands.ts';
import { GnssModule } from '../../../hardware/emulator/gnss-module.ts';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import { frameSentence } from '../../../protocols/nmea/nmea.ts';

async function rig() {
  const clock = new VirtualClock(Date.UTC(2026, 2, 5));
  const position = { lat: 38, lon: 114.5, altM: 80, speedMps: 0, courseDeg: null };
  const gnss = new GnssModule({ source: () => position, env: clock.env() });
  let text = '';
  gnss.port.on('data', (bytes) => {
    text += Buffer.from(bytes).toString('latin1');
  });
  gnss.start();
  await gnss.port.start();
  const tell = (body: string) => gnss.port.write(Buffer.from(frameSentence(body), 'latin1'));
  const take = () => {
    const taken = text;
    text = '';
    return taken;
  };
  return { clock, gnss, tell, take };
}

describe('emulated GNSS module', () => {
  it('speaks GGA, GSA and RMC once a second', async () => {
    const { clock, take } = await rig();
    await clock.advance(2000);
    expect(take().match(/\$GN(GGA|GSA|RMC)/g)).toHaveLength(6);
  });

  it('obeys the choice of sentences and the period', async () => {
    const { clock, tell, take } = await rig();
    await tell('PCAS03,0,0,0,0,1,0,0,0,0,0,,,0,0');
    await tell('PCAS02,200');
    await clock.advance(1000);
    take();
    await clock.advance(1000);
    expect(take().match(/\$GN.../g)).toEqual(Array(5).fill('$GNRMC'));
  });

  it('acknowledges MTK and UBX commands', async () => {
    const { gnss, tell, take } = await rig();
    await tell('PMTK220,500');
    expect(take()).toBe('$PMTK001,220,3*30\r\n');
    const rate = Uint8Array.of(0x06, 0x08, 6, 0, 0xe8, 3, 1, 0, 1, 0);
    await gnss.port.write(ubxFrame(rate));
    expect(take()).toBe('\u00b5b\u0005\u0001\u0002\u0000\u0006\u0008\u0016\u003f');
    expect(gnss.illegal).toEqual([]);
  });

  it('refuses loudly what a module would not understand, and reads on behind it', async () => {
    const { gnss, tell, take } = await rig();
    const illegal = [
      Buffer.from('hello'),
      Buffer.from('$PCAS02,1000*00\r\n'),
      Buffer.from('$PCAS02\u00ff'),
      Buffer.from(frameSentence('PCAS02,1')),
      Buffer.from(frameSentence('PXYZ')),
      Buffer.from('$PCAS06,0*1B\n'),
      Buffer.from([0xb5, 0x63]),
      Buffer.from([0xb5, 0x62, 6, 8, 6, 0, 0xe8, 3, 1, 0, 1, 0, 1, 0x38]),
      Buffer.from(`$${'A'.repeat(300)}`),
    ];
    for (const bytes of illegal) {
      await expect(gnss.port.write(bytes)).rejects.toThrow(/illegal-input/);
    }
    expect(gnss.illegal).toHaveLength(illegal.length);
    take();
    await tell('PCAS06,0').catch(() => undefined);
    await tell('PCAS06,0');
    expect(take()).toContain('$GPTXT,01,01,02,SW=');
  });

  it('needs its time again after a cold restart', async () => {
    const clock = new VirtualClock(Date.UTC(2026, 2, 5));
    const position = { lat: 38, lon: 114.5, altM: 80, speedMps: 0, courseDeg: null };
    const options = { source: () => position, env: clock.env(), coldStartMs: 3000 };
    const gnss = new GnssModule(options);
    let text = '';
    gnss.port.on('data', (bytes) => {
      text += Buffer.from(bytes).toString('latin1');
    });
    gnss.start();
    await gnss.port.start();
    await clock.advance(5000);
    expect(text.match(/RMC,\d+\.\d+,A/g)).toHaveLength(3);
    await gnss.port.write(Buffer.from(frameSentence('PCAS10,2')));
    text = '';
    await clock.advance(2000);
    expect(text.match(/RMC,\d+\.\d+,V/g)).toHaveLength(2);
  });
});
