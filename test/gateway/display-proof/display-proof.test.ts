import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertContent } from '../../../gateway/display-proof/content-table.ts';
import { DisplayProof, proofLimits } from '../../../gateway/display-proof/display-proof.ts';
import { registerDisplayRoutes } from '../../../gateway/display-proof/routes.ts';
import { shownBefore } from '../../../gateway/display-proof/shown-table.ts';
import type { ScreenContent } from '../../../protocols/messages/down-schemas.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { codeDigitsOf, signCode } from '../../../protocols/scan-code/code.ts';
import { matchOf } from '../../../protocols/scan-code/match.ts';
import type { Reader } from '../../../protocols/store/store.ts';
import { IngestWorld } from '../ingest/ingest-world.ts';

type WireUnit = Awaited<ReturnType<IngestWorld['enrol']>>;

const serial = 'XL-GLASS-1';
const dayMs = 86_400_000;

let world: IngestWorld;
let unit: WireUnit;
let proof: DisplayProof;

beforeEach(async () => {
  world = await IngestWorld.open();
  unit = await world.enrol(serial);
  proof = new DisplayProof({ store: world.store, env: world.env, registry: world.registry });
});
afterEach(() => world.kept.remove());

function codeAt(atMs: number, signer = unit.signer): Buffer {
  return signCode(
    {
      ...{ kind: 0, unitId: 1, issuedAt: Math.floor(atMs / 1000), ttlS: 600, duty: 4 },
      ...{ lat: 38.05, lon: 114.5, fixAgeS: 1, incidentRef: 0 },
    },
    signer,
  );
}

function shown(seq: number, atMs: number, more: object = {}, clock = 'gnss'): UnitRecord {
  const values = {
    ...{ code: codeAt(atMs), layoutVersion: 1, contentVersion: 4, decodedOk: true },
    ...{ frameHash: Buffer.alloc(16, seq), panelMode: 'full' },
    ...more,
  };
  return { kind: 'shown', seq, happenedAtMs: atMs, clock, values } as UnitRecord;
}

const content = (title: string, version = 4): ScreenContent => ({
  ...{ version, role: 'tow-truck', title, titleEn: '', plate: '冀F·示001', hotline: '' },
  ...{ area: '', sample: true },
});

function keep(version: number, fromMs: number, screen: ScreenContent, training = false) {
  return world.store.write((tx) =>
    insertContent(tx, { serial, version, fromMs, screen, training }),
  );
}

describe('what stood on a glass', () => {
  it('is the newest code shown up to that moment, however late and shuffled it came', async () => {
    const t0 = world.env.ms;
    const moments = [0, 180_000, 360_000, 540_000].map((ms) => t0 + ms);
    world.env.pass(3_600_000);
    const order = [3, 0, 2, 1];
    for (const index of order) {
      await world.send(unit, [shown(index + 1, moments[index] as number)]);
    }
    for (const [index, atMs] of moments.entries()) {
      const found = await proof.shownAt(1, atMs + 179_999);
      expect(found).toMatchObject({ shownAtMs: atMs, unitId: 1, isValid: true, panelMode: 'full' });
      expect(found?.frameHash?.[0]).toBe(index + 1);
      expect(found?.code).toEqual(codeAt(atMs));
    }
    expect(await proof.shownAt(1, t0 - 1)).toBeUndefined();
    expect(await proof.shownAt(2, t0)).toBeUndefined();
  });

  it('says when its life was over at that moment', async () => {
    const t0 = world.env.ms;
    await world.send(unit, [shown(1, t0)]);
    expect(await proof.shownAt(1, t0 + 600_000)).toMatchObject({ isValid: true });
    expect(await proof.shownAt(1, t0 + 600_001)).toMatchObject({ isValid: false });
  });

  it('is found across outboxes and enrolments, with the match words of its own key', async () => {
    const t0 = world.env.ms;
    await world.send(unit, [shown(1, t0)]);
    await world.send({ ...unit, epoch: 'ffffffffffffffff' }, [shown(1, t0 + 60_000)]);
    const first = await proof.reproduction(1, t0 + 30_000);
    const second = await proof.reproduction(1, t0 + 90_000);
    expect([first?.shownAtMs, second?.shownAtMs]).toEqual([t0, t0 + 60_000]);
    const matchKey = world.registry.currentKeySet(serial)?.matchKey as Uint8Array;
    expect(first?.match).toEqual(matchOf(codeAt(t0), matchKey));
  });

  it('does not believe a clock that the unit itself did not trust', async () => {
    const t0 = world.env.ms;
    await world.send(unit, [shown(1, t0), shown(2, t0 + 1000, {}, 'none')]);
    expect(await proof.shownAt(1, t0 + 5000)).toMatchObject({ shownAtMs: t0 });
  });

  it('is known now for a unit whose clock is a little ahead', async () => {
    await world.send(unit, [shown(1, world.env.ms + 20_000)]);
    expect(await proof.onGlass(1)).toMatchObject({ shownAtMs: world.env.ms + 20_000 });
  });

  it('is looked up through the index, not by reading a month', async () => {
    const plans: { detail: string }[] = [];
    const explaining: Reader = {
      get: async (sql, params) => {
        plans.push(
          ...(await world.store.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params)),
        );
        return undefined;
      },
      all: (sql, params) => world.store.all(sql, params),
    };
    await shownBefore(explaining, serial, world.env.ms);
    const text = plans.map(({ detail }) => detail).join('\n');
    expect(text).toMatch(/one USING (COVERING )?INDEX unit_record_shown/);
    expect(text).not.toMatch(/SCAN (epoch|found|one)/);
  });
});

