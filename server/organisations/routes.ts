import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Writer } from '../../protocols/store/store.ts';
import { organisationReaders, peopleReaders } from '../access/access-table.ts';
import { goOn, sendDesk, signedInContext } from '../access/desk-reply.ts';
import { principalOf, requireRole } from '../access/gate.ts';
import { coveredBy } from '../access/right-table.ts';
import type { Role } from '../access/roles.ts';
import { type AccessParts, deskFormBytesMax } from '../access/routes.ts';
import { chinaDayOf } from '../calendar/china-day.ts';
import { organisations, people, selectRows, vehicles } from '../directory/directory-table.ts';
import { sendPlainPage } from '../pages/routes.ts';
import { textField } from '../scan-page/forms.ts';
import { messageOf } from '../web/organisations/messages.ts';
import { organisationPage, type Place } from '../web/organisations/organisation-page.ts';
import { treePage } from '../web/organisations/tree-page.ts';
import { notFoundPage } from '../web/shared/pages.ts';
import {
  type Change,
  changeFrom,
  endOn,
  found,
  isPlannable,
  versionOn,
} from './change-organisation.ts';
import { addPerson, readPerson, type TypedPerson } from './change-person.ts';
import {
  blankDetails,
  type DetailText,
  detailTexts,
  isLevel,
  type OrganisationProblem,
  readDetails,
} from './organisation.ts';
import { treeOn, versionsOf } from './version-table.ts';

const editors: readonly Role[] = ['business-administrator'];
type IdRequest = FastifyRequest<{ Params: { organisationId: string } }>;

/** Texts of a form by name; those that were not sent are left out. */
export function typedTexts<Name extends string>(body: unknown, names: readonly Name[]) {
  const sent = Object.keys((body ?? {}) as object);
  return Object.fromEntries(
    names.filter((name) => sent.includes(name)).map((name) => [name, textField(body, name)]),
  ) as Partial<Record<Name, string>>;
}

/** The person of a form. */
export function typedPerson(body: unknown): TypedPerson {
  return readPerson({
    role: textField(body, 'role'),
    nameZh: textField(body, 'nameZh'),
    nameEn: textField(body, 'nameEn'),
    badgeNumber: textField(body, 'badgeNumber'),
    qualificationZh: textField(body, 'qualificationZh'),
    qualificationEn: textField(body, 'qualificationEn'),
  });
}

/** Who changes something through the pages. */
export function changeOf(parts: AccessParts, request: FastifyRequest): Change {
  const byWhom = `user:${principalOf(request).accountId}`;
  return { byWhom, nowMs: parts.env.nowMs(), audit: parts.audit };
}

/** Organisations that exist today and where the principal holds one of the roles. */
export async function placesOf(
  { store, env }: AccessParts,
  request: FastifyRequest,
  roles: readonly Role[],
  english: boolean,
): Promise<Place[]> {
  const covered = await coveredBy(store, principalOf(request).rights, roles);
  const today = await treeOn(store, chinaDayOf(env.nowMs()));
  return today
    .filter(({ organisationId }) => covered === null || covered.has(organisationId))
    .map(({ organisationId: id, nameZh, nameEn }) => ({
      id,
      name: english && nameEn !== '' ? nameEn : nameZh,
    }));
}

const detailNames: readonly (DetailText | 'sections')[] = [...detailTexts, 'sections'];

/** Pages of the tree and of one organisation, and the changes made there. */
export class OrganisationPages {
  readonly #parts: AccessParts;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  register(app: FastifyInstance): void {
    const limit = { bodyLimit: deskFormBytesMax };
    type Params = { Params: { organisationId: string } };
    app.get('/organisations', (request, reply) => this.#tree(request, reply, null));
    app.post('/organisations/new', limit, (request, reply) => this.#found(request, reply));
    app.get<Params>('/organisations/:organisationId', (request, reply) => {
      const { done } = request.query as { done?: unknown };
      const isDone = done === 'saved' || done === 'ended';
      const notice = isDone ? ({ kind: 'done', text: messageOf('done', done) } as const) : null;
      return this.#show(request, reply, notice);
    });
    const acts = {
      version: (request: IdRequest) => this.#change(request),
      end: (request: IdRequest) => this.#end(request),
      below: (request: IdRequest) => this.#below(request),
      people: (request: IdRequest) => this.#person(request),
    };
    for (const [act, work] of Object.entries(acts)) {
      app.post<Params>(`/organisations/:organisationId/${act}`, limit, async (request, reply) => {
        const problem = await work(request);
        if (problem !== null) {
          return this.#show(request, reply, { kind: 'mark', text: messageOf('why', problem) });
        }
        const done = act === 'end' ? 'ended' : 'saved';
        return goOn(reply, `/organisations/${request.params.organisationId}?done=${done}`);
      });
    }
  }

  /** The day asked for, else today. */
  #dayOf(request: FastifyRequest): string {
    const { on } = request.query as { on?: unknown };
    const today = chinaDayOf(this.#parts.env.nowMs());
    return typeof on === 'string' && isPlannable(on) ? on : today;
  }

  #write<Result>(work: (tx: Writer) => Promise<Result>): Promise<Result> {
    return this.#parts.store.write(work);
  }

