import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeDigitsOf } from '../../protocols/scan-code/code.ts';
import { latOf, networkText, roadLon } from '../gateway/place/network.ts';
import { codeOf, fix, hello, postJson, shown, TestUnit } from '../gateway/test-unit.ts';
import { startWorld, until, type World } from '../gateway/world.ts';
import { leftOver, OpenApiDocument } from './openapi-document.ts';

const serial = 'XL-CONTRACT-2';
interface Ask {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: object;
  /** 200 unless another is meant. */
  readonly status?: number;
}

/** Asks for everything that a document describes, and keeps what is not as it says. */
class Asker {
  readonly document: OpenApiDocument;
  readonly #world: World;
  readonly #token: string;
  readonly asked = new Set<string>();
  readonly wrong: string[] = [];

  constructor(world: World, json: unknown) {
    this.#world = world;
    this.document = new OpenApiDocument(json);
    this.#token = readFileSync(join(world.dataDir, 'admin.token'), 'ascii');
  }

  /** `GET /units/{serial}` on the administration; answers the JSON. */
  async ask<Answer>(
    name: string,
    { params = {}, query = '', body, status = 200 }: Ask = {},
  ): Promise<Answer> {
    const [method = '', template = ''] = name.split(' ');
    const path = template.replaceAll(/\{(\w+)\}/g, (_all, key: string) => params[key] ?? '');
    const url = `${this.#world.addresses.adminUrl}${path}${query}`;
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = await this.note(name, response, body);
    if (response.status !== status) this.wrong.push(`${name}: ${response.status} ${answer}`);
    return answer as Answer;
  }

  /** Holds an answer against the document. */
  async note(name: string, response: Response, body?: object): Promise<unknown> {
    const contentType = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const text = await response.text();
    const answer: unknown = contentType === 'application/json' ? JSON.parse(text) : text;
    this.noteAnswer(name, response.status, contentType, answer, body);
    return answer;
  }

  noteAnswer(
    name: string,
    status: number,
    contentType: string,
    answer: unknown,
    body?: unknown,
  ): void {
    const [method = '', path = ''] = name.split(' ');
    this.asked.add(name);
    const found = this.document.differences({ method, path, status, contentType, answer, body });
    this.wrong.push(...found.map((difference) => `${name} ${status}: ${difference}`));
  }
}

let world: World;
let asker: Asker;
beforeAll(async () => {
  world = await startWorld();
  asker = new Asker(world, (await world.admin('GET', '/openapi.json')).body);
});
afterAll(() => world.stop());

describe("the gateway's OpenAPI document", () => {
  it('is one by the schema of OpenAPI 3.1; another would not be', async () => {
    expect(await asker.document.problems()).toEqual([]);
    const spoilt = new OpenApiDocument({ ...asker.document.json, paths: { units: 5 } });
    expect(await spoilt.problems()).not.toEqual([]);
  });

  it('has every operation under a name of its own', () => {
    const ids = asker.document.operations.map((name) => {
      const [method = '', path = ''] = name.split(' ');
      return asker.document.operation(method, path)?.operationId;
    });
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(40);
  });

  it('says of every route that answers JSON what it takes and gives', () => {
    expect(asker.document.bareJson).toEqual([]);
  });

  it('says who may call: the administration nobody without its token', () => {
    const { document } = asker;
    expect(document.operation('GET', '/units')?.security).toEqual([{ adminToken: [] }]);
    expect(document.operation('GET', '/healthz')?.security).toEqual([]);
    expect(document.operation('GET', '/healthz')?.tags).toEqual(['codes', 'units', 'admin']);
    expect(document.operation('POST', '/enrol/requests')?.security).toEqual([]);
    expect(document.operation('POST', '/fleet/v1/units.list')?.security).toEqual([{ linkKey: [] }]);
  });
});

