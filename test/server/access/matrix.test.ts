import { fastify, type LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AccessRow,
  accessTable,
  scopeParameterOf,
} from '../../../server/access/access-table.ts';
import { installAccessGate } from '../../../server/access/gate.ts';
import { type Role, roles, wholeSystemRoles } from '../../../server/access/roles.ts';
import { addSession } from '../../../server/access/session-table.ts';
import { organisations, people, putRow } from '../../../server/directory/directory-table.ts';
import { sampleDirectory } from '../../../server/directory/sample.ts';
import { showDay } from '../../../server/organisations/version-table.ts';
import { openRig, type Rig } from '../rig.ts';
import { Desk, signedIn } from './desk-rig.ts';

/**
 * The tree of the test, written down a second time: which organisations a right at each of them
 * covers. `other` is a brigade beside the sample one, `rescue` a tree of its own.
 */
const covers: Readonly<Record<string, readonly string[]>> = {
  everywhere: [
    'org-demo-detachment',
    'org-demo-brigade',
    'org-other',
    'org-demo-rescue',
    'org-none',
  ],
  'org-demo-detachment': ['org-demo-detachment', 'org-demo-brigade', 'org-other'],
  'org-demo-brigade': ['org-demo-brigade'],
  'org-other': ['org-other'],
  'org-demo-rescue': ['org-demo-rescue'],
};
const targets = [
  'org-demo-detachment',
  'org-demo-brigade',
  'org-other',
  'org-demo-rescue',
  'org-none',
];
const personOf: Readonly<Record<string, string>> = {
  'org-demo-detachment': 'per-at-detachment',
  'org-demo-brigade': 'per-demo-officer-1',
  'org-other': 'per-at-other',
  'org-demo-rescue': 'per-demo-worker-1',
  'org-none': 'per-none',
};
/** Words that stand nowhere but in what an organisation keeps about itself. */
const marks: Readonly<Record<string, string>> = {
  'org-demo-detachment': '地址标记支队',
  'org-demo-brigade': '地址标记大队',
  'org-other': '地址标记邻队',
  'org-demo-rescue': '地址标记救援',
};

let rig: Rig;
let bystander: string;

beforeAll(async () => {
  rig = await openRig();
  const sample = sampleDirectory();
  const brigade = sample.organisations.find((row) => row.organisationId === 'org-demo-brigade');
  const officer = sample.people[0];
  if (brigade === undefined || officer === undefined) throw new Error('the sample has changed');
  const { aboard: _aboard, ...person } = officer;
  await rig.server.store.write(async (tx) => {
    const other = { ...brigade, organisationId: 'org-other', nameZh: '邻队', sample: false };
    await putRow(tx, organisations, other);
    for (const [at, personId, number] of [
      ['org-demo-detachment', 'per-at-detachment', 9001],
      ['org-other', 'per-at-other', 9002],
    ] as const) {
      await putRow(tx, people, {
        ...person,
        personId,
        organisationId: at,
        subjectNumber: number,
        sample: false,
      });
    }
    for (const [id, mark] of Object.entries(marks)) {
      await tx.run('UPDATE organisations SET address_zh = ? WHERE organisation_id = ?', [mark, id]);
    }
    await showDay(tx, '2026-06-01', rig.clock.ms);
  });
  bystander = (await signedIn(rig, [])).accountId;
});
afterAll(() => rig.close());

/** The address of a row with its parameters filled in for one organisation. */
function addressOf({ url }: AccessRow, target: string): string {
  return url
    .replace(':organisationId', target)
    .replace(':personId', personOf[target] ?? 'per-none')
    .replace(':accountId', bystander)
    .replace(/:\w+/g, 'unknown-0');
}

async function call(desk: Desk, row: AccessRow, target: string, token: string) {
  const url = addressOf(row, target);
  return row.method === 'GET' ? desk.get(url) : desk.post(url, { token });
}

/** Let through: whatever the route then says, it is not the gate's no. */
function isLetThrough({ statusCode, headers, body }: LightMyRequestResponse): boolean {
  const toLogin = statusCode === 303 && String(headers.location).startsWith('/login?next=');
  const denied = statusCode === 403 && /您没有这项权限|页面已失效/.test(body);
  return !toLogin && !denied && statusCode !== 401;
}

