import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressFailuresMax } from '../../../server/access/attempt-limits.ts';
import { safeNext } from '../../../server/access/login.ts';
import { hashPassword, passwordFits, passwordProblem } from '../../../server/access/passwords.ts';
import { openSecret, sealSecret } from '../../../server/access/seal.ts';
import { sessionIdleMsMax, sessionLifeMsMax } from '../../../server/access/session-table.ts';
import { totpAt } from '../../../server/access/totp.ts';
import { SecretBox } from '../../../server/secrets.ts';
import { openRig, type Rig, seededBytes } from '../rig.ts';
import { Desk, tokenIn } from './desk-rig.ts';

const password = '高速公路 correct horse 5';
const minuteMs = 60_000;

let rig: Rig;
let secret: Buffer;

/** The key as the setup page prints it, read back as an authenticator would. */
function readKey(html: string): Buffer {
  const text = /<p class="key"[^>]*>([A-Z2-7 ]+)<\/p>/.exec(html)?.[1]?.replace(/ /g, '') ?? '';
  const bits = [...text]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

function setupPath(): string {
  return new URL(readFileSync(join(rig.dataDir, 'setup.link'), 'utf8').trim()).pathname;
}

/** A fresh code: the clock goes on a step, since each is good once. */
function code(): string {
  rig.clock.ms += 30_000;
  return totpAt(secret, rig.clock.ms / 1000);
}

async function tryLogin(desk: Desk, changes: Record<string, string> = {}, at = '/login') {
  const form = { name: 'admin', password, next: '/desk', ...changes };
  return desk.send('/login', { ...form, code: changes.code ?? code() }, at);
}

async function auditActions(): Promise<string[]> {
  const rows = await rig.server.store.all<{ payload: string }>(
    'SELECT payload FROM audit_events ORDER BY seq',
  );
  return rows.map(({ payload }) => (JSON.parse(payload) as { action: string }).action);
}

beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.close());

describe('the first start', () => {
  it('leaves a one-time setup link in a file that only its owner reads', () => {
    expect(setupPath()).toMatch(/^\/setup\/[\w-]{43}$/);
    expect(statSync(join(rig.dataDir, 'setup.link')).mode & 0o777).toBe(0o600);
  });

  it('refuses weak passwords, two different ones and a wrong code, and says which', async () => {
    const desk = new Desk(rig);
    const path = setupPath();
    secret = readKey((await desk.get(path)).body);
    expect(secret.length).toBe(20);
    const good = { realName: '张三', password, again: password };
    for (const [changes, text] of [
      [{ realName: ' ' }, '请填写真实姓名'],
      [{ again: `${password}!` }, '两次输入的密码不一样'],
      [{ password: 'short', again: 'short' }, '密码太短'],
      [{ password: 'admin-admin-admin', again: 'admin-admin-admin' }, '密码过于简单'],
      [{ code: '000000' }, '动态码不对'],
    ] as const) {
      const page = await desk.send(path, { ...good, code: code(), ...changes }, path);
      expect(page.statusCode).toBe(400);
      expect(page.body).toContain(text);
      expect(page.body).not.toContain(password);
    }
  });

  it('sets up the first system administrator once; the link is then dead', async () => {
    const desk = new Desk(rig);
    const path = setupPath();
    const form = { realName: '张三', password, again: password, code: code() };
    const done = await desk.send(path, form, path);
    expect([done.statusCode, done.headers.location]).toEqual([303, '/login?done=setup']);
    const again = await desk.get(path);
    expect(again.statusCode).toBe(404);
    expect(again.body).toContain('这个设置链接不能用了');
    const stored = await rig.server.store.all<Record<string, string>>('SELECT * FROM accounts');
    expect(stored[0]?.password_hash).toMatch(/^scrypt\$15\$8\$3\$/);
    expect(JSON.stringify(stored)).not.toContain(secret.toString('base64url'));
  });
});

