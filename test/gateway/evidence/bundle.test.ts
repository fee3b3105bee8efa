import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partyStep } from '../../../gateway/incidents/detail-steps.ts';
import {
  type BundleBody,
  bundleBytes,
  bundleText,
  readBundle,
} from '../../../protocols/evidence/bundle.ts';
import { evidenceCommands } from '../../../protocols/evidence/commands.ts';
import {
  type BundleVerdict,
  readEvidenceKeys,
  verifyBundle,
} from '../../../protocols/evidence/verify-bundle.ts';
import { latOf, roadLon } from '../place/network.ts';
import { SeededRandom } from '../seeded-random.ts';
import { EvidenceWorld, roadsText, type Truck } from './evidence-world.ts';

let world: EvidenceWorld;
let truck: Truck;
let file: Buffer;
let body: BundleBody;
let incidentId: string;

const keyEntry = () => ({
  keyId: world.key.keyId,
  publicKey: Buffer.from(world.key.signer.publicKey).toString('base64url'),
  use: 'evidence',
});

function keys(...more: readonly object[]) {
  const reading = readEvidenceKeys(JSON.stringify([keyEntry(), ...more]));
  if (!reading.ok) throw new Error(reading.message);
  return reading.keys;
}

/** What a gateway could sign that wanted to: everything fits, but for the change. */
function resigned(change: (body: BundleBody) => void): Buffer {
  const changed = structuredClone(body);
  change(changed);
  const signature = world.key.signer.sign(bundleBytes(JSON.stringify(changed)));
  const sig = Buffer.from(signature).toString('base64url');
  return Buffer.from(bundleText({ body: changed, keyId: world.key.keyId, sig }));
}

beforeAll(async () => {
  world = await EvidenceWorld.open();
  truck = await world.enrol('XL-TEST-0007');
  const learner = await world.enrol('XL-TEST-0008', true);
  const { id, ref } = await world.report(104_567);
  incidentId = id;
  await world.incidents.change(id, (one, atMs) =>
    partyStep(
      one,
      { partyId: 'p1', role: 'assisted', plate: '冀A12345', vehicleClass: 'bus-1' },
      'clerk',
      atMs,
    ),
  );
  await world.incidents.assign(id, 'XL-TEST-0007', 'clerk');
  await world.incidents.assign(id, 'XL-TEST-0008', 'clerk');
  world.clock.jump(1_000_000);
  const shown = truck.code(650, { ttlS: 600, incidentRef: ref });
  const values = { layoutVersion: 1, contentVersion: 1, frameHash: null, decodedOk: true };
  const [first, ...rest] = truck.visit(104_567, 600, 780);
  await world.send(truck, [
    ...(first === undefined ? [] : [first]),
    truck.record('event', 590, { name: 'button', detail: 'arrived' }),
    truck.record('shown', 650, { code: shown, ...values, panelMode: 'partial' }),
    ...rest,
  ]);
  await world.send(learner, learner.visit(104_567, 600, 780));
  await world.scan(truck.code(845, { ttlS: 600, incidentRef: ref }));
  await world.scan(
    truck.code(800, { lat: latOf(104_967), lon: roadLon, fixAgeS: 2, incidentRef: ref }),
  );
  await world.clock.advance(3_000);
  await world.incidents.apply(id, 'close', 'clerk');
  const made = await world.maker.make(id);
  if (!made.ok) throw new Error(made.message);
  file = Buffer.from(made.text);
  const reading = readBundle(file);
  if (!reading.ok) throw new Error(reading.reason);
  body = reading.bundle.body;
}, 60_000);
afterAll(() => world.stop());

