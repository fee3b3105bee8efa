import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { addAccount } from '../../../server/access/account-table.ts';
import { addRight } from '../../../server/access/right-table.ts';
import type { Right } from '../../../server/access/roles.ts';
import { addSession } from '../../../server/access/session-table.ts';
import type { Rig } from '../rig.ts';

let drawn = 0;

/** An account with rights and a session, made in the store: what a login would have left. */
export async function signedIn(
  rig: Rig,
  rights: readonly Right[],
  loginName?: string,
): Promise<Desk> {
  drawn += 1;
  const accountId = `acc-${drawn}`;
  const cookie = `cookie-of-${accountId}-${'x'.repeat(20)}`;
  const name = loginName ?? `user-${drawn}`;
  await rig.server.store.write(async (tx) => {
    await addAccount(tx, { accountId, loginName: name, realName: `用户${drawn}` }, rig.clock.ms);
    for (const [index, right] of rights.entries()) {
      const rightId = `${accountId}-right-${index}`;
      await addRight(tx, { ...right, rightId, accountId }, 'test', rig.clock.ms);
    }
    await addSession(tx, cookie, accountId, rig.clock.ms);
  });
  return new Desk(rig, accountId, cookie);
}

/** A browser at the desk: keeps cookies, follows no redirect by itself. */
export class Desk {
  readonly accountId: string;
  readonly cookies = new Map<string, string>();
  readonly #rig: Rig;

  constructor(rig: Rig, accountId = '', session?: string) {
    this.#rig = rig;
    this.accountId = accountId;
    if (session !== undefined) this.cookies.set('xinlu_session', session);
  }

  async get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.#inject({ method: 'GET', url, headers });
  }

  /** Posts a form as it is; see `send` for one with its token. */
  async post(
    url: string,
    form: Readonly<Record<string, string>>,
    headers: Record<string, string> = {},
  ): Promise<LightMyRequestResponse> {
    return this.#inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(form).toString(),
    });
  }

  /** Opens a page for its token, then posts the form. */
  async send(
    url: string,
    form: Readonly<Record<string, string>>,
    page = '/desk',
  ): Promise<LightMyRequestResponse> {
    return this.post(url, { ...form, token: await this.token(page) });
  }

  async token(page = '/desk'): Promise<string> {
    return tokenIn((await this.get(page)).body);
  }

  async #inject(options: InjectOptions): Promise<LightMyRequestResponse> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...options.headers, ...(cookie !== '' && { cookie }) };
    const response = await this.#rig.server.app.inject({ ...options, headers });
    for (const { name, value } of response.cookies) {
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

export function tokenIn(html: string): string {
  return /name="token" value="([^"]+)"/.exec(html)?.[1] ?? '';
}
