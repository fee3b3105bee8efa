import { createHash } from 'node:crypto';
import { signCode } from '../../protocols/scan-code/code.ts';
import type { CodeHost } from '../../protocols/scan-code/link.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import type { AuditSink } from '../access/audit-sink.ts';
import type { ServerEnvironment } from '../environment.ts';
import { insertPrint, markRevoked, printById, printsInForce, takenSeconds } from './card-table.ts';
import type { CardIssuer } from './issuer.ts';
import { type CardSubject, nameText, type SubjectName, subjectByName } from './subjects.ts';

export interface CardParts {
  readonly store: Store;
  readonly env: Pick<ServerEnvironment, 'nowMs' | 'randomBytes'>;
  readonly audit: AuditSink;
  readonly issuer: CardIssuer;
  /** Where the codes point; null: not said yet. */
  readonly codeHost: CodeHost | null;
}

/** Cards on one sheet at most. */
export const subjectsMax = 200;
export const reasonCharsMax = 200;
const sheetIdBytes = 12;
/** How far back a free second is looked for: cards of one sheet have one each. */
const secondsBackMax = 100_000;

export type CardProblem =
  | 'no-address'
  | 'no-subject'
  | 'no-reason'
  | 'too-many'
  | 'not-here'
  | 'no-free-second';

export interface PrintOrder {
  readonly names: readonly SubjectName[];
  readonly reason: string;
  /** `revoke`: the cards these people and vehicles have end now. `keep`: both count. */
  readonly earlier: 'revoke' | 'keep';
  /** `user:ID` or `operator`. */
  readonly by: string;
  /** Only subjects of this organisation; null: of any. */
  readonly organisationId: string | null;
}

export type Printed =
  | { readonly ok: true; readonly sheetId: string; readonly printIds: readonly string[] }
  | { readonly ok: false; readonly problem: CardProblem };

const no = (problem: CardProblem): Printed => ({ ok: false, problem });

/** Seconds that this key has not signed yet, the newest first, none ahead of the clock. */
async function freeSeconds(
  tx: Writer,
  { keyId, validFromS }: CardIssuer,
  nowS: number,
  count: number,
): Promise<readonly number[] | null> {
  const fromS = Math.max(nowS - secondsBackMax, validFromS ?? 0);
  const taken = await takenSeconds(tx, keyId, fromS, nowS);
  const free: number[] = [];
  for (let second = nowS; free.length < count && second >= fromS; second -= 1) {
    if (!taken.has(second)) free.push(second);
  }
  return free.length < count ? null : free;
}

async function subjectsOfOrder(
  tx: Writer,
  { names, organisationId }: PrintOrder,
): Promise<readonly CardSubject[] | null> {
  const found: CardSubject[] = [];
  for (const name of names) {
    const subject = await subjectByName(tx, name);
    const isHere =
      organisationId === null || subject?.organisation.organisationId === organisationId;
    if (subject === null || !isHere) return null;
    found.push(subject);
  }
  return found;
}

/**
 * Signs a card for each subject and enters it in the register, all of them or none, with the audit
 * of it. What is drawn later is drawn from the register. Scan code, "Printed cards".
 */
export async function printCards(parts: CardParts, order: PrintOrder): Promise<Printed> {
  const { store, env } = parts;
  const reason = order.reason.trim().slice(0, reasonCharsMax);
  if (parts.codeHost === null) return no('no-address');
  if (order.names.length === 0) return no('no-subject');
  if (order.names.length > subjectsMax) return no('too-many');
  if (reason === '') return no('no-reason');
  const sheetId = env.randomBytes(sheetIdBytes).toString('hex');
  const nowMs = env.nowMs();
  return store.write(async (tx) => {
    const subjects = await subjectsOfOrder(tx, order);
    if (subjects === null) return no('not-here');
    const nowS = Math.floor(nowMs / 1000);
    const seconds = await freeSeconds(tx, parts.issuer, nowS, subjects.length);
    if (seconds === null) return no('no-free-second');
    const printIds: string[] = [];
    for (const [index, subject] of subjects.entries()) {
      const given = { ...order, reason, sheetId, atMs: nowMs };
      printIds.push(await printOne(tx, parts, subject, seconds[index] as number, given));
    }
    return { ok: true, sheetId, printIds };
  });
}

async function printOne(
  tx: Writer,
  { issuer, audit }: CardParts,
  subject: CardSubject,
  issuedAt: number,
  given: PrintOrder & { readonly sheetId: string; readonly atMs: number },
): Promise<string> {
  const { kind, subjectId, subjectNumber, organisation, sample } = subject;
  const { by, reason, sheetId, atMs } = given;
  const code = signCode(
    {
      ...{ kind, unitId: subjectNumber, issuedAt, ttlS: 'static', duty: 0 },
      ...{ lat: null, lon: null, fixAgeS: null, incidentRef: 0 },
    },
    issuer.signer,
  );
  const printId = createHash('sha256').update(code).digest('hex');
  const earlier = await printsInForce(tx, kind, subjectNumber);
  const ended = given.earlier === 'revoke' ? earlier : [];
  const why = { by, reason: `replaced: ${reason}`, atMs };
  for (const print of ended) await markRevoked(tx, print.printId, why);
  await insertPrint(tx, {
    ...{ printId, kind, subjectId, subjectNumber, issuedAt, sheetId, reason },
    organisationId: organisation.organisationId,
    keyId: issuer.keyId,
    code: code.toString('hex'),
    printedAtMs: atMs,
    printedBy: by,
    sample: Number(sample),
  });
  const event = {
    ...{ actor: by, action: 'card.print', subject: nameText(subject), reason },
    before: { inForce: earlier.map((print) => print.printId) },
    after: { printId, sheetId, revoked: ended.map((print) => print.printId) },
  };
  await audit(tx, event, atMs);
  return printId;
}

export interface Revocation {
  readonly printId: string;
  readonly reason: string;
  readonly by: string;
  /** Only a print of this organisation; null: of any. */
  readonly organisationId: string | null;
}

/** Revokes one card; null when done. It is refused at the scan edge as soon as gateways hear. */
export function revokeCard(
  { store, env, audit }: CardParts,
  { printId, reason: given, by, organisationId }: Revocation,
): Promise<CardProblem | null> {
  const reason = given.trim().slice(0, reasonCharsMax);
  const atMs = env.nowMs();
  return store.write(async (tx) => {
    if (reason === '') return 'no-reason';
    const print = await printById(tx, printId);
    const isHere = organisationId === null || print?.organisationId === organisationId;
    if (print === undefined || !isHere) return 'not-here';
    if (!(await markRevoked(tx, printId, { by, reason, atMs }))) return null;
    const event = { actor: by, action: 'card.revoke', subject: nameText(print), reason };
    await audit(tx, { ...event, before: { printId }, after: { revokedAtMs: atMs } }, atMs);
    return null;
  });
}
