import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImportSettings, importUnits } from '../../../gateway/registry/import-units.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { csvRowsMax, readUnitCsv } from '../../../gateway/registry/unit-csv.ts';
import { SeededRandom } from '../seeded-random.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';
import { vehiclesOf } from './vehicles.ts';

describe('a list of units', () => {
  it('is read as spreadsheets write it: mark, line ends, quotes, columns in any order', () => {
    const text =
      '\u{feff}kind,serial,model,vehicle\r\ntow-truck,XL-0001,"M ""1"", wide",veh-1\r\n\r\n';
    const asked = { serial: 'XL-0001', model: 'M "1", wide', role: 'tow-truck' };
    const unsaid = { plate: null, sim: null, depot: null };
    expect(readUnitCsv(text)).toStrictEqual({
      ok: true,
      rows: [
        { row: 2, serial: 'XL-0001', ok: true, asked: { ...asked, vehicleId: 'veh-1', ...unsaid } },
      ],
    });
  });

  it('may be headed in Chinese, and name kinds so', () => {
    const text =
      '序列号,车牌号,SIM卡号,机构,类型\nXL-0001,冀F·示001,8986 0123 4567 8901 2345,org-1,清障车';
    expect(readUnitCsv(text)).toMatchObject({
      rows: [
        {
          asked: {
            ...{ plate: '冀F·示001', sim: '89860123456789012345', depot: 'org-1' },
            ...{ role: 'tow-truck', model: 'generic', vehicleId: null },
          },
        },
      ],
    });
  });

  it.each(['', 'model,kind', 'serial,model,kind,colour', 'XL-0001,M1,kiosk'])(
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

  /** 500 tow trucks of one firm and a patrol car of a brigade, as the server tells of them. */
  const vehicles = vehiclesOf([
    ...Array.from({ length: 500 }, (_, n) => ({
      ...{ vehicleId: `veh-${n + 1}`, organisation: 'org-firm', role: 'tow-truck' as const },
      plate: `冀F·${String(n + 1).padStart(5, '0')}`,
    })),
    { vehicleId: 'veh-car', organisation: 'org-brigade', role: 'patrol-car', plate: '冀A·00001' },
  ]);
  const everywhere: ImportSettings = { by: 'liu', vehicles, depot: null, covers: () => true };

  /** The ICCID of a number. */
  const simOf = (number: number) => `8986${String(number).padStart(16, '0')}`;

  it('registers the good rows of 500 and says of each other one what is wrong', async () => {
    await registry.register(
      { serial: 'XL-OLD-1', model: 'M', role: 'kiosk', vehicleId: 'veh-500', sim: simOf(900) },
      'test',
    );
    const lines = ['serial,model,kind,plate,vehicle,sim,depot'];
    for (let n = 1; n <= 486; n += 1) {
      lines.push(`XL-${1000 + n},M1,,冀F${String(n).padStart(5, '0')},,${simOf(n)},org-firm`);
    }
    const faults: readonly (readonly [string, string, string | null])[] = [
      ['xl-lower,M1,kiosk,,,,', 'bad-serial', null],
      [`XL-2001,${'M'.repeat(65)},kiosk,,,,`, 'long-model', null],
      ['XL-2002,M1,bicycle,,,,', 'bad-kind', null],
      ['XL-2003,M1,,,,,', 'no-kind', null],
      ['XL-1001,M1,kiosk,,,,', 'already-registered', null],
      ['XL-OLD-1,M1,kiosk,,,,', 'already-registered', null],
      ['XL-2004,M1,,冀F00001,,,', 'vehicle-taken', 'XL-1001'],
      ['XL-2005,M1,tow-truck,,veh-500,,', 'vehicle-taken', 'XL-OLD-1'],
      ['XL-2006,M1,,冀F99999,,,', 'unknown-plate', '冀F99999'],
      ['XL-2007,M1,,冀F00490,veh-491,,', 'plate-differs', null],
      ['XL-2008,M1,patrol-car,冀F00490,,,', 'wrong-kind', '冀F00490'],
      [`XL-2009,M1,kiosk,,,${simOf(900)},`, 'sim-taken', 'XL-OLD-1'],
      ['XL-2010,M1,kiosk,,,123,', 'bad-sim', null],
      ['XL-2011,M1,kiosk,,,,org 1', 'bad-depot', null],
    ];
    for (const [line] of faults) lines.push(line);
    const text = lines.join('\n');
    const done = await importUnits(registry, text, everywhere);
    if (!done.ok) throw new Error(done.message);
    expect(done.rows.length).toBe(500);
    expect(done.rows.filter(({ ok }) => ok).length).toBe(486);
    for (const [index, [, reason, about]] of faults.entries()) {
      expect(done.rows[486 + index]).toMatchObject({ row: 488 + index, ok: false, reason, about });
    }
    expect(registry.bySerial('XL-1486')).toMatchObject({
      ...{ state: 'registered', vehicleId: 'veh-486', role: 'tow-truck' },
      ...{ depot: 'org-firm', sim: simOf(486) },
    });
    const again = await importUnits(registry, text, everywhere);
    expect(again).toMatchObject({ ok: true });
    expect(again.ok && again.rows.some(({ ok }) => ok)).toBe(false);
    expect(registry.all().length).toBe(487);
  });

  it('keeps what it was given over a restart', async () => {
    await importUnits(
      registry,
      `serial,kind,sim,depot\nXL-0001,kiosk,${simOf(1)},org-1`,
      everywhere,
    );
    const restarted = new FleetRegistry(kept.store, new VirtualEnv());
    await restarted.start();
    expect(restarted.all().map(({ serial, depot, sim }) => [serial, depot, sim])).toStrictEqual([
      ['XL-0001', 'org-1', simOf(1)],
    ]);
  });

  it('lets nobody load units of an organisation that is not theirs', async () => {
    const mine = { ...everywhere, covers: (place: string | null) => place === 'org-firm' };
    const text = [
      'serial,kind,plate,depot',
      'XL-3001,,冀F00001,',
      'XL-3002,kiosk,,org-firm',
      'XL-3003,,冀A00001,',
      'XL-3004,,冀A00001,org-firm',
      'XL-3005,,冀F00002,org-brigade',
      'XL-3006,kiosk,,',
    ].join('\n');
    const done = await importUnits(registry, text, mine);
    const reasons = done.ok ? done.rows.map(({ reason }) => reason) : [];
    const other = 'other-organisation';
    expect(reasons).toStrictEqual(['registered', 'registered', other, other, other, other]);
    const withDepot = await importUnits(registry, 'serial,kind\nXL-3006,kiosk', {
      ...mine,
      depot: 'org-firm',
    });
    expect(withDepot).toMatchObject({ rows: [{ ok: true }] });
    expect(registry.bySerial('XL-3006')?.depot).toBe('org-firm');
  });
});
