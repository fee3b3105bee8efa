import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../../gateway/admin/run-command.ts';
import { requireBearer } from '../../../gateway/http/bearer.ts';
import { createPlaces } from '../../../gateway/place/places.ts';
import { writtenTrack } from '../../../gateway/track-export/formats.ts';
import { registerTrackRoutes, summaryFixesMax } from '../../../gateway/track-export/routes.ts';
import { fixesOfSpan, pageRows } from '../../../gateway/track-export/track-pages.ts';
import { trackPoints } from '../../../gateway/track-export/track-points.ts';
import type { Reader } from '../../../protocols/store/store.ts';
import { TrackCsv } from '../../../protocols/track/track.ts';
import { latOf, networksOf, networkText, roadLon } from '../place/network.ts';
import { Fleet, startMs, TestClock, type TestStore, temporaryStore, testEnv } from '../scan/kit.ts';
import { temporaryFolder } from '../world.ts';
import { storeFixes, trackFix } from './track-kit.ts';

let kept: TestStore;
let app: FastifyInstance;
let folder: ReturnType<typeof temporaryFolder>;
let admin = '';
const serial = 'XL-TEST-0007';
const token = 'token-of-a-test';

beforeEach(async () => {
  kept = await temporaryStore();
  const clock = new TestClock();
  const fleet = new Fleet(clock);
  fleet.add(serial, 7);
  const places = createPlaces({ networks: networksOf(networkText) });
  app = Fastify();
  requireBearer(app, token);
  registerTrackRoutes(app, { store: kept.store, env: testEnv(clock), registry: fleet, places });
  admin = await app.listen({ host: '127.0.0.1', port: 0 });
  folder = temporaryFolder();
  writeFileSync(join(folder.path, 'admin.token'), token);
});
afterEach(async () => {
  await app.close();
  await kept.remove();
  folder.remove();
});

