import type { Reader, Writer } from '../../protocols/store/store.ts';
import {
  type Account,
  accountById,
  accountByName,
  addAccount,
  addSetupToken,
  clearCredentials,
  disableAccount,
  readLoginName,
} from './account-table.ts';
import type { LoginParts } from './login.ts';
import { addRight, coveredBy, endRight, rightsCover, rightsOf } from './right-table.ts';
import {
  administratorRoles,
  type Right,
  type RightProblem,
  rightProblem,
  wholeSystemRoles,
} from './roles.ts';
import { endSessions } from './session-table.ts';
import { drawToken, readRealName } from './setup.ts';

type Parts = Pick<LoginParts, 'store' | 'env' | 'audit'>;

/** Who decides: an account with its rights, or the command line of the server's own machine. */
export interface Actor {
  readonly name: string;
  /** Null: the command line, which may do everything but what can never stand. */
  readonly accountId: string | null;
  readonly rights: readonly Right[];
}

export const commandLine: Actor = { name: 'operator', accountId: null, rights: [] };

export type AccountProblem =
  | RightProblem
  | 'bad-login-name'
  | 'login-name-taken'
  | 'no-name'
  | 'no-account'
  | 'no-organisation'
  | 'own-account'
  | 'not-yours-to-give'
  | 'held-already';

export type Made<Result> = Result | { readonly problem: AccountProblem };

export interface SetupOffer {
  readonly accountId: string;
  readonly token: string;
}

/**
 * Whether somebody may give or end this right. System administrators appoint administrators;
 * business administrators give the rights of the work within their own part of the tree.
 */
export async function mayGive(reader: Reader, actor: Actor, right: Right): Promise<boolean> {
  if (actor.accountId === null) return true;
  const isAdministrator = administratorRoles.includes(right.role);
  if (isAdministrator) return actor.rights.some(({ role }) => role === 'system-administrator');
  const role = 'business-administrator';
  return rightsCover(reader, actor.rights, [role], right.organisationId);
}

/** Makes an account that waits to be set up through its link. */
export function createAccount(
  { store, env, audit }: Parts,
  actor: Actor,
  typed: { readonly loginName: string; readonly realName: string },
): Promise<Made<SetupOffer>> {
  const nowMs = env.nowMs();
  const token = drawToken(env.randomBytes);
  const accountId = env.randomBytes(8).toString('hex');
  const loginName = readLoginName(typed.loginName);
  const realName = readRealName(typed.realName);
  return store.write(async (tx) => {
    if (loginName === null) return { problem: 'bad-login-name' };
    if (realName === null) return { problem: 'no-name' };
    if (await accountByName(tx, loginName)) return { problem: 'login-name-taken' };
    await addAccount(tx, { accountId, loginName, realName }, nowMs);
    await addSetupToken(tx, accountId, token, nowMs);
    const told = { actor: actor.name, action: 'account.created', subject: `account:${accountId}` };
    const after = { loginName, realName };
    await audit(tx, { ...told, reason: '', before: null, after }, nowMs);
    return { accountId, token };
  });
}

/** Forgets the credentials, ends the sessions, lifts lock and disablement; a new setup link. */
export function resetAccount(
  { store, env, audit }: Parts,
  actor: Actor,
  accountId: string,
): Promise<Made<SetupOffer>> {
  const nowMs = env.nowMs();
  const token = drawToken(env.randomBytes);
  return store.write(async (tx) => {
    const account = await accountById(tx, accountId);
    if (account === undefined) return { problem: 'no-account' };
    if (actor.accountId === accountId) return { problem: 'own-account' };
    await clearCredentials(tx, accountId);
    await endSessions(tx, accountId, nowMs);
    await addSetupToken(tx, accountId, token, nowMs);
    const told = { actor: actor.name, action: 'account.reset', subject: `account:${accountId}` };
    const before = { disabled: account.disabledAtMs !== null };
    await audit(tx, { ...told, reason: '', before, after: { disabled: false } }, nowMs);
    return { accountId, token };
  });
}

