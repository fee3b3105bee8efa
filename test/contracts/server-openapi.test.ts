import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keep, scanned, scannedReportOf } from '../server/receipt/scanned.ts';
import { openRig, type Rig, reportOf } from '../server/rig.ts';
import { leftOver, OpenApiDocument } from './openapi-document.ts';

interface Ask {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: object;
  readonly key?: string;
  readonly status?: number;
}

let rig: Rig;
let adminToken: string;
let whole: OpenApiDocument;
let shown: OpenApiDocument;
const asked = new Set<string>();
const wrong: string[] = [];

/** `GET /api/lists/{list}`, on the listener that has it; held against the document. */
async function ask<Answer>(
  name: string,
  { params = {}, query = '', body, key, status = 200 }: Ask = {},
): Promise<Answer> {
  const [method = '', path = ''] = name.split(' ');
  const isAdmin = path.startsWith('/admin/');
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, word: string) => params[word] ?? '') + query;
  const bearer = isAdmin ? adminToken : key;
  const { admin, app } = rig.server;
  const response = await (isAdmin ? admin : app).inject({
    method: method as NonNullable<InjectOptions['method']>,
    url,
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    ...(body !== undefined && { payload: body }),
  });
  const contentType = String(response.headers['content-type'] ?? '').split(';')[0] ?? '';
  const answer: unknown = contentType === 'application/json' ? response.json() : response.body;
  asked.add(name);
  const seen = { method, path, status: response.statusCode, contentType, answer, body };
  if (response.statusCode !== status) wrong.push(`${name}: ${response.statusCode}`);
  wrong.push(...whole.differences(seen).map((problem) => `${name} ${status}: ${problem}`));
  return answer as Answer;
}

beforeAll(async () => {
  rig = await openRig();
  adminToken = readFileSync(join(rig.dataDir, 'admin.token'), 'utf8').trim();
  const { admin, app } = rig.server;
  const headers = { authorization: `Bearer ${adminToken}` };
  const all = await admin.inject({ url: '/admin/v1/openapi.json', headers });
  whole = new OpenApiDocument(all.json());
  shown = new OpenApiDocument((await app.inject({ url: '/openapi.json' })).json());
});
afterAll(() => rig.close());

describe("the credit server's OpenAPI document", () => {
  it('is one by the schema of OpenAPI 3.1, for anybody and for the commands', async () => {
    expect(await whole.problems()).toEqual([]);
    expect(await shown.problems()).toEqual([]);
  });

  it('says of every route that answers JSON what it takes and gives', () => {
    expect(whole.bareJson).toEqual([]);
  });

  it('shows anybody what is public and what gateways call, but not the desk', () => {
    expect(shown.operations).toEqual(
      expect.arrayContaining([
        'GET /v/{scanId}',
        'GET /api/lists/{list}',
        'POST /api/fee-check',
        'POST /link/v1/messages',
      ]),
    );
    const hidden = whole.operations.filter((name) => !shown.operations.includes(name));
    expect(hidden).toEqual(
      expect.arrayContaining(['GET /accounts', 'GET /organisations', 'GET /admin/v1/users']),
    );
    const secured = (document: OpenApiDocument, scheme: string) =>
      document.operations.filter((name) => {
        const [method = '', path = ''] = name.split(' ');
        const { security = [] } = document.operation(method, path) ?? {};
        return security.some((one) => scheme in one);
      });
    expect(secured(shown, 'session')).toEqual([]);
    expect(secured(shown, 'linkKey')).toContain('GET /link/v1/directory');
    expect(secured(whole, 'session')).toEqual(
      expect.arrayContaining(['GET /accounts', 'GET /organisations']),
    );
  });

  it('has each page as a page: what is registered, and nothing else', async () => {
    const { app } = rig.server;
    const plain = whole.operations.filter((name) => /^GET \/[^{]*$/.test(name));
    for (const name of plain) {
      const [, path = ''] = name.split(' ');
      if (path.startsWith('/admin/')) continue;
      const response = await app.inject({ url: path, headers: { accept: 'text/html' } });
      expect([name, response.statusCode === 404]).toEqual([name, false]);
      if (response.statusCode !== 200 || whole.described.includes(name)) continue;
      const contentType = String(response.headers['content-type']).split(';')[0] ?? '';
      const content = whole.operation('GET', path)?.responses.default?.content ?? {};
      expect([name, Object.keys(content)]).toEqual([name, [contentType]]);
    }
    expect(plain.length).toBeGreaterThan(15);
  });
});

describe('what runs', () => {
  it('answers every described route as the document says, refusals too', async () => {
    const key = rig.toServerKey;
    await ask('GET /healthz');
    await ask('GET /openapi.json');
    await ask('GET /admin/v1/openapi.json');
    const { token } = await ask<{ token: string }>('POST /admin/v1/link-tokens');
    const claim = { token, gatewayId: 'gateway-2' };
    const { linkId } = await ask<{ linkId: string }>('POST /link/v1/claim', { body: claim });
    await ask('POST /link/v1/claim', { body: claim, status: 409 });
    await ask('GET /link/v1/directory', { key });
    await ask('GET /link/v1/directory', { status: 401 });
    const message = { id: 'message-1', type: 'scan', body: reportOf('contract') };
    await ask('POST /link/v1/messages', { key, body: { v: 1, messages: [message] } });
    await ask('POST /link/v1/messages', { key, body: { v: 2, messages: [] }, status: 400 });
    await ask('GET /admin/v1/links');
    await ask('POST /admin/v1/links/{linkId}/revoke', { params: { linkId } });
    for (const list of ['red', 'black']) await ask('GET /api/lists/{list}', { params: { list } });
    await ask('GET /api/lists/{list}', { params: { list: 'grey' }, status: 404 });
    const at = '2026-06-01T08:30:00+08:00';
    const towed = { vehicleClass: 'R1', towKm: 8, deadheadKm: 6, qty: { 'tow.base': 1 } };
    await ask('POST /api/fee-check', { body: { at, quotedFen: 100_000, ...towed } });
    await ask('POST /api/fee-check', { body: towed, status: 400 });
    const report = scannedReportOf('contract-receipt');
    const { phone, token: formToken } = await scanned(rig, report);
    const address = await keep(phone, report, formToken);
    const receiptId = address.split('/').at(-1) ?? '';
    await ask('GET /r/{receiptId}/receipt.json', { params: { receiptId } });
    await rig.server.checkpoints.take();
    await ask('GET /audit/keys.json');
    const { checkpoints } = await ask<{ checkpoints: object[] }>('GET /audit/checkpoints', {
      query: '?format=json',
    });
    await ask('POST /admin/v1/audit/verify', { body: { checkpoints } });
    const user = { loginName: 'sample.user', realName: '示例' };
    await ask('POST /admin/v1/users', { body: user });
    await ask('POST /admin/v1/users', { body: user, status: 409 });
    await ask('GET /admin/v1/users');
    const params = { loginName: user.loginName };
    await ask('POST /admin/v1/users/{loginName}/reset', { params });
    await ask('POST /admin/v1/users/{loginName}/disable', { params });
    expect(wrong).toEqual([]);
    expect(asked.size).toBeGreaterThan(15);
    process.stdout.write(leftOver(whole, asked));
  });
});
