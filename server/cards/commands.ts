import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { CodedError } from '../../protocols/errors.ts';
import { refuse } from '../link/gate.ts';
import { type CardPrint, listPrints, printsOfSheet } from './card-table.ts';
import { paperOf } from './draw-prints.ts';
import { type CardParts, printCards, revokeCard } from './print-cards.ts';
import { subjectNameOf } from './subjects.ts';

/** Who acts in the register and the audit. */
const commandLine = 'operator';

const newCards = Type.Object({
  subjects: Type.Array(Type.String({ maxLength: 80, description: 'person:ID or vehicle:ID' })),
  reason: Type.String({ maxLength: 200 }),
  earlier: Type.Union([Type.Literal('revoke'), Type.Literal('keep')]),
});
export type NewCards = {
  readonly subjects: readonly string[];
  readonly reason: string;
  readonly earlier: 'revoke' | 'keep';
};
const printedAnswer = Type.Object({
  sheetId: Type.String(),
  printIds: Type.Array(Type.String()),
  pdf: Type.String({ description: 'A4 with crop marks, base64' }),
});
const revocation = Type.Object({ reason: Type.String({ maxLength: 200 }) });
const textOrNull = Type.Union([Type.String(), Type.Null()]);
const listedAnswer = Type.Array(
  Type.Object({
    printId: Type.String(),
    kind: Type.Integer(),
    subjectId: Type.String(),
    organisationId: Type.String(),
    sheetId: Type.String(),
    printedAtMs: Type.Integer(),
    printedBy: Type.String(),
    reason: Type.String(),
    revokedAtMs: Type.Union([Type.Integer(), Type.Null()]),
    revokedBy: textOrNull,
    revokedReason: textOrNull,
  }),
);
const contracts = {
  list: jsonContract('the register of prints, newest first', { answer: listedAnswer }),
  print: jsonContract('cards signed and entered in the register', {
    body: newCards,
    answer: printedAnswer,
  }),
  revoke: jsonContract('one card ends', {
    body: revocation,
    answer: Type.Object({ printId: Type.String(), revoked: Type.Boolean() }),
  }),
} as const;

export interface ListedPrint extends Omit<CardPrint, 'code' | 'keyId' | 'issuedAt' | 'sample'> {}

/** What `xinlu card …` does on a running server. */
export interface CardCommands {
  list(): Promise<readonly ListedPrint[]>;
  print(
    given: NewCards,
  ): Promise<{ readonly sheetId: string; readonly printIds: readonly string[]; pdf: string }>;
  /** @throws CodedError 'conflict' for a print that is not there or has no reason */
  revoke(printId: string, reason: string): Promise<{ printId: string; revoked: boolean }>;
}

function listed({ code: _code, keyId: _key, issuedAt: _at, sample: _sample, ...row }: CardPrint) {
  return row;
}

/** Cards on the administration port. */
export function cardAdminRoutes(app: FastifyInstance, parts: CardParts): void {
  const { store, codeHost } = parts;
  app.get('/admin/v1/cards', { config: contracts.list }, async () =>
    (await listPrints(store, null)).map(listed),
  );
  app.post('/admin/v1/cards', { config: contracts.print }, async ({ body }, reply) => {
    if (!Value.Check(newCards, body)) return refuse(reply, 'bad-request');
    const names = body.subjects.map(subjectNameOf).filter((name) => name !== null);
    if (names.length < body.subjects.length) return refuse(reply, 'bad-request');
    const order = { names, by: commandLine, organisationId: null };
    const { reason, earlier } = body;
    const printed = await printCards(parts, { ...order, reason, earlier });
    if (!printed.ok) return refuse(reply, 'conflict', printed.problem);
    if (codeHost === null) return refuse(reply, 'conflict', 'no-address');
    const { sheetId, printIds } = printed;
    const prints = await printsOfSheet(store, sheetId);
    const { bytes } = await paperOf(store, prints, codeHost, 'sheet.pdf');
    return { sheetId, printIds, pdf: bytes.toString('base64') };
  });
  app.post<{ Params: { printId: string } }>(
    '/admin/v1/cards/:printId/revoke',
    { config: contracts.revoke },
    async ({ params, body }, reply) => {
      if (!Value.Check(revocation, body)) return refuse(reply, 'bad-request');
      const { printId } = params;
      const given = { printId, reason: body.reason, by: commandLine, organisationId: null };
      const problem = await revokeCard(parts, given);
      return problem === null
        ? { printId, revoked: true }
        : refuse(reply, problem === 'not-here' ? 'not-found' : 'bad-request', problem);
    },
  );
}

type Ask = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>;

/** The same over the administration port of a running server. */
export function cardCommandsOver(ask: Ask): CardCommands {
  const path = '/admin/v1/cards';
  return {
    list: async () => (await ask('GET', path)) as readonly ListedPrint[],
    print: async (given) =>
      (await ask('POST', path, given)) as Awaited<ReturnType<CardCommands['print']>>,
    revoke: async (printId, reason) =>
      (await ask('POST', `${path}/${encodeURIComponent(printId)}/revoke`, { reason })) as {
        printId: string;
        revoked: boolean;
      },
  };
}

/** Printing needs the issuing key, which only the server that runs has open. */
export function noCardCommands(): CardCommands {
  const no = () =>
    Promise.reject(new CodedError('conflict', 'cards are printed by a running server: say --data'));
  return { list: no, print: no, revoke: no };
}
