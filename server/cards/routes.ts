import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CodeHost } from '../../protocols/scan-code/link.ts';
import type { Reader } from '../../protocols/store/store.ts';
import { cardKeepers, cardReaders } from '../access/access-table.ts';
import { goOn, sendDesk, signedInContext } from '../access/desk-reply.ts';
import { principalOf, requireRole } from '../access/gate.ts';
import { type AccessParts, deskFormBytesMax } from '../access/routes.ts';
import { organisationById } from '../directory/identity.ts';
import { placesOf } from '../organisations/routes.ts';
import { sendPlainPage } from '../pages/routes.ts';
import { textField } from '../scan-page/forms.ts';
import { cardPlacesPage, cardsPage, type ShownPrint, sheetPage } from '../web/cards/cards-page.ts';
import { cardPageMessages } from '../web/cards/messages.ts';
import { notFoundPage } from '../web/shared/pages.ts';
import { type CardPrint, listPrints, printById, printsOfSheet } from './card-table.ts';
import { type CardFile, paperKinds, paperOf, pictureOf } from './draw-prints.ts';
import type { CardIssuer } from './issuer.ts';
import { type CardProblem, type PrintOrder, printCards, revokeCard } from './print-cards.ts';
import { subjectNameOf, subjectOfPrint, subjectsOf } from './subjects.ts';

export interface CardPageParts extends AccessParts {
  readonly issuer: CardIssuer;
  readonly codeHost: CodeHost | null;
}

interface Params {
  readonly organisationId: string;
  readonly sheetId: string;
  readonly printId: string;
  readonly file: string;
}
type CardRequest = FastifyRequest<{ Params: Params }>;

const picture = 'card.png';

/** Everything ticked: a form sends one text, or a list of them. */
function ticked(body: unknown): string[] {
  const { subject } = (body ?? {}) as { subject?: unknown };
  return [subject].flat().filter((text) => typeof text === 'string');
}

/** Names of accounts that acted, by `user:ID`; what is no account stands as it is. */
async function namesOf(reader: Reader, language: 'zh-CN' | 'en', actors: readonly string[]) {
  const names = new Map<string, string>();
  for (const actor of new Set(actors)) {
    const row = await reader.get<{ name: string }>(
      'SELECT real_name AS name FROM accounts WHERE account_id = ?',
      [actor.replace(/^user:/, '')],
    );
    names.set(actor, row?.name ?? cardPageMessages[language].operator);
  }
  return names;
}

async function shownPrints(
  reader: Reader,
  language: 'zh-CN' | 'en',
  prints: readonly CardPrint[],
): Promise<ShownPrint[]> {
  const actors = prints.flatMap(({ printedBy, revokedBy }) => [printedBy, revokedBy ?? printedBy]);
  const names = await namesOf(reader, language, actors);
  return Promise.all(
    prints.map(async (print) => ({
      print,
      subject: await subjectOfPrint(reader, print),
      byName: names.get(print.printedBy) ?? '',
      revokedByName: names.get(print.revokedBy ?? '') ?? '',
    })),
  );
}

/** A file to keep: never shown within the site, never kept by a browser or a proxy. */
function sendFile(reply: FastifyReply, { contentType, bytes }: CardFile, name: string) {
  return reply
    .type(contentType)
    .header('cache-control', 'no-store')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(bytes);
}

/** Pages of printed cards, behind the login. */
export class CardPages {
  readonly #parts: CardPageParts;

  constructor(parts: CardPageParts) {
    this.#parts = parts;
  }

