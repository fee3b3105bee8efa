import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importUnits } from '../../../gateway/registry/import-units.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { csvRowsMax, readUnitCsv } from '../../../gateway/registry/unit-csv.ts';
import { SeededRandom } from '../seeded-random.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';

describe('a list of units', () => {
  it('is read as spreadsheets write it: mark, line ends, quotes, columns in any order', () => {
    const text =
      '\u{feff}kind,serial,model,vehicle\r\ntow-truck,XL-0001,"M ""1"", wide",veh-1\r\n\r\n';
    expect(readUnitCsv(text)).toStrictEqual({
      ok: true,
      rows: [
        {
          ...{ row: 2, serial: 'XL-0001', ok: true },
          unit: { serial: 'XL-0001', model: 'M "1", wide', role: 'tow-truck', vehicleId: 'veh-1' },
        },
      ],
    });
  });

  it.each(['', 'serial,model', 'serial,model,kind,colour', 'XL-0001,M1,kiosk'])(
    'without its head line is no list: %j',
    (head) => {
      expect(readUnitCsv(`${head}\nXL-0001,M1,kiosk,veh`)).toMatchObject({ ok: false });
    },
  );

  it('is bounded', () => {
    const rows = Array.from({ length: csvRowsMax + 1 }, (_, n) => `XL-${n + 1000},M,kiosk`);
    expect(readUnitCsv(['serial,model,kind', ...rows].join('\n'))).toMatchObject({ ok: false });
  });

  it('never throws on anything', () => {
    const seed = 5;
    const random = new SeededRandom(seed);
    const alphabet = 'XL-01,",\n\r;é\u{0}serialmodelkind';
    for (let run = 0; run < 2000; run += 1) {
      const text = Array.from({ length: random.whole(0, 60) }, () =>
        alphabet.charAt(random.whole(0, alphabet.length - 1)),
      ).join('');
      expect(() => readUnitCsv(`serial,model,kind\n${text}`), `seed ${seed} ${text}`).not.toThrow();
    }
  });
});

describe('importing units', () => {
  let kept: TestStore;
  let registry: FleetRegistry;
  beforeEach(async () => {
    kept = await temporaryStore();
    registry = new FleetRegistry(kept.store, new VirtualEnv());
    await registry.start();
  });
  afterEach(() => kept.remove());

  it('registers the good rows of 500 and says of each other one what is wrong', async () => {
    await registry.register(
      { serial: 'XL-OLD-1', model: 'M', role: 'kiosk', vehicleId: 'veh-old' },
      'test',
    );
    const lines = ['serial,model,kind,vehicle'];
    for (let n = 1; n <= 493; n += 1) lines.push(`XL-${1000 + n},M1,tow-truck,veh-${n}`);
    const faults: readonly (readonly [string, RegExp])[] = [
      ['xl-lower,M1,kiosk,', /serial must be/],
      ['XL-2001,,kiosk,', /model is missing/],
      ['XL-2002,M1,bicycle,', /kind is one of/],
      ['XL-1001,M1,kiosk,', /is registered/],
      ['XL-OLD-1,M1,kiosk,', /is registered/],
      ['XL-2003,M1,kiosk,veh-1', /veh-1 carries XL-1001/],
      ['XL-2004,M1,kiosk,veh-old', /veh-old carries XL-OLD-1/],
    ];
    for (const [line] of faults) lines.push(line);
    const text = lines.join('\n');
    const done = await importUnits(registry, text, 'liu');
    if (!done.ok) throw new Error(done.message);
    expect(done.rows.length).toBe(500);
    expect(done.rows.filter(({ ok }) => ok).length).toBe(493);
    for (const [index, [, message]] of faults.entries()) {
      expect(done.rows[493 + index]).toMatchObject({ row: 495 + index, ok: false });
      expect(done.rows[493 + index]?.message).toMatch(message);
    }
    expect(registry.bySerial('XL-1493')).toMatchObject({
      state: 'registered',
      vehicleId: 'veh-493',
    });
    const again = await importUnits(registry, text, 'liu');
    expect(again).toMatchObject({ ok: true });
    expect(again.ok && again.rows.some(({ ok }) => ok)).toBe(false);
    expect(registry.all().length).toBe(494);
  });
});