describe('login', () => {
  it('needs name, password and code; what was wrong is not told apart', async () => {
    const bodies: string[] = [];
    for (const changes of [
      { password: 'not the password' },
      { code: '000000' },
      { name: 'nobody' },
    ]) {
      const page = await tryLogin(new Desk(rig), changes);
      expect(page.statusCode).toBe(403);
      bodies.push(/<p class="mark[^<]*</.exec(page.body)?.[0] ?? '');
    }
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]).toContain('登录名、密码或动态码不对');
    const desk = new Desk(rig);
    const done = await tryLogin(desk);
    expect([done.statusCode, done.headers.location]).toEqual([303, '/desk']);
    const cookie = done.cookies.find(({ name }) => name === 'xinlu_session');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    expect((await desk.get('/desk')).body).toContain('您好，张三');
  });

  it('does not take a code twice, even at the same moment', async () => {
    const once = code();
    const first = await tryLogin(new Desk(rig), { code: once });
    expect(first.statusCode).toBe(303);
    expect((await tryLogin(new Desk(rig), { code: once })).statusCode).toBe(403);
    const both = code();
    const results = await Promise.all(
      [new Desk(rig), new Desk(rig)].map((desk) => tryLogin(desk, { code: both })),
    );
    expect(results.map(({ statusCode }) => statusCode).filter((s) => s === 303)).toHaveLength(1);
  });

  it('draws a new session each time and ends the one the browser brought', async () => {
    const planted = new Desk(rig);
    await tryLogin(planted);
    const old = planted.cookies.get('xinlu_session') ?? '';
    const victim = new Desk(rig, '', old);
    await tryLogin(victim);
    expect(victim.cookies.get('xinlu_session')).not.toBe(old);
    expect((await new Desk(rig, '', old).get('/desk')).statusCode).toBe(303);
    const chosen = new Desk(rig, '', 'chosen-by-an-attacker');
    await tryLogin(chosen);
    expect(chosen.cookies.get('xinlu_session')).not.toBe('chosen-by-an-attacker');
    expect((await new Desk(rig, '', 'chosen-by-an-attacker').get('/desk')).statusCode).toBe(303);
  });

  it('leads to pages of this site only', async () => {
    const asked = [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example',
      '/%5cevil.example/..//x',
      'javascript:alert(1)',
      '/desk\r\nset-cookie: a=b',
      '/logout',
      '',
    ];
    for (const next of asked.filter((text) => !text.startsWith('/%5c'))) {
      expect(safeNext(next), next).toBe('/desk');
    }
    expect(safeNext('/accounts?done=given')).toBe('/accounts?done=given');
    const away = await tryLogin(new Desk(rig), { next: '//evil.example/' });
    expect(away.headers.location).toBe('/desk');
    const guarded = await new Desk(rig).get('/accounts?x=1');
    expect(guarded.headers.location).toBe('/login?next=%2Faccounts%3Fx%3D1');
  });

  it('refuses forms without the token of their own page, and of somebody else', async () => {
    const desk = new Desk(rig);
    const form = { name: 'admin', password, code: code(), next: '/desk' };
    expect((await desk.post('/login', form)).statusCode).toBe(403);
    const foreign = await new Desk(rig).token('/login');
    await desk.get('/login');
    const posted = await desk.post('/login', { ...form, token: foreign });
    expect(posted.statusCode).toBe(403);
    expect(posted.body).toContain('页面已失效');
    await tryLogin(desk);
    for (const url of ['/logout', '/accounts']) {
      const out = await desk.post(url, { token: foreign, name: 'mallory', realName: 'M' });
      expect(out.statusCode).toBe(403);
    }
    expect((await desk.get('/desk')).statusCode).toBe(200);
  });

  it('refuses bodies that are too large, before reading who sends them to the end', async () => {
    const desk = new Desk(rig);
    const token = await desk.token('/login');
    const page = await desk.post('/login', { token, name: 'x'.repeat(20_000) });
    expect(page.statusCode).toBe(413);
    expect(page.body).toContain('内容太大');
    const anonymous = await new Desk(rig).post('/accounts', { name: 'x'.repeat(200_000) });
    expect(anonymous.statusCode).toBe(401);
  });
});

