import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { linkVersion } from '../../protocols/http/link-bodies.ts';
import {
  type PrintFeed,
  printChangesMax,
  printFeed,
  printWaitMsMax,
} from '../../protocols/http/print-bodies.ts';
import type { Reader, Store } from '../../protocols/store/store.ts';
import { linkOf, refuse } from '../link/gate.ts';
import { changesAfter, lastChangeNo } from './card-table.ts';
import { cardIssuers } from './issuer.ts';

/** How often the register is looked at while a gateway waits: revoked is refused within a second. */
const lookMs = 250;

/** Waits; false: the one who asked is gone. */
export type Pause = (ms: number) => Promise<boolean>;

async function feedAfter(reader: Reader, after: number): Promise<PrintFeed> {
  // A gateway that knows more than there is has seen a register that was restored: all of it again.
  const known = after > (await lastChangeNo(reader)) ? 0 : after;
  const { changeNo, changes } = await changesAfter(reader, known, printChangesMax);
  return { v: linkVersion, changeNo, issuers: await cardIssuers(reader), changes: [...changes] };
}

/**
 * Changes of the register after a number: at once, or when the first comes, or none after `waitMs`.
 * The table itself is looked at, so that it does not matter which process changed it.
 */
export async function awaitPrints(
  reader: Reader,
  after: number,
  waitMs: number,
  pause: Pause,
): Promise<PrintFeed> {
  let leftMs = Math.min(waitMs, printWaitMsMax);
  while (leftMs > 0 && (await lastChangeNo(reader)) === after) {
    if (!(await pause(lookMs))) break;
    leftMs -= lookMs;
  }
  return feedAfter(reader, after);
}

const contract = jsonContract('the register of prints, held open until it changes', {
  query: Type.Object({
    after: Type.Optional(Type.String({ description: 'number of the last change known' })),
    waitMs: Type.Optional(Type.String()),
  }),
  answer: printFeed,
});

function wholeNumber(text: unknown): number {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** What a gateway asks for prints. Mounted at `/link/v1`, behind the same keys. */
export function printFeedRoute(app: FastifyInstance, store: Store): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.get('/prints', { config: contract }, async (request, reply) => {
    const link = await linkOf(store, request);
    if ('refused' in link) return refuse(reply, link.refused);
    const { after, waitMs } = request.query as { after?: unknown; waitMs?: unknown };
    const pause: Pause = async (ms) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return !isClosing && !request.raw.destroyed;
    };
    const feed = await awaitPrints(store, wholeNumber(after), wholeNumber(waitMs), pause);
    // A connection that was busy when the server began to close would be kept, and hold it up.
    if (isClosing) reply.header('connection', 'close');
    return reply.header('cache-control', 'no-store').send(feed);
  });
}
