import { createHmac } from 'node:crypto';
import type { SecretBox } from '../secrets.ts';
import {
  type Account,
  accountOfSetup,
  addAccount,
  addSetupToken,
  finishSetup,
} from './account-table.ts';
import type { LoginParts } from './login.ts';
import { hashPassword, type PasswordProblem, passwordProblem } from './passwords.ts';
import { addRight } from './right-table.ts';
import { sealSecret } from './seal.ts';
import { endSessions } from './session-table.ts';
import { totpSecretBytes, totpStepOf } from './totp.ts';

const tokenBytes = 32;
/** Login name of the account made at the first start. */
export const firstLoginName = 'admin';
const realNameCharsMax = 40;

/** Address of a setup page. */
export function setupLink(publicUrl: string, token: string): string {
  return `${publicUrl}/setup/${token}`;
}

export function drawToken(randomBytes: (bytes: number) => Buffer): string {
  return randomBytes(tokenBytes).toString('base64url');
}

/** The TOTP secret that a setup link offers: the same each time its page is opened. */
export function offeredSecret(secrets: SecretBox, token: string): Buffer {
  const key = secrets.derive('xinlu.totp-offer.v1', token);
  return createHmac('sha256', key).digest().subarray(0, totpSecretBytes);
}

/** A person's name as it is shown: one line, no invisible characters; null when there is none. */
export function readRealName(typed: string): string | null {
  const name = typed.normalize('NFC').replace(/\p{C}/gu, '').replace(/\s+/g, ' ').trim();
  return name === '' || [...name].length > realNameCharsMax ? null : name;
}

export interface SetupForm {
  readonly realName: string;
  readonly password: string;
  readonly again: string;
  readonly code: string;
}

export type SetupProblem = PasswordProblem | 'no-name' | 'not-twice' | 'wrong-code' | 'busy';

export type SetupResult =
  | { readonly outcome: 'done'; readonly account: Account }
  | { readonly outcome: 'problem'; readonly account: Account; readonly problem: SetupProblem }
  | { readonly outcome: 'unknown' };

function formProblem({ loginName }: Account, form: SetupForm): SetupProblem | null {
  if (readRealName(form.realName) === null) return 'no-name';
  if (form.password !== form.again) return 'not-twice';
  return passwordProblem(form.password, loginName);
}

/** Sets name, password and TOTP by a setup link, once. Sessions of before end. */
export async function setUp(
  { store, secrets, env, audit, costly }: LoginParts,
  token: string,
  form: SetupForm,
): Promise<SetupResult> {
  const nowMs = env.nowMs();
  const account = await accountOfSetup(store, token, nowMs);
  if (account === undefined) return { outcome: 'unknown' };
  const { accountId } = account;
  const secret = offeredSecret(secrets, token);
  const step = totpStepOf(secret, form.code, nowMs / 1000, 0);
  const problem = formProblem(account, form) ?? (step === null ? 'wrong-code' : null);
  if (problem !== null) return { outcome: 'problem', account, problem };
  const passwordHash = await costly.run(() => hashPassword(form.password, env.randomBytes));
  if (passwordHash === 'busy') return { outcome: 'problem', account, problem: 'busy' };
  const ready: Account = {
    ...account,
    realName: readRealName(form.realName) ?? account.realName,
    passwordHash,
    sealedTotp: sealSecret(secrets, accountId, secret, env.randomBytes),
    totpLastStep: step ?? 0,
  };
  const subject = `account:${accountId}`;
  return store.write(async (tx) => {
    if ((await accountOfSetup(tx, token, nowMs)) === undefined) return { outcome: 'unknown' };
    await finishSetup(tx, ready);
    await endSessions(tx, accountId, nowMs);
    const change = {
      before: { realName: account.realName },
      after: { realName: ready.realName },
    };
    const actor = `user:${accountId}`;
    const told = { actor, action: 'account.set-up', subject, reason: 'setup link' };
    await audit(tx, { ...told, ...change }, nowMs);
    return { outcome: 'done', account: ready };
  });
}

/**
 * While no account has ever been set up: a fresh setup link for the first system administrator,
 * whose account is made when there is none. Null: somebody can log in already.
 */
export function firstAdministrator({
  store,
  env,
  audit,
}: Pick<LoginParts, 'store' | 'env' | 'audit'>): Promise<string | null> {
  const token = drawToken(env.randomBytes);
  const accountId = env.randomBytes(8).toString('hex');
  const rightId = env.randomBytes(8).toString('hex');
  const nowMs = env.nowMs();
  return store.write(async (tx) => {
    const ready = await tx.get('SELECT 1 FROM accounts WHERE password_hash IS NOT NULL');
    if (ready !== undefined) return null;
    const known = await tx.get<{ id: string }>(
      'SELECT account_id AS id FROM accounts WHERE login_name = ?',
      [firstLoginName],
    );
    const id = known?.id ?? accountId;
    if (known === undefined) {
      await addAccount(tx, { accountId, loginName: firstLoginName, realName: '' }, nowMs);
      const right = { role: 'system-administrator', organisationId: null } as const;
      await addRight(tx, { ...right, rightId, accountId }, 'first start', nowMs);
      const told = { actor: 'system', action: 'account.created', subject: `account:${accountId}` };
      const after = { loginName: firstLoginName, ...right };
      await audit(tx, { ...told, reason: 'first start', before: null, after }, nowMs);
    }
    await addSetupToken(tx, id, token, nowMs);
    return token;
  });
}