describe('sessions', () => {
  it('end after half an hour without a request and after twelve hours in any case', async () => {
    const idle = new Desk(rig);
    await tryLogin(idle);
    rig.clock.ms += sessionIdleMsMax - minuteMs;
    expect((await idle.get('/desk')).statusCode).toBe(200);
    rig.clock.ms += sessionIdleMsMax - minuteMs;
    expect((await idle.get('/desk')).statusCode).toBe(200);
    rig.clock.ms += sessionIdleMsMax + minuteMs;
    expect((await idle.get('/desk')).statusCode).toBe(303);
    const busy = new Desk(rig);
    await tryLogin(busy);
    for (let ms = 0; ms < sessionLifeMsMax; ms += 20 * minuteMs) {
      expect((await busy.get('/desk')).statusCode).toBe(200);
      rig.clock.ms += 20 * minuteMs;
    }
    expect((await busy.get('/desk')).statusCode).toBe(303);
  });

  it('end with logout, also for a copy of the cookie', async () => {
    const desk = new Desk(rig);
    await tryLogin(desk);
    const copy = new Desk(rig, '', desk.cookies.get('xinlu_session') ?? '');
    const out = await desk.send('/logout', {});
    expect(out.headers.location).toBe('/login?done=out');
    expect((await copy.get('/desk')).statusCode).toBe(303);
  });
});

describe('accounts', () => {
  async function admin(): Promise<Desk> {
    const desk = new Desk(rig);
    await tryLogin(desk);
    return desk;
  }

  /** Makes an account over the pages and gives back its id and setup path. */
  async function create(desk: Desk, name: string) {
    const page = await desk.send('/accounts', { name, realName: '李四' }, '/accounts');
    expect(page.statusCode).toBe(200);
    const path = /\/setup\/[\w-]+/.exec(page.body)?.[0] ?? '';
    const accountId = /\/accounts\/([0-9a-f]{16})\/rights/.exec(page.body)?.[1] ?? '';
    return { path, accountId };
  }

  it('are made with a setup link; rights are given, used and gone with the next request', async () => {
    const desk = await admin();
    const { path, accountId } = await create(desk, 'li.si');
    const holder = new Desk(rig);
    const key = readKey((await holder.get(path)).body);
    rig.clock.ms += 30_000;
    const form = { realName: '李四', password, again: password };
    await holder.send(path, { ...form, code: totpAt(key, rig.clock.ms / 1000) }, path);
    rig.clock.ms += 30_000;
    await tryLogin(holder, { name: 'li.si', code: totpAt(key, (rig.clock.ms + 30_000) / 1000) });
    expect((await holder.get('/accounts')).statusCode).toBe(403);

    const rights = `/accounts/${accountId}/rights`;
    const given = await desk.send(rights, { role: 'auditor', organisation: '' });
    expect(given.headers.location).toBe(`/accounts/${accountId}?done=given`);
    expect((await holder.get('/accounts')).statusCode).toBe(200);
    const rightId = /rights\/([0-9a-f]{16})\/end/.exec(
      (await desk.get(`/accounts/${accountId}`)).body,
    )?.[1];
    await desk.send(`${rights}/${rightId}/end`, {});
    expect((await holder.get('/accounts')).statusCode).toBe(403);

    await desk.send(`/accounts/${accountId}/disable`, {});
    expect((await holder.get('/desk')).statusCode).toBe(303);
  });

  it('keep the three administrations apart, and nobody changes his own', async () => {
    const desk = await admin();
    const { accountId } = await create(desk, 'wang.wu');
    const rights = `/accounts/${accountId}/rights`;
    await desk.send(rights, { role: 'auditor', organisation: '' });
    const both = await desk.send(rights, { role: 'business-administrator', organisation: '' });
    expect(both.statusCode).toBe(400);
    expect(both.body).toContain('三者分立');
    const work = await desk.send(rights, { role: 'dispatcher', organisation: 'org-demo-brigade' });
    expect(work.body).toContain('这项权限不由您授予');
    const own = await rig.server.store.get<{ id: string }>(
      "SELECT account_id AS id FROM accounts WHERE login_name = 'admin'",
    );
    for (const act of ['rights', 'disable', 'reset']) {
      const page = await desk.send(`/accounts/${own?.id}/${act}`, { role: 'auditor' });
      expect(page.body, act).toContain('不能更改自己的账号');
    }
    expect((await desk.get('/desk')).statusCode).toBe(200);
  });

  it('refuse names that cannot be read out, and those that are taken', async () => {
    const desk = await admin();
    for (const [name, text] of [
      ['李四', '登录名不合规定'],
      ['a', '登录名不合规定'],
      ['ADMIN', '已有人用'],
    ] as const) {
      const page = await desk.send('/accounts', { name, realName: '某人' }, '/accounts');
      expect(page.statusCode).toBe(400);
      expect(page.body).toContain(text);
    }
  });

  it('leave an event for every login, refusal, account and change of a right', async () => {
    const actions = await auditActions();
    for (const action of [
      'account.created',
      'account.set-up',
      'login.done',
      'login.refused',
      'logout.done',
      'right.given',
      'right.ended',
      'account.disabled',
      'access.refused',
    ]) {
      expect(actions, action).toContain(action);
    }
  });
});