async function unitsAndEnrolment(): Promise<TestUnit> {
  const { addresses, fleetCaPem } = world;
  const model = { serial, model: 'test', role: 'tow-truck', vehicleId: 'veh-7' };
  await asker.ask('POST /units', { body: model });
  await asker.ask('POST /units', { body: model, status: 409 });
  const json = 'application/json';
  const unit = new TestUnit(world, serial);
  const enrolUrl = `${addresses.unitsUrl}/enrol/requests`;
  const challenge = await postJson(enrolUrl, fleetCaPem, {});
  asker.noteAnswer('POST /enrol/requests', challenge.status, json, challenge.body, {});
  const pending = await unit.ask();
  asker.noteAnswer('POST /enrol/requests', pending.status, json, pending.body);
  const { fingerprint } = unit;
  const params = { serial };
  await asker.ask('GET /units/{serial}', { params });
  await asker.ask('POST /units/{serial}/approve', { params, body: { fingerprint } });
  const granted = await unit.ask();
  asker.noteAnswer('POST /enrol/requests', granted.status, json, granted.body);
  unit.grant = granted.body as never;
  const renewal = await postJson(`${addresses.unitsUrl}/enrol/renewals`, fleetCaPem, {});
  asker.noteAnswer('POST /enrol/renewals', renewal.status, json, renewal.body, {});
  return unit;
}

async function records(unit: TestUnit): Promise<string> {
  await unit.connect();
  const now = Date.now();
  const code = codeOf(unit, Math.floor(now / 1000) - 1);
  unit.send([hello(1, now - 60_000), fix(2, now - 50_000), fix(3, now - 500), shown(4, code)]);
  await until('the acknowledgement', () => unit.acks.some(({ upTo }) => upTo >= 4), 10_000);
  return codeDigitsOf(code);
}

/** Presence is judged every few seconds. */
async function isJudged(): Promise<boolean> {
  return (await world.admin('GET', `/units/${serial}/presence`)).status === 200;
}

async function unitRoutes(): Promise<void> {
  const params = { serial };
  const span = `?from=${Date.now() - 600_000}&to=${Date.now()}`;
  await asker.ask('GET /units');
  await asker.ask('GET /units/{serial}', { params });
  await asker.ask('GET /units/{serial}', { params: { serial: 'XL-NONE' }, status: 404 });
  await asker.ask('GET /units/{serial}/display', { params });
  await until('a judged presence', isJudged, 20_000);
  await asker.ask('GET /units/{serial}/presence', { params });
  await asker.ask('GET /units/{serial}/track', { params, query: span });
  await asker.ask('GET /units/{serial}/trips', { params, query: span });
  await asker.ask('POST /units/{serial}/commands', { params, body: { name: 'self-test' } });
  await asker.ask('GET /units/{serial}/commands', { params });
  await asker.ask('POST /units/{serial}/training', { params, body: { training: false } });
  await asker.ask('GET /config/units/{serial}', { params });
  await asker.ask('GET /config/drift');
  const setting = { scope: 'fleet', key: 'hotline', value: '12328', reason: 'a test' };
  await asker.ask('POST /config', { body: setting });
  await asker.ask('GET /presence');
  await asker.ask('GET /alerts', { query: '?open=1' });
  await asker.ask('GET /clones');
  await asker.ask('GET /image');
  const csv = 'serial,model,kind\nXL-CONTRACT-3,test,tow-truck\n';
  await asker.ask('POST /units/import', { body: { csv } });
  const spare = { spare: 'XL-CONTRACT-3', reason: 'a test' };
  await asker.ask('POST /units/{serial}/replace', { params, body: spare });
  const move = { vehicleId: null, reason: 'a test' };
  await asker.ask('POST /units/{serial}/move', {
    params: { serial: 'XL-CONTRACT-3' },
    body: move,
  });
  const event = { event: 'revoke', reason: 'a test' };
  await asker.ask('POST /units/{serial}/events', { params, body: event });
}

async function incidentRoutes(): Promise<void> {
  const report = { section: 'G4', stake: 'K104+567', kind: 'rescue', summary: '示例' };
  const { id } = await asker.ask<{ id: string }>('POST /incidents', { body: report });
  await asker.ask('POST /incidents', { body: { section: 'G4' }, status: 400 });
  const params = { id };
  await asker.ask('GET /incidents');
  await asker.ask('POST /incidents/{id}/assign', { params, body: { serial } });
  await asker.ask('GET /incidents/{id}', { params });
  await asker.ask('POST /incidents/{id}/events', { params, body: { event: 'depart' } });
  await incidentDetails(id);
  await asker.ask('POST /incidents/{id}/release', { params, body: { serial } });
  await asker.ask('GET /incidents/{id}/indications', { params });
}

