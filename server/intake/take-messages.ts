import { Value } from 'typebox/value';
import type { ErrorCode } from '../../protocols/errors.ts';
import {
  type LinkMessage,
  type LinkMessagesAnswer,
  linkMessage,
} from '../../protocols/http/link-bodies.ts';
import type { Store, Writer } from '../../protocols/store/store.ts';
import { copyEvidence, copyIncident, copyUnit } from '../incidents/copy-table.ts';
import { insertScan, replaceCrew, replaceLink, scanById } from './scan-table.ts';

/** Longest id of a message, in characters. */
const messageIdCharsMax = 100;

/** Where a message comes from and when it came. */
interface Origin {
  readonly gatewayId: string;
  readonly receivedAtMs: number;
}

type Taker<Type extends LinkMessage['type']> = (
  tx: Writer,
  origin: Origin,
  body: Extract<LinkMessage, { type: Type }>['body'],
) => Promise<ErrorCode | null>;

/** One row a kind of message: what it does; null when it is done, else why not. */
const takers: { readonly [Type in LinkMessage['type']]: Taker<Type> } = {
  scan: async (tx, { gatewayId, receivedAtMs }, report) => {
    if ((await scanById(tx, report.scanId)) !== undefined) return 'conflict';
    await insertScan(tx, gatewayId, report, receivedAtMs);
    return null;
  },
  'scan-relinked': async (tx, { gatewayId }, relinked) => {
    const scan = await scanById(tx, relinked.scanId);
    if (scan === undefined || scan.gatewayId !== gatewayId) return 'not-found';
    await replaceLink(tx, scan.report, relinked);
    return null;
  },
  'scan-crew': async (tx, { gatewayId }, { scanId, crew }) => {
    const scan = await scanById(tx, scanId);
    if (scan === undefined || scan.gatewayId !== gatewayId) return 'not-found';
    await replaceCrew(tx, scan.report, crew);
    return null;
  },
  incident: async (tx, origin, body) => {
    await copyIncident(tx, origin, body);
    return null;
  },
  unit: async (tx, origin, body) => {
    await copyUnit(tx, origin, body);
    return null;
  },
  evidence: async (tx, origin, body) => {
    await copyEvidence(tx, origin, body);
    return null;
  },
};

/** What a message is about: messages of one subject come in their order. */
const subjects: {
  readonly [Type in LinkMessage['type']]: (
    body: Extract<LinkMessage, { type: Type }>['body'],
  ) => string;
} = {
  scan: ({ scanId }) => scanId,
  'scan-relinked': ({ scanId }) => scanId,
  'scan-crew': ({ scanId }) => scanId,
  incident: ({ incidentId }) => incidentId,
  unit: ({ serial }) => serial,
  evidence: ({ evidenceId }) => evidenceId,
};

function subjectOf({ type, body }: LinkMessage): string {
  return subjects[type](body as never);
}

function idOf(message: unknown): string | null {
  if (typeof message !== 'object' || message === null) return null;
  const { id } = message as { id?: unknown };
  const fits = typeof id === 'string' && id.length > 0 && id.length <= messageIdCharsMax;
  return fits ? id : null;
}

async function takeOne(tx: Writer, origin: Origin, message: unknown): Promise<ErrorCode | null> {
  if (!Value.Check(linkMessage, message)) return 'bad-request';
  const known = await tx.get(
    'SELECT 1 FROM link_messages WHERE gateway_id = ? AND message_id = ?',
    [origin.gatewayId, message.id],
  );
  if (known !== undefined) return null;
  const taker = takers[message.type] as Taker<LinkMessage['type']>;
  const refused = await taker(tx, origin, message.body as never);
  if (refused !== null) return refused;
  await tx.run(
    `INSERT INTO link_messages (gateway_id, message_id, type, subject, received_at_ms, body)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [
      origin.gatewayId,
      message.id,
      message.type,
      subjectOf(message),
      origin.receivedAtMs,
      JSON.stringify(message.body),
    ],
  );
  return null;
}

/**
 * Takes a batch in its order, in one transaction: when this resolves, what it names as accepted is
 * on disk. A repeat of an id is accepted and does nothing. A refused message is refused for good
 * and holds up no other. Null when a message has no id to answer to.
 */
export function takeMessages(
  store: Store,
  gatewayId: string,
  messages: readonly unknown[],
  receivedAtMs: number,
): Promise<LinkMessagesAnswer | null> {
  const ids = messages.map(idOf);
  if (ids.includes(null)) return Promise.resolve(null);
  return store.write(async (tx) => {
    const answer: LinkMessagesAnswer = { accepted: [], refused: [] };
    for (const [index, message] of messages.entries()) {
      const id = ids[index] as string;
      const code = await takeOne(tx, { gatewayId, receivedAtMs }, message);
      if (code === null) answer.accepted.push(id);
      else answer.refused.push({ id, code });
    }
    return answer;
  });
}