  register(app: FastifyInstance): void {
    const own = '/organisations/:organisationId/cards';
    const limit = { bodyLimit: deskFormBytesMax };
    type Typed = { Params: Params };
    app.get('/cards', async (request, reply) => {
      const context = signedInContext(request, reply);
      const english = context.language === 'en';
      const places = await placesOf(this.#parts, request, cardReaders, english);
      return sendDesk(reply, 200, cardPlacesPage(context, places));
    });
    app.get<Typed>(own, (request, reply) => this.#show(request, reply, null));
    app.post<Typed>(own, limit, (request, reply) => this.#print(request, reply));
    app.get<Typed>(`${own}/sheets/:sheetId`, (request, reply) => this.#sheet(request, reply));
    app.get<Typed>(`${own}/sheets/:sheetId/:file`, (request, reply) =>
      this.#sheetFile(request, reply),
    );
    app.get<Typed>(`${own}/prints/:printId/:file`, (request, reply) =>
      this.#printFile(request, reply),
    );
    app.post<Typed>(`${own}/prints/:printId/revoke`, limit, (request, reply) =>
      this.#revoke(request, reply),
    );
  }

  #mayPrint(request: CardRequest): Promise<boolean> {
    const { organisationId } = request.params;
    return requireRole(this.#parts.store, principalOf(request), cardKeepers, organisationId);
  }

  async #show(request: CardRequest, reply: FastifyReply, problem: CardProblem | null) {
    const { store } = this.#parts;
    const { organisationId } = request.params;
    const organisation = await organisationById(store, organisationId);
    if (organisation === null) return sendPlainPage(request, reply, 404, notFoundPage);
    const path = `/organisations/${organisationId}/cards`;
    const context = { ...signedInContext(request, reply), path };
    const prints = await listPrints(store, organisationId);
    const page = cardsPage(context, {
      organisation,
      subjects: await subjectsOf(store, organisationId),
      prints: await shownPrints(store, context.language, prints),
      mayPrint: await this.#mayPrint(request),
      problem,
      isRevoked: (request.query as { done?: unknown }).done === 'revoked',
      reason: problem === null ? '' : textField(request.body, 'reason'),
    });
    return sendDesk(reply, problem === null ? 200 : 400, page);
  }

  async #print(request: CardRequest, reply: FastifyReply) {
    const { organisationId } = request.params;
    const names = ticked(request.body).map(subjectNameOf);
    const order: PrintOrder = {
      names: names.filter((name) => name !== null),
      reason: textField(request.body, 'reason'),
      earlier: textField(request.body, 'earlier') === 'keep' ? 'keep' : 'revoke',
      by: `user:${principalOf(request).accountId}`,
      organisationId,
    };
    const printed = await printCards(this.#parts, order);
    if (!printed.ok) return this.#show(request, reply, printed.problem);
    return goOn(reply, `/organisations/${organisationId}/cards/sheets/${printed.sheetId}`);
  }

  /** Prints of the sheet that are of this organisation. */
  async #printsOfSheet({ params }: CardRequest): Promise<CardPrint[]> {
    const prints = await printsOfSheet(this.#parts.store, params.sheetId);
    return prints.filter(({ organisationId }) => organisationId === params.organisationId);
  }

  async #sheet(request: CardRequest, reply: FastifyReply) {
    const { store } = this.#parts;
    const { organisationId, sheetId } = request.params;
    const organisation = await organisationById(store, organisationId);
    const prints = await this.#printsOfSheet(request);
    if (organisation === null || prints.length === 0) {
      return sendPlainPage(request, reply, 404, notFoundPage);
    }
    const context = signedInContext(request, reply);
    const shown = await shownPrints(store, context.language, prints);
    const mayPrint = await this.#mayPrint(request);
    return sendDesk(reply, 200, sheetPage(context, organisation, sheetId, shown, mayPrint));
  }

  /** What was revoked meanwhile is not printed again. */
  async #sheetFile(request: CardRequest, reply: FastifyReply) {
    const { store, codeHost } = this.#parts;
    const { sheetId, file } = request.params;
    const kind = paperKinds.find((name) => name === file);
    const prints = (await this.#printsOfSheet(request)).filter((one) => one.revokedAtMs === null);
    if (kind === undefined || prints.length === 0 || codeHost === null) {
      return sendPlainPage(request, reply, 404, notFoundPage);
    }
    return sendFile(reply, await paperOf(store, prints, codeHost, kind), `${sheetId}-${kind}`);
  }

  async #printFile(request: CardRequest, reply: FastifyReply) {
    const { store, codeHost } = this.#parts;
    const { organisationId, printId, file } = request.params;
    const print = await printById(store, printId);
    const isHere = print?.organisationId === organisationId && print.revokedAtMs === null;
    const made =
      !isHere || codeHost === null
        ? null
        : file === picture
          ? await pictureOf(store, print, codeHost)
          : file === 'single.pdf'
            ? await paperOf(store, [print], codeHost, file)
            : null;
    if (made === null) return sendPlainPage(request, reply, 404, notFoundPage);
    return sendFile(reply, made, `${printId.slice(0, 12)}-${file}`);
  }

  async #revoke(request: CardRequest, reply: FastifyReply) {
    const { organisationId, printId } = request.params;
    const problem = await revokeCard(this.#parts, {
      ...{ printId, organisationId },
      reason: textField(request.body, 'reason'),
      by: `user:${principalOf(request).accountId}`,
    });
    if (problem !== null) return this.#show(request, reply, problem);
    return goOn(reply, `/organisations/${organisationId}/cards?done=revoked`);
  }
}
