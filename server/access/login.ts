import type { Store } from '../../protocols/store/store.ts';
import type { ServerEnvironment } from '../environment.ts';
import type { SecretBox } from '../secrets.ts';
import {
  type Account,
  acceptAttempt,
  accountByName,
  failuresMax,
  readLoginName,
  takeAttempt,
} from './account-table.ts';
import type { AddressLimit, CostlyWork } from './attempt-limits.ts';
import type { AuditSink } from './audit-sink.ts';
import { passwordFits } from './passwords.ts';
import { openSecret } from './seal.ts';
import { addSession, endSession } from './session-table.ts';
import { totpStepOf } from './totp.ts';

const cookieBytes = 32;

/** Clock and randomness. */
export type AccessOutside = Pick<ServerEnvironment, 'nowMs' | 'randomBytes'>;

export interface LoginParts {
  readonly store: Store;
  readonly secrets: SecretBox;
  readonly env: AccessOutside;
  readonly audit: AuditSink;
  readonly addresses: AddressLimit;
  readonly costly: CostlyWork;
}

export interface LoginAttempt {
  readonly loginName: string;
  readonly password: string;
  readonly code: string;
  readonly address: string;
  /** Session the browser had before; it ends, so that nobody's session can be put upon another. */
  readonly oldCookie: string | undefined;
}

/**
 * `refused` says no more than that: not whether the name, the password or the code was wrong, nor
 * whether the account is locked.
 */
export type LoginResult =
  | { readonly outcome: 'done'; readonly cookie: string }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'wait' };

type Check = { readonly step: number } | { readonly wrong: string };

/** The TOTP step of a right answer, or what was wrong, for the record only. */
async function check(
  { secrets, env }: LoginParts,
  account: Account | undefined,
  { password, code }: LoginAttempt,
): Promise<Check> {
  if (!(await passwordFits(password, account?.passwordHash ?? null)) || account === undefined) {
    return { wrong: account === undefined ? 'unknown name' : 'password' };
  }
  if (account.disabledAtMs !== null) return { wrong: 'disabled' };
  const secret = openSecret(secrets, account.accountId, account.sealedTotp ?? '');
  if (secret === null) return { wrong: 'no TOTP secret' };
  const step = totpStepOf(secret, code, env.nowMs() / 1000, account.totpLastStep);
  return step === null ? { wrong: 'code' } : { step };
}

async function recordRefused(
  { store, audit, env }: LoginParts,
  account: Account | undefined,
  { address }: LoginAttempt,
  reason: string,
  failures: number | null,
): Promise<void> {
  const event = {
    actor: 'visitor',
    action: failures === failuresMax ? 'login.refused-and-locked' : 'login.refused',
    subject: account === undefined ? 'account:unknown' : `account:${account.accountId}`,
    reason,
    before: null,
    after: { address },
  };
  await store.write((tx) => audit(tx, event, env.nowMs()));
}

/** Opens a session for a right answer, in one transaction with its record. */
function open(
  { store, audit, env }: LoginParts,
  { accountId }: Account,
  step: number,
  cookie: string,
  { oldCookie, address }: LoginAttempt,
): Promise<boolean> {
  const nowMs = env.nowMs();
  const subject = `account:${accountId}`;
  return store.write(async (tx) => {
    if (!(await acceptAttempt(tx, accountId, step))) return false;
    if (oldCookie !== undefined) await endSession(tx, oldCookie, nowMs);
    await addSession(tx, cookie, accountId, nowMs);
    const told = { reason: 'password and code', before: null, after: { address } };
    const actor = `user:${accountId}`;
    await audit(tx, { actor, action: 'login.done', subject, ...told }, nowMs);
    return true;
  });
}

/** Decides a login by name, password and TOTP code. */
export async function logIn(parts: LoginParts, attempt: LoginAttempt): Promise<LoginResult> {
  const { store, env, addresses, costly } = parts;
  const nowMs = env.nowMs();
  if (!addresses.take(attempt.address, nowMs)) return { outcome: 'wait' };
  const name = readLoginName(attempt.loginName);
  const account = name === null ? undefined : await accountByName(store, name);
  const failures =
    account === undefined ? 0 : await store.write((tx) => takeAttempt(tx, account, nowMs));
  const result = await costly.run(() => check(parts, account, attempt));
  if (result === 'busy') return { outcome: 'wait' };
  if (failures === null || account === undefined || 'wrong' in result) {
    const wrong = 'wrong' in result ? result.wrong : 'unknown name';
    const reason = failures === null ? 'locked' : wrong;
    await recordRefused(parts, account, attempt, reason, failures);
    return { outcome: 'refused' };
  }
  const cookie = env.randomBytes(cookieBytes).toString('base64url');
  if (!(await open(parts, account, result.step, cookie, attempt))) {
    await recordRefused(parts, account, attempt, 'code used before', failures);
    return { outcome: 'refused' };
  }
  addresses.forgive(attempt.address);
  return { outcome: 'done', cookie };
}

/** Ends the session of a cookie, and says so in the record. */
export async function logOut(
  { store, audit, env }: Pick<LoginParts, 'store' | 'audit' | 'env'>,
  accountId: string,
  cookie: string,
): Promise<void> {
  const nowMs = env.nowMs();
  const subject = `account:${accountId}`;
  const told = { reason: 'asked', before: null, after: null };
  await store.write(async (tx) => {
    await endSession(tx, cookie, nowMs);
    const actor = `user:${accountId}`;
    await audit(tx, { actor, action: 'logout.done', subject, ...told }, nowMs);
  });
}

/** Where to go after login: a path of this site, never another one. */
export function safeNext(asked: unknown): string {
  const home = '/desk';
  if (typeof asked !== 'string' || !/^\/[\w/.~%?=&-]*$/.test(asked)) return home;
  // `//host` and `/\host` are other sites to a browser; the pattern leaves the first one possible.
  if (asked.startsWith('//') || /^\/(login|logout|setup)\b/.test(asked)) return home;
  return asked;
}
