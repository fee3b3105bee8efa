import type { Reader, Writer } from '../../protocols/store/store.ts';
import { digestOf } from '../secrets.ts';

/** A real-name account. Its password and TOTP secret are null until it was set up. */
export interface Account {
  readonly accountId: string;
  readonly loginName: string;
  readonly realName: string;
  readonly passwordHash: string | null;
  readonly sealedTotp: string | null;
  readonly totpLastStep: number;
  readonly failures: number;
  readonly lockedUntilMs: number;
  readonly disabledAtMs: number | null;
  readonly createdAtMs: number;
}

/** Wrong answers in a row before an account is locked, and for how long. */
export const failuresMax = 5;
export const lockMs = 15 * 60_000;
/** A link to set up an account is good for this long, once. */
export const setupLifeMsMax = 24 * 3600 * 1000;

const columns = `account_id AS accountId, login_name AS loginName, real_name AS realName,
  password_hash AS passwordHash, sealed_totp AS sealedTotp, totp_last_step AS totpLastStep,
  failures, locked_until_ms AS lockedUntilMs, disabled_at_ms AS disabledAtMs,
  created_at_ms AS createdAtMs`;

/** Small letters, digits, dot, hyphen, underscore: what can be read out on the telephone. */
export function readLoginName(typed: string): string | null {
  const name = typed.normalize('NFKC').trim().toLowerCase();
  return /^[a-z0-9][a-z0-9._-]{1,31}$/.test(name) ? name : null;
}

export function accountByName(reader: Reader, loginName: string): Promise<Account | undefined> {
  return reader.get<Account>(`SELECT ${columns} FROM accounts WHERE login_name = ?`, [loginName]);
}

export function accountById(reader: Reader, accountId: string): Promise<Account | undefined> {
  return reader.get<Account>(`SELECT ${columns} FROM accounts WHERE account_id = ?`, [accountId]);
}

export function listAccounts(reader: Reader): Promise<Account[]> {
  return reader.all<Account>(`SELECT ${columns} FROM accounts ORDER BY login_name`);
}

export async function addAccount(
  tx: Writer,
  account: Pick<Account, 'accountId' | 'loginName' | 'realName'>,
  nowMs: number,
): Promise<void> {
  await tx.run(
    'INSERT INTO accounts (account_id, login_name, real_name, created_at_ms) VALUES (?, ?, ?, ?)',
    [account.accountId, account.loginName, account.realName, nowMs],
  );
}

/**
 * Counts an attempt as a failure before anything is compared, so that a hundred at once are no
 * better than one after the other. Gives the attempts since the last success, this one included;
 * null: the account is locked.
 */
export async function takeAttempt(
  tx: Writer,
  account: Account,
  nowMs: number,
): Promise<number | null> {
  const { changes } = await tx.run(
    `UPDATE accounts SET
       failures = CASE WHEN failures >= ?1 THEN 1 ELSE failures + 1 END,
       locked_until_ms = CASE WHEN failures + 1 = ?1 THEN ?2 ELSE 0 END
     WHERE account_id = ?3 AND locked_until_ms <= ?4`,
    [failuresMax, nowMs + lockMs, account.accountId, nowMs],
  );
  if (changes === 0) return null;
  return (await accountById(tx, account.accountId))?.failures ?? null;
}

/** The attempt was a success; false when its code was used meanwhile or the account ended. */
export async function acceptAttempt(tx: Writer, accountId: string, step: number): Promise<boolean> {
  const { changes } = await tx.run(
    `UPDATE accounts SET failures = 0, locked_until_ms = 0, totp_last_step = ?1
     WHERE account_id = ?2 AND totp_last_step < ?1 AND disabled_at_ms IS NULL`,
    [step, accountId],
  );
  return changes === 1;
}

/** Keeps the digest of a new setup link; earlier ones of the account end. */
export async function addSetupToken(
  tx: Writer,
  accountId: string,
  token: string,
  nowMs: number,
): Promise<void> {
  await tx.run('DELETE FROM setup_tokens WHERE account_id = ?', [accountId]);
  await tx.run(
    'INSERT INTO setup_tokens (token_digest, account_id, expires_at_ms) VALUES (?, ?, ?)',
    [digestOf(token), accountId, nowMs + setupLifeMsMax],
  );
}

/** The account a setup link is for; undefined when it is unknown, used, old or ended. */
export function accountOfSetup(
  reader: Reader,
  token: string,
  nowMs: number,
): Promise<Account | undefined> {
  return reader.get<Account>(
    `SELECT ${columns} FROM accounts WHERE disabled_at_ms IS NULL AND account_id =
       (SELECT account_id FROM setup_tokens WHERE token_digest = ? AND expires_at_ms > ?)`,
    [digestOf(token), nowMs],
  );
}

/** Uses the link up and keeps what was set. */
export async function finishSetup(
  tx: Writer,
  { accountId, realName, passwordHash, sealedTotp, totpLastStep }: Account,
): Promise<void> {
  await tx.run(
    `UPDATE accounts SET real_name = ?, password_hash = ?, sealed_totp = ?, totp_last_step = ?,
       failures = 0, locked_until_ms = 0 WHERE account_id = ?`,
    [realName, passwordHash, sealedTotp, totpLastStep, accountId],
  );
  await tx.run('DELETE FROM setup_tokens WHERE account_id = ?', [accountId]);
}

/** Forgets password, TOTP and lock; the account waits to be set up again. */
export async function clearCredentials(tx: Writer, accountId: string): Promise<void> {
  await tx.run(
    `UPDATE accounts SET password_hash = NULL, sealed_totp = NULL, totp_last_step = 0,
       failures = 0, locked_until_ms = 0, disabled_at_ms = NULL WHERE account_id = ?`,
    [accountId],
  );
}

export async function disableAccount(tx: Writer, accountId: string, nowMs: number) {
  await tx.run('DELETE FROM setup_tokens WHERE account_id = ?', [accountId]);
  const { changes } = await tx.run(
    'UPDATE accounts SET disabled_at_ms = ? WHERE account_id = ? AND disabled_at_ms IS NULL',
    [nowMs, accountId],
  );
  return changes === 1;
}
