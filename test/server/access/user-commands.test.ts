import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overAdminPort } from '../../../server/admin/client.ts';
import { openRig, type Rig } from '../rig.ts';
import { Desk, signedIn } from './desk-rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
  await rig.server.start();
});
afterAll(() => rig.close());

describe('xinlu user, on a running server', () => {
  it('makes an account with a right, whose link leads to its setup page', async () => {
    const { users } = overAdminPort(rig.dataDir);
    const made = await users.create({
      loginName: 'dispatch-1',
      realName: '调度一',
      role: 'dispatcher',
      organisationId: 'org-demo-brigade',
    });
    const page = await new Desk(rig).get(new URL(made.setupLink).pathname);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('dispatch-1');
    expect(await users.list()).toContainEqual({
      loginName: 'dispatch-1',
      realName: '调度一',
      state: 'waiting',
      rights: [{ role: 'dispatcher', organisationId: 'org-demo-brigade' }],
    });
  });

  it('resets and disables: sessions end at once, the earlier link is dead', async () => {
    const { users } = overAdminPort(rig.dataDir);
    const desk = await signedIn(rig, [], 'somebody');
    expect((await desk.get('/desk')).statusCode).toBe(200);
    const first = await users.reset('somebody');
    expect((await desk.get('/desk')).statusCode).toBe(303);
    const second = await users.reset('somebody');
    const statusOf = async (link: string) =>
      (await new Desk(rig).get(new URL(link).pathname)).statusCode;
    expect([await statusOf(first.setupLink), await statusOf(second.setupLink)]).toEqual([404, 200]);
    expect(await users.disable('somebody')).toEqual({ loginName: 'somebody', disabled: true });
    expect(await statusOf(second.setupLink)).toBe(404);
    expect((await users.disable('somebody')).disabled).toBe(false);
  });

  it.each([
    [{ loginName: 'x y', realName: '某' }, /login names are/],
    [{ loginName: 'admin', realName: '某' }, /taken/],
    [{ loginName: 'nobody-1', realName: ' ' }, /real name/],
    [{ loginName: 'nobody-2', realName: '某', role: 'king' }, /no such role/],
    [{ loginName: 'nobody-3', realName: '某', role: 'dispatcher' }, /needs --organisation/],
    [
      { loginName: 'nobody-4', realName: '某', role: 'officer', organisationId: 'x' },
      /no such org/,
    ],
  ])('refuses %o and says why', async (user, reason) => {
    const { users } = overAdminPort(rig.dataDir);
    const before = await users.list();
    await expect(users.create(user)).rejects.toThrow(reason);
    expect(await users.list()).toEqual(before);
  });

  it('knows no account by a name that is not there', async () => {
    const { users } = overAdminPort(rig.dataDir);
    await expect(users.reset('nobody')).rejects.toThrow(/no account nobody/);
    await expect(users.disable('../admin')).rejects.toThrow(/no account/);
  });

  it('is closed to who has no token of the machine', async () => {
    const answer = await rig.server.admin.inject({ url: '/admin/v1/users' });
    expect(answer.statusCode).toBe(401);
  });
});