async function command(...words: string[]) {
  const lines: string[] = [];
  const args = [...words, '--data', folder.path, '--admin', admin];
  const code = await runCommand(args, {
    callerFolder: '/',
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { code, lines };
}

const fixes = [0, 5, 10, 15, 700, 705].map((second) =>
  trackFix(startMs + second * 1000, latOf(101_000 + second * 20), roadLon, {
    ...{ speedMps: 20, courseDeg: 0.5, altM: 61.5, hdop: 0.9, sats: 9 },
  }),
);
const whole = ['--from', '2026-03-01T08:00:00+08:00', '--to', '2026-03-01T08:20:00+08:00'];
const track = (...rest: string[]) => command('unit', 'track', '--serial', serial, ...rest);

describe('xinlu unit track', () => {
  it('writes CSV that is read again as the same track, whatever order the fixes came in', async () => {
    await storeFixes(kept.store, 7, fixes.toReversed());
    await storeFixes(kept.store, 8, [trackFix(startMs + 1, 30, 100)]);
    const { code, lines } = await track(...whole, '--format', 'csv');
    expect(code).toBe(0);
    const csv = new TrackCsv();
    const read = lines.map((line) => csv.line(line)).filter((line) => line !== null);
    expect(read).toEqual(
      fixes.map(({ happenedAtMs, lat, lon }) => ({
        point: {
          ...{ timeMs: happenedAtMs, speedKmh: 72, altM: 61.5, courseDeg: 0.5 },
          ...{ lat: Number(lat.toFixed(7)), lon },
        },
      })),
    );
    expect(lines[1]).toContain(',G4,K101+000,INC,0,');
  });

  it('writes GeoJSON with a point and its place for each fix', async () => {
    await storeFixes(kept.store, 7, fixes);
    const { lines } = await track(...whole, '--format', 'geojson');
    const { type, features } = JSON.parse(lines.join('\n'));
    expect([type, features.length]).toEqual(['FeatureCollection', fixes.length]);
    expect(features[1]).toEqual({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [roadLon, Number(fixes[1]?.lat.toFixed(7))] },
      properties: {
        ...{ time: '2026-03-01T00:00:05.000Z', speedKmh: 72, courseDeg: 0.5, altM: 61.5 },
        ...{ hdop: 0.9, sats: 9, clock: 'gnss', section: 'G4', stake: 'K101+100' },
        ...{ direction: 'INC', flags: [] },
      },
    });
  });

  it('writes GPX whose line breaks where the unit was silent', async () => {
    await storeFixes(kept.store, 7, fixes);
    const text = (await track(...whole, '--format', 'gpx')).lines.join('\n');
    const segments = text.split('<trkseg>').slice(1);
    expect(segments.map((one) => one.split('<trkpt ').length - 1)).toEqual([4, 2]);
    expect(text).toContain('<ele>61.5</ele><time>2026-03-01T00:00:00.000Z</time>');
    const opened = [...text.matchAll(/<([a-z]+)[ >]/g)].map(([, name]) => name).sort();
    const closed = [...text.matchAll(/<\/([a-z]+)>/g)].map(([, name]) => name).sort();
    expect(opened).toEqual(closed);
  });

  it('is whole without any fix, in each format', async () => {
    expect((await track(...whole, '--format', 'csv')).lines).toHaveLength(1);
    const geoJson = (await track(...whole, '--format', 'geojson')).lines.join('\n');
    expect(JSON.parse(geoJson).features).toEqual([]);
    const gpx = (await track(...whole, '--format', 'gpx')).lines.join('');
    expect(gpx).toContain('<trkseg></trkseg></trk></gpx>');
  });

  it('keeps who read which track, and why', async () => {
    await track(...whole, '--reason', '投诉 2026-17');
    const [row] = await kept.store.all<{ subject: string; event: string; detail: string }>(
      'SELECT subject, event, detail FROM audit_event',
    );
    expect(row).toMatchObject({ subject: serial, event: 'track-read' });
    expect(JSON.parse(row?.detail ?? '')).toEqual({
      ...{ by: 'admin', reason: '投诉 2026-17' },
      ...{ fromMs: startMs, toMs: startMs + 1_200_000 },
    });
  });

  it('refuses an unknown unit, times that are none or the wrong way round, and formats', async () => {
    const refused = async (...words: string[]) => {
      const { code, lines } = await command('unit', 'track', ...words);
      return [code, JSON.parse(lines[0] ?? '').code];
    };
    expect(await refused('--serial', 'NOBODY', ...whole)).toEqual([1, 'unknown-serial']);
    expect(await refused('--serial', serial, ...whole, '--format', 'kml')).toEqual([
      1,
      'bad-request',
    ]);
    const times = [
      ['gestern', '2'],
      ['2', '1'],
      ['2026-03-01', '2'],
    ] as const;
    for (const [from, to] of times) {
      const args = ['--serial', serial, '--from', from, '--to', to];
      expect(await refused(...args)).toEqual([1, 'bad-request']);
    }
  });
});

describe('xinlu unit trips', () => {
  it('prints stops and trips of a span', async () => {
    await storeFixes(kept.store, 7, fixes);
    const { code, lines } = await command('unit', 'trips', '--serial', serial, ...whole);
    expect(code).toBe(0);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      ...{ fixes: 6, flagged: 0, stops: [], trips: [{ silentMsMax: 685_000 }] },
    });
  });

  it('refuses more than it keeps in memory', async () => {
    await kept.store.write((tx) =>
      tx.run(
        `INSERT INTO fix (unit_id, happened_at_ms, epoch_no, seq, clock, lat_e7, lon_e7)
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        SELECT 7, i, 1, i, 1, 380000000, 1146000000 FROM n`,
        [summaryFixesMax + 1000],
      ),
    );
    const args = ['--serial', serial, '--from', '0', '--to', '999999999999'];
    const { code, lines } = await command('unit', 'trips', ...args);
    expect([code, JSON.parse(lines[0] ?? '').code]).toEqual([1, 'too-large']);
  }, 30_000);
});

describe('a track of any length', () => {
  it('is read a page at a time, as fast as it is taken', async () => {
    const many = Array.from({ length: 6 * pageRows }, (_, index) =>
      trackFix(Math.floor(index / 3), 38, 114.6, { seq: index }),
    );
    await storeFixes(kept.store, 7, many);
    let pages = 0;
    const reader: Reader = {
      get: (...args) => kept.store.get(...args),
      all: (...args) => {
        pages += 1;
        return kept.store.all(...args);
      },
    };
    const found = fixesOfSpan(reader, 7, { fromMs: 0, toMs: many.length });
    const text = writtenTrack(
      'csv',
      serial,
      trackPoints(found, (some) => some.map(() => null)),
    );
    await text.next();
    expect(pages).toBe(0);
    await text.next();
    expect(pages).toBe(2);
    let points = 1;
    for await (const _ of text) points += 1;
    expect(points).toBe(many.length);
    expect(pages).toBe(7);
  });
});