  async #tree(request: FastifyRequest, reply: FastifyReply, problem: string | null) {
    const { store } = this.#parts;
    const principal = principalOf(request);
    const day = this.#dayOf(request);
    const covered = await coveredBy(store, principal.rights, organisationReaders);
    const versions = (await treeOn(store, day)).filter(
      ({ organisationId }) => covered === null || covered.has(organisationId),
    );
    const mayFound = await requireRole(store, principal, editors, null);
    const context = { ...signedInContext(request, reply), path: `/organisations?on=${day}` };
    const page = treePage(context, { day, versions, mayFound, problem });
    return sendDesk(reply, problem === null ? 200 : 400, page);
  }

  async #found(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { body } = request;
    const mayFound = await requireRole(this.#parts.store, principalOf(request), editors, null);
    const problem = mayFound ? await this.#foundBelow(request, null) : 'not-covered';
    if (problem !== null) return this.#tree(request, reply, problem);
    return goOn(reply, `/organisations/${encodeURIComponent(textField(body, 'id'))}?done=saved`);
  }

  async #foundBelow(
    request: FastifyRequest,
    superiorId: string | null,
  ): Promise<OrganisationProblem | null> {
    const { body } = request;
    const level = textField(body, 'level');
    if (!isLevel(level)) return 'bad-level';
    const details = readDetails(blankDetails(level, superiorId), typedTexts(body, detailNames));
    const organisationId = textField(body, 'id');
    const version = { ...details, organisationId, validFrom: textField(body, 'from') };
    return this.#write((tx) => found(tx, version, changeOf(this.#parts, request)));
  }

  #below(request: IdRequest): Promise<OrganisationProblem | null> {
    return this.#foundBelow(request, request.params.organisationId);
  }

  async #change(request: IdRequest): Promise<OrganisationProblem | null> {
    const { store } = this.#parts;
    const { body } = request;
    const { organisationId } = request.params;
    const last = (await versionsOf(store, organisationId)).at(-1);
    if (last === undefined) return 'no-organisation';
    const superior = textField(body, 'superior');
    const superiorId = superior === '' ? null : superior;
    const isMoved = superiorId !== last.superiorId;
    const mayMove = await requireRole(store, principalOf(request), editors, superiorId);
    if (isMoved && !mayMove) return 'not-covered';
    const { organisationId: _id, validFrom: _from, validTo: _to, ...details } = last;
    const next = readDetails({ ...details, superiorId }, typedTexts(body, detailNames));
    const day = textField(body, 'from');
    const change = changeOf(this.#parts, request);
    return this.#write((tx) => changeFrom(tx, organisationId, day, next, change));
  }

  #end(request: IdRequest): Promise<OrganisationProblem | null> {
    const { organisationId } = request.params;
    const day = textField(request.body, 'day');
    const change = changeOf(this.#parts, request);
    return this.#write((tx) => endOn(tx, organisationId, day, change));
  }

  #person(request: IdRequest) {
    const { body } = request;
    const { organisationId } = request.params;
    const [id, from] = [textField(body, 'id'), textField(body, 'from')];
    const change = changeOf(this.#parts, request);
    const typed = typedPerson(body);
    return this.#write((tx) => addPerson(tx, id, organisationId, typed, from, change));
  }

  async #show(
    request: IdRequest,
    reply: FastifyReply,
    notice: Parameters<typeof organisationPage>[1]['notice'],
  ): Promise<FastifyReply> {
    const { store, env } = this.#parts;
    const { organisationId } = request.params;
    const principal = principalOf(request);
    const day = this.#dayOf(request);
    const versions = await versionsOf(store, organisationId);
    const version = versionOn(versions, day) ?? versions.at(-1);
    const row = (
      await selectRows(store, organisations, 'organisation_id = ?', [organisationId])
    )[0];
    if (version === undefined || row === undefined)
      return sendPlainPage(request, reply, 404, notFoundPage);
    const tree = await treeOn(store, day);
    const base = signedInContext(request, reply);
    const context = { ...base, path: `/organisations/${organisationId}` };
    const mayEdit = await requireRole(store, principal, editors, organisationId);
    const page = organisationPage(context, {
      version,
      versions,
      superior: tree.find((other) => other.organisationId === version.superiorId) ?? null,
      below: tree.filter(({ superiorId }) => superiorId === organisationId),
      people: await selectRows(store, people, 'organisation_id = ?', [organisationId]),
      vehicles: await selectRows(store, vehicles, 'organisation_id = ?', [organisationId]),
      mayEdit: mayEdit && version.validTo === null,
      mayReadPeople: await requireRole(store, principal, peopleReaders, organisationId),
      places: mayEdit
        ? await placesOf(this.#parts, request, editors, context.language === 'en')
        : [],
      today: chinaDayOf(env.nowMs()),
      sample: row.sample,
      notice,
    });
    return sendDesk(reply, notice?.kind === 'mark' ? 400 : 200, page);
  }
}