/** Ends an account and its sessions at once; its past stays. */
export function endAccount(
  { store, env, audit }: Parts,
  actor: Actor,
  accountId: string,
): Promise<Made<{ readonly disabled: boolean }>> {
  const nowMs = env.nowMs();
  return store.write(async (tx) => {
    if ((await accountById(tx, accountId)) === undefined) return { problem: 'no-account' };
    if (actor.accountId === accountId) return { problem: 'own-account' };
    const disabled = await disableAccount(tx, accountId, nowMs);
    await endSessions(tx, accountId, nowMs);
    const told = { actor: actor.name, action: 'account.disabled', subject: `account:${accountId}` };
    if (disabled) {
      const change = { before: { disabled: false }, after: { disabled: true } };
      await audit(tx, { ...told, reason: '', ...change }, nowMs);
    }
    return { disabled };
  });
}

async function givingProblem(
  tx: Writer,
  actor: Actor,
  account: Account | undefined,
  right: Right,
): Promise<AccountProblem | null> {
  if (account === undefined) return 'no-account';
  if (actor.accountId === account.accountId) return 'own-account';
  if (!(await mayGive(tx, actor, right))) return 'not-yours-to-give';
  if (right.organisationId !== null) {
    const known = await tx.get('SELECT 1 FROM organisations WHERE organisation_id = ?', [
      right.organisationId,
    ]);
    if (known === undefined) return 'no-organisation';
  }
  const held = await rightsOf(tx, account.accountId);
  const isHeld = held.some(
    ({ role, organisationId }) => role === right.role && organisationId === right.organisationId,
  );
  return isHeld ? 'held-already' : rightProblem(right, held);
}

/** Gives a right. Nobody gives one to himself, nor what is not his to give. */
export function giveRight(
  { store, env, audit }: Parts,
  actor: Actor,
  accountId: string,
  asked: Right,
): Promise<Made<{ readonly rightId: string }>> {
  const nowMs = env.nowMs();
  const rightId = env.randomBytes(8).toString('hex');
  const isWhole = wholeSystemRoles.includes(asked.role);
  const right: Right = isWhole ? { role: asked.role, organisationId: null } : asked;
  return store.write(async (tx) => {
    const problem = await givingProblem(tx, actor, await accountById(tx, accountId), right);
    if (problem !== null) return { problem };
    await addRight(tx, { ...right, rightId, accountId }, actor.name, nowMs);
    const told = { actor: actor.name, action: 'right.given', subject: `account:${accountId}` };
    await audit(
      tx,
      {
        ...told,
        reason: '',
        before: null,
        after: { role: right.role, organisationId: right.organisationId },
      },
      nowMs,
    );
    return { rightId };
  });
}

/** Takes a right away; it is gone with the next request of its holder. */
export function takeRight(
  { store, env, audit }: Parts,
  actor: Actor,
  accountId: string,
  rightId: string,
): Promise<Made<{ readonly rightId: string }>> {
  const nowMs = env.nowMs();
  return store.write(async (tx) => {
    const right = (await rightsOf(tx, accountId)).find((held) => held.rightId === rightId);
    if (right === undefined) return { problem: 'no-account' };
    if (actor.accountId === accountId) return { problem: 'own-account' };
    if (!(await mayGive(tx, actor, right))) return { problem: 'not-yours-to-give' };
    await endRight(tx, rightId, nowMs);
    const told = { actor: actor.name, action: 'right.ended', subject: `account:${accountId}` };
    const before = { role: right.role, organisationId: right.organisationId };
    await audit(tx, { ...told, reason: '', before, after: null }, nowMs);
    return { rightId };
  });
}

/**
 * Whether somebody may look at an account: system administrators and auditors at all; business
 * administrators at those who hold a right in their part of the tree, or none yet.
 */
export async function maySeeAccount(
  reader: Reader,
  rights: readonly Right[],
  held: readonly Right[],
): Promise<boolean> {
  if (rights.some(({ role }) => wholeSystemRoles.includes(role))) return true;
  const covered = await coveredBy(reader, rights, ['business-administrator']);
  return (
    covered === null ||
    held.length === 0 ||
    held.some(({ organisationId }) => covered.has(organisationId ?? ''))
  );
}