const guarded = accessTable.filter(({ who }) => typeof who !== 'string' || who === 'signed-in');
const places = Object.keys(covers);
/** Where a role can be given. */
function placesOf(role: Role): string[] {
  if (wholeSystemRoles.includes(role)) return ['everywhere'];
  return places.filter((place) => place !== 'everywhere' || role === 'business-administrator');
}

describe('the matrix of routes, roles and organisations', () => {
  it.each(roles)('lets the role %s do what the table says and nothing else', async (role) => {
    let checked = 0;
    for (const place of placesOf(role)) {
      const organisationId = place === 'everywhere' ? null : place;
      const desk = await signedIn(rig, [{ role, organisationId }]);
      const session = desk.cookies.get('xinlu_session') ?? '';
      let token = await desk.token();
      for (const row of guarded) {
        const isScoped = scopeParameterOf(row) !== null;
        for (const target of isScoped ? targets : ['org-none']) {
          const hasRole = row.who === 'signed-in' || row.who.includes(role);
          const expected = hasRole && (!isScoped || (covers[place] ?? []).includes(target));
          const response = await call(desk, row, target, token);
          const what = `${role} at ${place}: ${row.method} ${row.url} of ${target}`;
          expect(isLetThrough(response), `${what} → ${response.statusCode}`).toBe(expected);
          // No gateway runs here: its pages say so with 503.
          if (!row.url.startsWith('/bench')) expect(response.statusCode, what).toBeLessThan(500);
          else expect(response.statusCode, what).not.toBe(500);
          leakFree(response, place, what);
          checked += 1;
          if (row.url === '/logout') token = await reopen(desk, session);
        }
      }
    }
    expect(checked).toBeGreaterThan(50);
  });

  it('lets nobody in without a session, nor with one made up', async () => {
    for (const row of guarded) {
      for (const desk of [new Desk(rig), new Desk(rig, '', 'made-up')]) {
        const response = await call(desk, row, 'org-demo-brigade', 'x');
        expect(isLetThrough(response), `${row.method} ${row.url}`).toBe(false);
        expect(response.body).not.toContain('地址标记');
      }
    }
  });

  it('lets an account without rights see no more than that it has none', async () => {
    const desk = await signedIn(rig, []);
    const token = await desk.token();
    for (const row of guarded.filter(({ who }) => who !== 'signed-in')) {
      const response = await call(desk, row, 'org-demo-brigade', token);
      expect(isLetThrough(response), `${row.method} ${row.url}`).toBe(false);
    }
  });
});

/** The session goes on, under a new cookie, after the route that ends it was tried. */
async function reopen(desk: Desk, session: string): Promise<string> {
  const next = `${session}+`;
  await rig.server.store.write((tx) => addSession(tx, next, desk.accountId, rig.clock.ms));
  desk.cookies.set('xinlu_session', next);
  return desk.token();
}

/** No page shows what an organisation outside the right keeps. */
function leakFree(response: LightMyRequestResponse, place: string, what: string): void {
  for (const [organisation, mark] of Object.entries(marks)) {
    if (!(covers[place] ?? []).includes(organisation)) {
      expect(response.body, `${what} shows ${organisation}`).not.toContain(mark);
    }
  }
}

describe('the access table', () => {
  it('is the list of routes: each is in it once, and each row is a route', () => {
    const printed = rig.server.app.printRoutes({ commonPrefix: false, includeHooks: false });
    expect(new Set(accessTable.map(({ method, url }) => `${method} ${url}`)).size).toBe(
      accessTable.length,
    );
    for (const { method, url } of accessTable) {
      expect(rig.server.app.hasRoute({ method, url }), `${method} ${url}\n${printed}`).toBe(true);
    }
  });

  it('refuses a route that is not in it when the route is registered', () => {
    const app = fastify();
    installAccessGate(app, {} as never);
    expect(() => app.get('/backdoor', async () => 'open')).toThrow(/GET \/backdoor has no row/);
  });

  it('gives nobody who is rated a way to single ratings', () => {
    const rated: readonly Role[] = ['officer', 'rescue-worker', 'firm-manager', 'employee'];
    for (const { url, who } of accessTable) {
      if (!/rating/.test(url) || url.startsWith('/v/')) continue;
      expect(typeof who !== 'string' && who.some((role) => rated.includes(role)), url).toBe(false);
    }
  });
});