describe('the evidence of an incident', () => {
  it('holds for whoever has the key of the gateway, with what the fixes show', () => {
    const verdict = verifyBundle(file, keys(), Buffer.from(roadsText));
    expect(verdict).toMatchObject({ valid: true, reason: null, incidentId });
    expect(verdict.units).toHaveLength(1);
    const [own] = world.incidents.get(incidentId)?.assignments ?? [];
    expect(own?.attendance.arrivedAtMs).not.toBeNull();
    expect(verdict.units?.[0]).toMatchObject({
      serial: 'XL-TEST-0007',
      ...own?.attendance,
      shown: 1,
      buttons: [{ button: 'arrived' }],
    });
    expect(verdict.scans).toEqual({ total: 2, proved: 2 });
    expect(verdict.unitKeys).toEqual({ fromFile: 0, stated: 1 });
  });

  it('is the same for the command, which ends with 1 for a file that does not hold', () => {
    const [verify] = evidenceCommands;
    const run = (bytes: Buffer) => {
      const files: Record<string, Buffer> = {
        'e.json': bytes,
        'keys.json': Buffer.from(JSON.stringify([keyEntry()])),
      };
      const session = verify?.start({
        options: { keys: 'keys.json' },
        positionals: ['e.json'],
        readFile: (path) => files[path] ?? Buffer.alloc(0),
        nowS: () => 0,
      });
      return session?.end()[0];
    };
    expect(run(file)).toMatchObject({ ok: true, print: { valid: true } });
    expect(run(file.subarray(0, -1))).toMatchObject({ ok: false });
  });

  it('has the stored places of its scans again, by computing them', async () => {
    const rows = await world.kept.store.all<{ link: string }>(
      'SELECT link FROM scan_opening ORDER BY opened_at_ms, scan_id',
    );
    const stored = rows.map(({ link }) => JSON.parse(link).position);
    expect(body.results.scans.map(({ position }) => position)).toEqual(stored);
    expect(stored.map(({ source }: { source: string }) => source).sort()).toEqual([
      'signed',
      'track',
    ]);
  });

  it('fails with any byte changed', () => {
    const seed = Number(process.env.SEED ?? 20_261_123);
    const random = new SeededRandom(seed);
    const passed: number[] = [];
    const trusted = keys();
    for (let round = 0; round < 2_500; round += 1) {
      const at = random.whole(0, file.length - 1);
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ random.whole(1, 255);
      if (verifyBundle(changed, trusted).valid) passed.push(at);
    }
    expect({ seed, passed }).toEqual({ seed, passed: [] });
  }, 60_000);

  const swapped = (text: string) => Buffer.from(text, 'base64url').toString('base64url');
  const turned = (text: string, at: number) => {
    const bytes = Buffer.from(text, 'base64url');
    bytes[bytes.length + at] = (bytes[bytes.length + at] ?? 0) ^ 1;
    return swapped(bytes.toString('base64url'));
  };
  const forgeries: readonly [string, string, (body: BundleBody) => void][] = [
    [
      'an arrival',
      'results-differ',
      ({ results }) => {
        const [own] = results.units;
        if (own) own.arrivedAtMs = (own.arrivedAtMs ?? 0) - 60_000;
      },
    ],
    [
      'the scene',
      'results-differ',
      ({ units }) => {
        const [own] = units;
        if (own?.point) own.point = { ...own.point, lat: own.point.lat + 0.01 };
      },
    ],
    [
      'the time of the assignment',
      'results-differ',
      ({ units }) => {
        const [own] = units;
        if (own) own.assignedAtMs += 700_000;
      },
    ],
    [
      'a batch left out',
      'results-differ',
      ({ units }) => {
        units[0]?.batches.splice(0, 1);
      },
    ],
    [
      'a batch that its unit did not sign',
      'bad-unit-signature',
      ({ units }) => {
        const [own] = units;
        if (own) own.batches[0] = turned(own.batches[0] ?? '', -1);
      },
    ],
    [
      'a record of a batch',
      'bad-unit-signature',
      ({ units }) => {
        const [own] = units;
        if (own) own.batches[0] = turned(own.batches[0] ?? '', -80);
      },
    ],
    [
      'the key of a unit',
      'bad-unit-signature',
      ({ units }) => {
        const [own] = units[0]?.keys ?? [];
        if (own) own.publicKey = Buffer.from(world.key.signer.publicKey).toString('base64url');
      },
    ],
    [
      'a key that may be in other hands',
      'revoked-unit-key',
      ({ units }) => {
        const [own] = units[0]?.keys ?? [];
        if (own) own.revoked = true;
      },
    ],
    [
      'a code that was scanned',
      'bad-code-signature',
      ({ scans }) => {
        const [own] = scans;
        if (own)
          own.codeHex = `${own.codeHex.slice(0, -1)}${own.codeHex.endsWith('0') ? '1' : '0'}`;
      },
    ],
    [
      'a fix that a scan was linked by',
      'results-differ',
      ({ scans }) => {
        const own = scans.find(({ after }) => after !== null);
        if (own?.after) own.after = { ...own.after, lat: own.after.lat + 0.0001 };
      },
    ],
    [
      'the place of a scan',
      'results-differ',
      ({ results }) => {
        const [own] = results.scans;
        if (own?.place) own.place = { ...own.place, stakeM: own.place.stakeM + 1 };
      },
    ],
  ];

  it.each(forgeries)('fails although the gateway signed it: %s', (_what, reason, change) => {
    expect(
      verifyBundle(
        resigned(() => undefined),
        keys(),
      ).valid,
    ).toBe(true);
    expect(verifyBundle(resigned(change), keys())).toMatchObject({ valid: false, reason });
  });

  it('fails where roads are none of the network file, and where keys say otherwise', () => {
    const reasonOf = (verdict: BundleVerdict) => verdict.reason;
    const roads = Buffer.from(roadsText);
    const moved = resigned(({ network }) => {
      const last = network?.lines[0]?.vertices.at(-1);
      if (last) last[0] += 0.001;
    });
    expect(reasonOf(verifyBundle(moved, keys(), roads))).toBe('network-differs');
    expect(reasonOf(verifyBundle(file, keys(), Buffer.from('{}')))).toBe('network-differs');
    const other = Buffer.from(world.key.signer.publicKey).toString('base64url');
    const unitKey = { unitId: truck.unitId, publicKey: other };
    expect(reasonOf(verifyBundle(file, keys(unitKey)))).toBe('unknown-unit-key');
    const own = Buffer.from(truck.signer.publicKey).toString('base64url');
    expect(verifyBundle(file, keys({ unitId: truck.unitId, publicKey: own }))).toMatchObject({
      valid: true,
      unitKeys: { fromFile: 1, stated: 0 },
    });
    const reading = (entry: object) => {
      const read = readEvidenceKeys(JSON.stringify([entry]));
      if (!read.ok) throw new Error(read.message);
      return reasonOf(verifyBundle(file, read.keys));
    };
    expect(reading({ ...keyEntry(), keyId: 'other' })).toBe('unknown-key');
    expect(reading({ ...keyEntry(), publicKey: own })).toBe('bad-signature');
    expect(reading({ ...keyEntry(), revoked: true })).toBe('revoked-key');
    expect(reading({ ...keyEntry(), validTo: 1 })).toBe('key-not-in-force');
  });

  it('has nothing of units in training', () => {
    expect(file.toString()).not.toContain('XL-TEST-0008');
    expect(world.evidence().map(({ serial }) => serial)).not.toContain('XL-TEST-0008');
    expect(world.kinds()).toEqual(['arrival', 'clearance']);
  });

  it('is refused where nothing is known of an incident', async () => {
    expect(await world.maker.make('none')).toMatchObject({ ok: false, code: 'not-found' });
  });
});
