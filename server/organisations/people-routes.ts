import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { goOn, sendDesk, signedInContext } from '../access/desk-reply.ts';
import { principalOf, requireRole } from '../access/gate.ts';
import type { Role } from '../access/roles.ts';
import { type AccessParts, deskFormBytesMax } from '../access/routes.ts';
import { chinaDayOf } from '../calendar/china-day.ts';
import { organisationById } from '../directory/identity.ts';
import { sendPlainPage } from '../pages/routes.ts';
import { textField } from '../scan-page/forms.ts';
import { type ImportView, importPage } from '../web/organisations/import-page.ts';
import { messageOf } from '../web/organisations/messages.ts';
import { personPage } from '../web/organisations/person-page.ts';
import { notFoundPage } from '../web/shared/pages.ts';
import { changePerson, personById, postingsOf, transferPerson } from './change-person.ts';
import { type ImportKind, importColumns, importRows } from './import-rows.ts';
import { changeOf, placesOf, typedPerson } from './routes.ts';

const editors: readonly Role[] = ['business-administrator'];
/** Largest table that is pasted in, in bytes of the form. */
const importBytesMax = 2 * 1024 * 1024;

type PersonRequest = FastifyRequest<{ Params: { personId: string } }>;
type Notice = Parameters<typeof personPage>[1]['notice'];

async function showPerson(
  parts: AccessParts,
  request: PersonRequest,
  reply: FastifyReply,
  notice: Notice,
): Promise<FastifyReply> {
  const { store, env } = parts;
  const { personId } = request.params;
  const person = await personById(store, personId);
  const organisation = await organisationById(store, person?.organisationId ?? null);
  if (person === undefined || organisation === null)
    return sendPlainPage(request, reply, 404, notFoundPage);
  const context = { ...signedInContext(request, reply), path: `/people/${personId}` };
  const at = organisation.organisationId;
  const mayEdit = await requireRole(store, principalOf(request), editors, at);
  const page = personPage(context, {
    person,
    organisation,
    postings: await postingsOf(store, personId),
    mayEdit,
    places: mayEdit ? await placesOf(parts, request, editors, context.language === 'en') : [],
    today: chinaDayOf(env.nowMs()),
    notice,
  });
  return sendDesk(reply, notice?.kind === 'mark' ? 400 : 200, page);
}

/** Moves somebody; whoever does it needs a say in both places. */
async function transfer(parts: AccessParts, request: PersonRequest) {
  const { store } = parts;
  const to = textField(request.body, 'organisation');
  if (!(await requireRole(store, principalOf(request), editors, to))) return 'not-covered';
  const day = textField(request.body, 'from');
  const { personId } = request.params;
  const change = changeOf(parts, request);
  return store.write((tx) => transferPerson(tx, personId, to, day, change));
}

function importRoutes(app: FastifyInstance, parts: AccessParts): void {
  const show = (request: FastifyRequest, reply: FastifyReply, view: ImportView) =>
    sendDesk(reply, 200, importPage(signedInContext(request, reply), view));
  app.get('/import', (request, reply) =>
    show(request, reply, { kind: 'people', csv: '', onlyCheck: true, result: null }),
  );
  app.post('/import', { bodyLimit: importBytesMax }, async (request, reply) => {
    const { body } = request;
    const asked = textField(body, 'kind');
    const kind: ImportKind = Object.hasOwn(importColumns, asked) ? (asked as ImportKind) : 'people';
    const csv = textField(body, 'csv');
    const onlyCheck = textField(body, 'mode') !== 'take';
    const { rights } = principalOf(request);
    const change = changeOf(parts, request);
    const result = await importRows(parts.store, { kind, csv, onlyCheck }, change, rights);
    return show(request, reply, { kind, csv, onlyCheck, result });
  });
}

/** Pages of people and of tables pasted in. */
export function peopleRoutes(app: FastifyInstance, parts: AccessParts): void {
  type Params = { Params: { personId: string } };
  const limit = { bodyLimit: deskFormBytesMax };
  app.get<Params>('/people/:personId', (request, reply) => {
    const { done } = request.query as { done?: unknown };
    const isDone = done === 'saved' || done === 'moved';
    const notice: Notice = isDone ? { kind: 'done', text: messageOf('done', done) } : null;
    return showPerson(parts, request, reply, notice);
  });
  app.post<Params>('/people/:personId/version', limit, async (request, reply) => {
    const { personId } = request.params;
    const typed = typedPerson(request.body);
    const change = changeOf(parts, request);
    const problem = await parts.store.write((tx) => changePerson(tx, personId, typed, change));
    if (problem === null) return goOn(reply, `/people/${personId}?done=saved`);
    return showPerson(parts, request, reply, { kind: 'mark', text: messageOf('why', problem) });
  });
  app.post<Params>('/people/:personId/transfer', limit, async (request, reply) => {
    const problem = await transfer(parts, request);
    if (problem === null) return goOn(reply, `/people/${request.params.personId}?done=moved`);
    return showPerson(parts, request, reply, { kind: 'mark', text: messageOf('why', problem) });
  });
  importRoutes(app, parts);
}
