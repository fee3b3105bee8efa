import { describe, expect, it } from 'vitest';
import type { Store } from '../../../protocols/store/store.ts';
import { startOfDayMs } from '../../../server/calendar/china-day.ts';
import { answerFeeCheck } from '../../../server/fees/fee-service.ts';
import { publishTariff } from '../../../server/fees/publish-tariff.ts';
import { publishSampleTariffs } from '../../../server/fees/sample-tariffs.ts';
import type { TariffDocument } from '../../../server/fees/tariff-schema.ts';
import { listTariffs, tariffInForce, tariffVersion } from '../../../server/fees/tariff-table.ts';
import { seededBytes } from '../rig.ts';
import { sampleDocument, withItems } from './samples.ts';
import { onStore } from './store.ts';

const today = '2026-06-01';
const clerk = {
  byWhom: 'clerk-1',
  nowMs: startOfDayMs(today) + 3600 * 1000,
  randomBytes: seededBytes('clerk'),
};
const towed = { vehicleClass: 'R1', towKm: 8, qty: { 'tow.base': 1 } };

/** The sample as a real tariff whose towing base for a car is `yuan`. */
function tariffAt(yuan: number, change: Partial<TariffDocument> = {}): TariffDocument {
  const dearer = withItems(({ code }) => (code === 'tow.base' ? { rate: yuan } : {}));
  const fixtures = [{ id: 'car', input: towed, expectYuan: yuan }];
  return { ...dearer, id: 'CN-13-RESCUE', sample: false, fixtures, ...change };
}

const publish = (store: Store, document: unknown) => publishTariff(store, document, clerk);

async function checkOn(store: Store, day: string, tariffId?: string) {
  const atMs = startOfDayMs(day);
  const question = { atMs, input: { ...towed, quotedFen: 40_000 } };
  const chosen = tariffId === undefined ? question : { ...question, tariffId };
  const answer = await answerFeeCheck(store, chosen, { demonstration: false });
  if ('refused' in answer) return answer.refused;
  return [answer.tariff.id, answer.tariff.version, answer.allowedFen, answer.verdict];
}

describe('publication is refused', () => {
  it.each([
    ['of what is no tariff', { id: 'x' }, 'bad-tariff'],
    ['without worked examples', tariffAt(360, { fixtures: [] }), 'no-fixtures'],
  ])('%s', async (_title, document, refused) => {
    await onStore(async (store) => {
      expect(await publish(store, document)).toMatchObject({ refused });
      expect(await listTariffs(store)).toEqual([]);
    });
  });

  it('unless its own examples come out, and names those that do not', async () => {
    const wrong = sampleDocument();
    wrong.fixtures = [
      ...wrong.fixtures,
      { id: 'one-short', input: towed, expectFen: 35_999 },
      { id: 'no-class', input: { qty: {} }, expectYuan: 0 },
    ];
    await onStore(async (store) => {
      expect(await publish(store, wrong)).toEqual({
        refused: 'fixtures-failed',
        failed: [
          { id: 'one-short', expectedFen: 35_999, got: 36_000 },
          { id: 'no-class', expectedFen: 0, got: 'vehicle-class-missing' },
        ],
      });
      expect(await listTariffs(store)).toEqual([]);
    });
  });

  it('where it would change days that had a tariff, today among them', async () => {
    await onStore(async (store) => {
      await publish(store, tariffAt(360));
      for (const effectiveFrom of ['2026-05-31', today]) {
        const changed = tariffAt(500, { effectiveFrom });
        expect(await publish(store, changed)).toEqual({ refused: 'retroactive' });
        const other = tariffAt(500, { effectiveFrom, id: 'CN-13-OTHER' });
        expect(await publish(store, other)).toEqual({ refused: 'retroactive' });
      }
      expect(await checkOn(store, today)).toEqual(['CN-13-RESCUE', 1, 36_000, 'over']);
    });
  });

  it('of a posted list of a firm nobody registered', async () => {
    const change = { kind: 'posted' as const, organisationId: 'org-x', discounts: [] };
    const items = tariffAt(360).items.map((item) => ({ ...item, pricing: 'market' as const }));
    await onStore(async (store) => {
      const list = tariffAt(360, { ...change, items });
      expect(await publish(store, list)).toEqual({ refused: 'unknown-organisation' });
    });
  });
});

describe('a published version', () => {
  it('is kept as it is for good', async () => {
    await onStore(async (store) => {
      await publish(store, tariffAt(360));
      const change = store.write((tx) => tx.run('UPDATE tariffs SET sample = 1'));
      await expect(change).rejects.toThrow('never changed');
      const removal = store.write((tx) => tx.run('DELETE FROM tariffs'));
      await expect(removal).rejects.toThrow('never deleted');
      expect(await tariffVersion(store, 'CN-13-RESCUE', 1)).toMatchObject({ sample: false });
    });
  });

  it('is not published a second time, however its text is laid out', async () => {
    await onStore(async (store) => {
      const once = await publish(store, tariffAt(360));
      const turned = Object.fromEntries(Object.entries(tariffAt(360)).reverse());
      expect(await publish(store, turned)).toEqual(once);
      expect(await listTariffs(store)).toHaveLength(1);
    });
  });

  it('keeps who published it and when', async () => {
    await onStore(async (store) => {
      await publish(store, tariffAt(360));
      expect(await listTariffs(store)).toMatchObject([
        {
          tariffId: 'CN-13-RESCUE',
          version: 1,
          publishedBy: 'clerk-1',
          publishedAtMs: clerk.nowMs,
        },
      ]);
    });
  });
});

