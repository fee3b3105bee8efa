import { existsSync, readFileSync } from 'node:fs';
import type { Checkpoint } from '../../protocols/audit/checkpoint.ts';
import { CodedError, type ErrorCode } from '../../protocols/errors.ts';
import { auditLog } from '../access/audit-sink.ts';
import { type UserCommands, userCommands, userCommandsOver } from '../access/user-commands.ts';
import { type AuditReport, verifyAudit } from '../audit/verify-audit.ts';
import { type CardCommands, cardCommandsOver, noCardCommands } from '../cards/commands.ts';
import { serverConfigSchema } from '../config.ts';
import { type CrewPinLine, setCrewPin } from '../directory/crews.ts';
import type { ServerEnvironment } from '../environment.ts';
import { createLinkToken } from '../link/create-token.ts';
import { type Link, listLinks, revokeLink } from '../link/link-table.ts';
import { dataFiles } from '../secrets.ts';
import { openStore } from '../store/open.ts';

/** A running server answers its own machine within this time, in milliseconds. */
const answerMsMax = 10_000;
/** Reading the whole audit log takes longer, in milliseconds. */
const auditMsMax = 30 * 60_000;

/** Setup links made on a store at rest name the address a server has by default. */
const defaultPublicUrl = String(
  (serverConfigSchema.properties.publicUrl as { default?: string }).default,
);

/** What the command line does with links, on a running server or on a store at rest. */
export interface LinkCommands {
  create(): Promise<{ token: string; expiresAtMs: number }>;
  list(): Promise<readonly Link[]>;
  /** False when there is no such link in force. */
  revoke(linkId: string): Promise<boolean>;
  /** Reads the whole audit log, and holds it against checkpoints that were kept elsewhere. */
  verifyAudit(held: readonly Checkpoint[]): Promise<AuditReport>;
  /** OpenAPI of every route. */
  contract(): Promise<object>;
  readonly users: UserCommands;
  /** A PIN to sign on with at a unit; null: a new one is made. */
  crewPin(personId: string, pin: string | null): Promise<CrewPinLine>;
  readonly cards: CardCommands;
  close(): Promise<void>;
}

function readDataFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { message } = error as Error;
    throw new CodedError('not-found', `no server has run in this data folder: ${message}`);
  }
}

/** Asks the server that runs on this data folder, through its loopback port. */
export function overAdminPort(dataDir: string): LinkCommands {
  const ask = async (
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    msMax = answerMsMax,
  ): Promise<Response> => {
    const address = readDataFile(dataFiles.adminAddress(dataDir));
    const token = readDataFile(dataFiles.adminToken(dataDir));
    try {
      return await fetch(`${address}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(msMax),
      });
    } catch {
      throw new CodedError('not-found', `no server answers at ${address}: start it first`);
    }
  };
  const read = async <Answer>(response: Response): Promise<Answer> => {
    const answer: unknown = await response.json();
    if (response.ok) return answer as Answer;
    const { code, message } = answer as { code: ErrorCode; message: string };
    throw new CodedError(code, message);
  };
  return {
    create: async () => read(await ask('POST', '/admin/v1/link-tokens')),
    list: async () => read(await ask('GET', '/admin/v1/links')),
    revoke: async (linkId) => {
      const path = `/admin/v1/links/${encodeURIComponent(linkId)}/revoke`;
      const response = await ask('POST', path);
      if (response.status === 404) return false;
      await read(response);
      return true;
    },
    verifyAudit: async (checkpoints) =>
      read(await ask('POST', '/admin/v1/audit/verify', { checkpoints }, auditMsMax)),
    contract: async () => read(await ask('GET', '/admin/v1/openapi.json')),
    crewPin: async (personId, pin) =>
      read(
        await ask('POST', '/admin/v1/crew-pins', { personId, ...(pin === null ? {} : { pin }) }),
      ),
    users: userCommandsOver(async (method, path, body) => read(await ask(method, path, body))),
    cards: cardCommandsOver(async (method, path, body) => read(await ask(method, path, body))),
    close: async () => undefined,
  };
}

/** Works on a store file that no server has open. Throws `store-in-use`. */
export async function overStore(
  file: string,
  { nowMs, randomBytes }: Pick<ServerEnvironment, 'nowMs' | 'randomBytes'>,
): Promise<LinkCommands> {
  if (!existsSync(file)) throw new CodedError('not-found', `there is no store at ${file}`);
  const store = await openStore(file);
  return {
    create: () => createLinkToken(store, { nowMs, randomBytes }),
    list: () => listLinks(store),
    revoke: (linkId) => revokeLink(store, linkId, { nowMs, randomBytes }),
    verifyAudit: (held) => verifyAudit(store, held),
    contract: () =>
      Promise.reject(new CodedError('conflict', 'the contract is told by a running server')),
    cards: noCardCommands(),
    crewPin: (personId, pin) => setCrewPin(store, { nowMs, randomBytes }, personId, pin),
    users: userCommands({
      store,
      env: { nowMs, randomBytes },
      audit: auditLog(randomBytes),
      publicUrl: defaultPublicUrl,
    }),
    close: () => store.close(),
  };
}