describe('the last 30 days', () => {
  it('are kept whole, every minute of them, and what is older goes', async () => {
    const startMs = world.env.ms;
    const hours = 33 * 24;
    const records = Array.from({ length: hours }, (_, hour) =>
      shown(hour + 1, startMs + hour * 3_600_000),
    );
    for (let first = 0; first < hours; first += 50) {
      await world.send(unit, records.slice(first, first + 50));
    }
    world.env.pass(33 * dayMs);
    let dropped = 0;
    for (let step = await proof.prune(10); step > 0; step = await proof.prune(10)) dropped += step;
    const oldestMs = world.env.ms - proofLimits.keptMs;
    expect(dropped).toBe(3 * 24 - 1);
    expect(await proof.shownAt(1, oldestMs)).toMatchObject({ shownAtMs: oldestMs });
    expect(await proof.shownAt(1, oldestMs - 1)).toBeUndefined();
    const anyMs = oldestMs + 17 * dayMs + 1_234_567;
    expect((await proof.shownAt(1, anyMs))?.shownAtMs).toBe(
      anyMs - ((anyMs - startMs) % 3_600_000),
    );
    await world.send(unit, records.slice(0, 50));
    expect(await proof.prune(10), 'an old record sent again stays gone').toBe(0);
  });

  it('keep every content that was desired in them, and the one that stood when they began', async () => {
    const t0 = world.env.ms;
    await keep(1, t0, content('first', 1));
    await keep(2, t0 + dayMs, content('second', 2));
    await keep(3, t0 + 40 * dayMs, content('third', 3));
    world.env.pass(45 * dayMs);
    await proof.prune(100);
    const rows = await world.store.all('SELECT version FROM desired_content ORDER BY version');
    expect(rows).toEqual([{ version: 2 }, { version: 3 }]);
  });
});

describe('what a frame was made of', () => {
  it('is the content of its version, the newest first when a unit changed vehicles', async () => {
    const t0 = world.env.ms;
    await keep(1, t0 - 3000, content('甲'), true);
    await keep(2, t0 - 2000, content('other', 5));
    await keep(3, t0 - 1000, content('乙'));
    await keep(4, t0 + dayMs, content('丙'));
    await world.send(unit, [shown(1, t0), shown(2, t0 + 1000, { contentVersion: 0 })]);
    const frame = await proof.reproduction(1, t0);
    expect(frame?.contents).toMatchObject([
      { screen: { title: '乙' }, training: false },
      { screen: { title: '甲' }, training: true },
    ]);
    expect(frame).toMatchObject({ layoutVersion: 1, contentVersion: 4 });
    expect((await proof.reproduction(1, t0 + 1000))?.contents).toEqual([
      { screen: null, training: true },
    ]);
  });
});

describe('the route to it', () => {
  async function ask(query = '') {
    const app = Fastify();
    const { registry, env } = world;
    registerDisplayRoutes(app, { proof, registry, live: { clockOffsetS: () => 0 }, env });
    const answer = await app.inject(`/units/${serial}/display${query}`);
    return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
  }

  it('tells a code only when nobody can take it any more', async () => {
    const t0 = world.env.ms;
    await world.send(unit, [shown(1, t0)]);
    world.env.pass(629_000);
    const open = await ask();
    expect(open.body).toMatchObject({ digits: null, match: null, shownAtMs: t0 });
    expect(JSON.stringify(open.body)).not.toContain(codeDigitsOf(codeAt(t0)).slice(60, 90));
    world.env.pass(2000);
    const closed = await ask(`?at=${new Date(t0 + 1000).toISOString()}`);
    expect(closed.body).toMatchObject({ digits: codeDigitsOf(codeAt(t0)), isValid: true });
    expect(closed.body.match).toHaveLength(3);
  });

  it('refuses what is no time, and says when nothing is kept', async () => {
    expect((await ask('?at=yesterday')).status).toBe(400);
    expect((await ask('?at=-1')).status).toBe(400);
    expect((await ask()).status).toBe(404);
  });
});