describe('the version in force', () => {
  it('at the incident is used although a new one was published since', async () => {
    await onStore(async (store) => {
      await publish(store, tariffAt(360));
      const before = await checkOn(store, '2026-05-20');
      const next = tariffAt(500, { effectiveFrom: '2026-07-01' });
      expect(await publish(store, next)).toMatchObject({ version: 2 });
      expect(await checkOn(store, '2026-05-20')).toEqual(before);
      expect(await checkOn(store, '2026-06-30')).toEqual(['CN-13-RESCUE', 1, 36_000, 'over']);
      expect(await checkOn(store, '2026-07-01')).toEqual(['CN-13-RESCUE', 2, 50_000, 'within']);
    });
  });

  it('turns at midnight in China', async () => {
    await onStore(async (store) => {
      await publish(store, tariffAt(360));
      await publish(store, tariffAt(500, { effectiveFrom: '2026-07-01' }));
      const allowedAt = async (atMs: number) => {
        const question = { atMs, input: towed };
        const answer = await answerFeeCheck(store, question, { demonstration: false });
        return 'refused' in answer ? answer.refused : answer.allowedFen;
      };
      expect(await allowedAt(Date.UTC(2026, 5, 30, 15, 59, 59, 999))).toBe(36_000);
      expect(await allowedAt(Date.UTC(2026, 5, 30, 16))).toBe(50_000);
    });
  });

  it('lasts through its last day', async () => {
    await onStore(async (store) => {
      await publish(store, tariffAt(360, { effectiveTo: '2026-06-30' }));
      expect(await checkOn(store, '2026-06-30')).toEqual(['CN-13-RESCUE', 1, 36_000, 'over']);
      expect(await checkOn(store, '2026-07-01')).toBe('no-tariff-in-force');
      expect(await checkOn(store, '2025-12-31')).toBe('no-tariff-in-force');
    });
  });

  it('ends where another that supersedes it begins, also for who names it', async () => {
    await onStore(async (store) => {
      await publish(store, tariffAt(360));
      const change = { id: 'CN-13-NEW', effectiveFrom: '2026-07-01', supersedes: 'CN-13-RESCUE' };
      await publish(store, tariffAt(500, change));
      expect(await checkOn(store, '2026-06-30', 'CN-13-RESCUE')).toContain(36_000);
      expect(await checkOn(store, '2026-07-01')).toContain('CN-13-NEW');
      expect(await checkOn(store, '2026-07-01', 'CN-13-RESCUE')).toBe('tariff-not-in-force');
      expect(await checkOn(store, '2026-06-30', 'CN-13-NEW')).toBe('tariff-not-in-force');
      expect(await checkOn(store, '2026-06-30', 'CN-99')).toBe('unknown-tariff');
    });
  });

  it('is the real one as soon as there is one; a sample stands in and judges nothing', async () => {
    await onStore(async (store) => {
      await publishSampleTariffs(store, clerk);
      await publishSampleTariffs(store, clerk);
      expect(await listTariffs(store)).toHaveLength(2);
      const sample = ['CN-13-SAMPLE-2026A', 1, 36_000, 'none'];
      expect(await checkOn(store, today)).toEqual(sample);
      await publish(store, tariffAt(500, { effectiveFrom: '2026-06-01' }));
      expect(await checkOn(store, '2026-05-31')).toEqual(sample);
      expect(await checkOn(store, today)).toEqual(['CN-13-RESCUE', 1, 50_000, 'within']);
    });
  });

  it('is the one that began last, in whatever order they were published', async () => {
    await onStore(async (store) => {
      await publish(store, tariffAt(360));
      await publish(store, tariffAt(600, { effectiveFrom: '2026-09-01' }));
      const later = { ...clerk, nowMs: clerk.nowMs + 1000 };
      await publishTariff(store, tariffAt(500, { effectiveFrom: '2026-07-01' }), later);
      expect(await checkOn(store, '2026-08-31')).toContain(50_000);
      expect(await checkOn(store, '2026-09-01')).toContain(60_000);
    });
  });

  it('that is real gives way to no sample, though it begin later and claim to supersede', async () => {
    await onStore(async (store) => {
      await publish(store, tariffAt(360));
      const effectiveFrom = '2026-07-01';
      await publish(store, sampleDocument({ effectiveFrom, supersedes: 'CN-13-RESCUE' }));
      expect(await checkOn(store, '2026-07-01')).toContain('CN-13-RESCUE');
      expect(await checkOn(store, '2026-07-01', 'CN-13-RESCUE')).toContain('CN-13-RESCUE');
    });
  });

  it('of road damage is asked for by its name', async () => {
    await onStore(async (store) => {
      await publishSampleTariffs(store, clerk);
      const found = await tariffInForce(store, { kind: 'road-damage' }, today);
      expect(found?.tariffId).toBe('CN-13-SAMPLE-ROAD-2026A');
    });
  });
});