describe('brute force', () => {
  it('locks the account after five wrong answers, also when they come at once', async () => {
    const desks = Array.from({ length: 8 }, () => new Desk(rig));
    const wrong = await Promise.all(
      desks.map((desk) => tryLogin(desk, { password: 'a wrong password' })),
    );
    expect(wrong.map(({ statusCode }) => statusCode)).toEqual(wrong.map(() => 403));
    expect((await tryLogin(new Desk(rig))).statusCode).toBe(403);
    const actions = await auditActions();
    expect(actions).toContain('login.refused-and-locked');
    rig.clock.ms += 15 * minuteMs;
    expect((await tryLogin(new Desk(rig))).statusCode).toBe(303);
  });

  it('makes an address wait that tries many names', async () => {
    rig.clock.ms += 20 * minuteMs;
    const statuses: number[] = [];
    for (let count = 0; count <= addressFailuresMax; count += 1) {
      const form = { name: `name-${count}`, code: '000000' };
      statuses.push((await tryLogin(new Desk(rig), form)).statusCode);
    }
    expect(statuses.slice(0, addressFailuresMax).every((status) => status === 403)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    rig.clock.ms += 10 * minuteMs;
    expect((await tryLogin(new Desk(rig), { name: 'nobody' })).statusCode).toBe(403);
  });
});

describe('what is kept of passwords and secrets', () => {
  it('fits only its own password, whatever way it was typed', async () => {
    const stored = await hashPassword('Zürich pässword 1', seededBytes('hash'));
    expect(await passwordFits('Zu\u0308rich pa\u0308ssword 1', stored)).toBe(true);
    expect(await passwordFits('Zürich pässword 2', stored)).toBe(false);
    expect(await passwordFits('A', null)).toBe(false);
    expect(passwordProblem('x'.repeat(129), 'admin')).toBe('long-password');
    expect(passwordProblem('abababababab', 'admin')).toBe('plain-password');
  });

  it('opens only with the server secret and the account it was sealed for', () => {
    const box = new SecretBox('root');
    const text = Buffer.from('12345678901234567890');
    const sealed = sealSecret(box, 'acc-1', text, seededBytes('seal'));
    expect(openSecret(box, 'acc-1', sealed)).toEqual(text);
    expect(openSecret(box, 'acc-2', sealed)).toBeNull();
    expect(openSecret(new SecretBox('other'), 'acc-1', sealed)).toBeNull();
    expect(openSecret(box, 'acc-1', `${sealed.slice(0, -4)}AAAA`)).toBeNull();
    expect(openSecret(box, 'acc-1', '')).toBeNull();
  });
});

describe('a page of the desk', () => {
  it('is never kept and carries the strict policy', async () => {
    const page = await new Desk(rig).get('/login');
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(tokenIn(page.body)).not.toBe('');
    expect(existsSync(join(rig.dataDir, 'setup.link'))).toBe(true);
  });
});
