import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { organisations, selectRows } from '../directory/directory-table.ts';
import { sendPlainPage } from '../pages/routes.ts';
import { textField } from '../scan-page/forms.ts';
import { type AccountLine, accountPage, accountsPage } from '../web/access/accounts-page.ts';
import { type AccessMessageKey, problemMessage } from '../web/access/messages.ts';
import { notFoundPage } from '../web/shared/pages.ts';
import { type Account, accountById, listAccounts } from './account-table.ts';
import {
  type Actor,
  createAccount,
  endAccount,
  giveRight,
  maySeeAccount,
  resetAccount,
  takeRight,
} from './accounts.ts';
import { denyAtDesk, goOn, sendDesk, signedInContext } from './desk-reply.ts';
import { principalOf } from './gate.ts';
import { coveredBy, type GivenRight, rightsOf } from './right-table.ts';
import { isRole, wholeSystemRoles } from './roles.ts';
import { type AccessParts, deskFormBytesMax } from './routes.ts';
import { setupLink } from './setup.ts';

type AccountRequest = FastifyRequest<{ Params: { accountId: string; rightId?: string } }>;

function actorOf(request: FastifyRequest): Actor {
  const { accountId, rights } = principalOf(request);
  return { name: `user:${accountId}`, accountId, rights };
}

const doneTexts = { given: 'done_given', ended: 'done_ended', disabled: 'done_disabled' } as const;

function doneNotice(done: unknown): { kind: 'done'; text: AccessMessageKey } | null {
  if (done !== 'given' && done !== 'ended' && done !== 'disabled') return null;
  return { kind: 'done', text: doneTexts[done] };
}

/** Pages of accounts and their rights. */
export class AccountPages {
  readonly #parts: AccessParts;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  register(app: FastifyInstance): void {
    const limit = { bodyLimit: deskFormBytesMax };
    app.get('/accounts', (request, reply) => this.#list(request, reply, null));
    app.post('/accounts', limit, (request, reply) => this.#create(request, reply));
    app.get<{ Params: { accountId: string } }>('/accounts/:accountId', (request, reply) => {
      const { done } = request.query as { done?: unknown };
      return this.#show(request, reply, 200, { notice: doneNotice(done) });
    });
    app.post<{ Params: { accountId: string } }>(
      '/accounts/:accountId/reset',
      limit,
      (request, reply) => this.#reset(request, reply),
    );
    app.post<{ Params: { accountId: string } }>(
      '/accounts/:accountId/disable',
      limit,
      async (request, reply) => {
        const result = await endAccount(this.#parts, actorOf(request), request.params.accountId);
        return this.#after(request, reply, result, 'disabled');
      },
    );
    app.post<{ Params: { accountId: string } }>(
      '/accounts/:accountId/rights',
      limit,
      (request, reply) => this.#give(request, reply),
    );
    app.post<{ Params: { accountId: string; rightId: string } }>(
      '/accounts/:accountId/rights/:rightId/end',
      limit,
      async (request, reply) => {
        const { accountId, rightId } = request.params;
        const result = await takeRight(this.#parts, actorOf(request), accountId, rightId);
        return this.#after(request, reply, result, 'ended');
      },
    );
  }

  async #list(request: FastifyRequest, reply: FastifyReply, problem: string | null) {
    const { store, env } = this.#parts;
    const { rights } = principalOf(request);
    const lines: AccountLine[] = [];
    for (const account of await listAccounts(store)) {
      const held = await rightsOf(store, account.accountId);
      if (!(await maySeeAccount(store, rights, held))) continue;
      lines.push({ account, rights: await this.#seenRights(request, held) });
    }
    const page = accountsPage(signedInContext(request, reply), lines, env.nowMs(), problem);
    return sendDesk(reply, problem === null ? 200 : 400, page);
  }

  /** Of somebody's rights those that lie where the reader has a say. */
  async #seenRights(request: FastifyRequest, held: readonly GivenRight[]) {
    const { rights } = principalOf(request);
    if (rights.some(({ role }) => wholeSystemRoles.includes(role))) return held;
    const covered = await coveredBy(this.#parts.store, rights, ['business-administrator']);
    return held.filter(
      ({ organisationId }) => covered === null || covered.has(organisationId ?? ''),
    );
  }

  async #create(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { body } = request;
    const typed = {
      loginName: textField(body, 'name'),
      realName: textField(body, 'realName'),
    };
    const result = await createAccount(this.#parts, actorOf(request), typed);
    if ('problem' in result) return this.#list(request, reply, result.problem);
    const { accountId, token } = result;
    return this.#show(request, reply, 200, { accountId, token });
  }

  async #reset(request: AccountRequest, reply: FastifyReply): Promise<FastifyReply> {
    const result = await resetAccount(this.#parts, actorOf(request), request.params.accountId);
    if ('problem' in result) return this.#after(request, reply, result, 'disabled');
    return this.#show(request, reply, 200, { token: result.token });
  }

  async #give(request: AccountRequest, reply: FastifyReply): Promise<FastifyReply> {
    const role = textField(request.body, 'role');
    const place = textField(request.body, 'organisation');
    const organisationId = place === '' ? null : place;
    const { accountId } = request.params;
    const result = isRole(role)
      ? await giveRight(this.#parts, actorOf(request), accountId, { role, organisationId })
      : ({ problem: 'unknown-role' } as const);
    return this.#after(request, reply, result, 'given');
  }

  /** Done: back to the account, so that a reload posts nothing. Refused: the page says why. */
  async #after(
    request: AccountRequest,
    reply: FastifyReply,
    result: object,
    done: keyof typeof doneTexts,
  ): Promise<FastifyReply> {
    const { accountId } = request.params;
    if (!('problem' in result)) return goOn(reply, `/accounts/${accountId}?done=${done}`);
    const text = problemMessage(String(result.problem));
    return this.#show(request, reply, 400, { notice: { kind: 'mark', text } });
  }

  async #places(request: FastifyRequest, english: boolean) {
    const { rights } = principalOf(request);
    const covered = await coveredBy(this.#parts.store, rights, [
      'business-administrator',
      'system-administrator',
    ]);
    const all = await selectRows(this.#parts.store, organisations, 'TRUE', []);
    return all
      .filter(({ organisationId }) => covered === null || covered.has(organisationId))
      .map((row) => ({ id: row.organisationId, name: english ? row.nameEn : row.nameZh }));
  }

  async #show(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    extra: {
      readonly accountId?: string;
      readonly token?: string;
      readonly notice?: { kind: 'done' | 'mark'; text: AccessMessageKey } | null;
    },
  ): Promise<FastifyReply> {
    const { store, env, publicUrl } = this.#parts;
    const id = extra.accountId ?? (request.params as { accountId: string }).accountId;
    const account: Account | undefined = await accountById(store, id);
    const held = await rightsOf(store, id);
    const { rights } = principalOf(request);
    if (account === undefined) return sendPlainPage(request, reply, 404, notFoundPage);
    if (!(await maySeeAccount(store, rights, held))) {
      return denyAtDesk(request, reply, 'forbidden');
    }
    const context = { ...signedInContext(request, reply), path: `/accounts/${id}` };
    const view = {
      account,
      rights: await this.#seenRights(request, held),
      setupLink: extra.token === undefined ? null : setupLink(publicUrl, extra.token),
      notice: extra.notice ?? null,
      places: await this.#places(request, context.language === 'en'),
      nowMs: env.nowMs(),
    };
    return sendDesk(reply, status, accountPage(context, view));
  }
}