async function incidentDetails(id: string): Promise<void> {
  const params = { id };
  const party = { partyId: 'p1', role: 'assisted', plate: '冀A·示001', vehicleClass: 'bus-1' };
  await asker.ask('POST /incidents/{id}/parties', { params, body: { party } });
  await asker.ask('POST /incidents/{id}/parties/remove', { params, body: { partyId: 'p1' } });
  const enforcement = { matter: 'spillage' };
  const refused = { params, body: { enforcement }, status: 409 };
  await asker.ask('POST /incidents/{id}/enforcement', refused);
  const hindrance = { kind: 'jam', fromMs: 1, toMs: null };
  await asker.ask('POST /incidents/{id}/hindrances', { params, body: { hindrance } });
  const stated = { serial, event: 'arrive', source: 'console' };
  await asker.ask('POST /incidents/{id}/unit-events', { params, body: stated });
  await asker.ask('GET /incidents/{id}/nearest', { params, query: '?rows=5' });
  const file = { sha256: 'a'.repeat(64), kind: 'photo', name: '示例' };
  await asker.ask('POST /incidents/{id}/files', { params, body: file });
  await asker.ask('GET /incidents/{id}/files', { params });
  await asker.ask('GET /incidents/{id}/evidence', { params });
  await asker.ask('GET /evidence/keys');
  await asker.ask('GET /incident-merges');
  const merge = { firstId: id, secondId: 'none', accept: false };
  await asker.ask('POST /incident-merges', { body: merge, status: 404 });
}

async function terminalsAndHooks(): Promise<void> {
  const params = { phone: '13912345678' };
  await asker.ask('POST /terminals', { body: { ...params, plate: '冀A·示001' } });
  await asker.ask('GET /terminals');
  await asker.ask('GET /terminals/{phone}', { params });
  await asker.ask('POST /terminals/{phone}/text', { params, body: { text: '示例' }, status: 409 });
  await asker.ask('POST /terminals/{phone}/revoke', { params, body: {} });
  const url = 'http://127.0.0.1:9/hook';
  const { id } = await asker.ask<{ id: string }>('POST /webhooks', { body: { url } });
  await asker.ask('GET /webhooks');
  await asker.ask('POST /webhooks/{id}/remove', { params: { id } });
  await asker.ask('GET /authority');
  await asker.ask('POST /authority/rotate', { body: { reason: 'a test' } });
}

async function networkRoutes(): Promise<void> {
  const { hash } = await asker.ask<{ hash: string }>('POST /network/versions', {
    body: { content: networkText },
  });
  await asker.ask('POST /network/versions', { body: { content: '{' }, status: 400 });
  const activation = { hash, validFrom: '2020-01-01', reason: 'a test' };
  const { id } = await asker.ask<{ id: number }>('POST /network/activations', {
    body: activation,
  });
  const query = `?lat=${latOf(104_000)}&lon=${roadLon}&organisation=org-1`;
  await asker.ask('GET /network/place', { query });
  await asker.ask('GET /network/versions');
  await asker.ask('GET /network/versions/{hash}/content', { params: { hash } });
  await incidentRoutes();
  const params = { id: String(id) };
  await asker.ask('POST /network/activations/{id}/withdraw', { params, body: { reason: 'r' } });
}

async function openRoutes(digits: string): Promise<void> {
  const { httpUrl } = world.addresses;
  const open = (path: string) => fetch(`${httpUrl}${path}`, { redirect: 'manual' });
  await asker.note('GET /healthz', await open('/healthz'));
  await asker.note('GET /{path}', await open(`/${digits}`));
  await asker.note('GET /{path}', await open('/123'));
  await asker.note('GET /E/{digits}', await open(`/E/${'1'.repeat(294)}`));
  await asker.ask('GET /openapi.json');
  await asker.ask('GET /asyncapi.json');
}

describe('what runs', () => {
  it('answers every described route as the document says, refusals too', async () => {
    const unit = await unitsAndEnrolment();
    const digits = await records(unit);
    await networkRoutes();
    await terminalsAndHooks();
    await openRoutes(digits);
    await unitRoutes();
    await unit.end();
    expect(asker.wrong).toEqual([]);
    expect(asker.asked.size).toBeGreaterThan(45);
    process.stdout.write(leftOver(asker.document, asker.asked));
  });
});
