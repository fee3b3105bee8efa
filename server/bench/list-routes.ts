import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { unitImage } from '../../protocols/http/fleet-bodies.ts';
import { goOn, sendDesk, signedInContext } from '../access/desk-reply.ts';
import { principalOf } from '../access/gate.ts';
import { placesOf } from '../organisations/routes.ts';
import { textField } from '../scan-page/forms.ts';
import { imagePage, importPage, importResultPage, rowWords } from '../web/bench/import-page.ts';
import type { BenchMessageKey } from '../web/bench/messages.ts';
import { sayIn } from '../web/bench/parts.ts';
import { progressPage } from '../web/bench/progress-page.ts';
import { type BenchParts, benchRoles, callerOf, recordAct } from './bench-parts.ts';
import { sendRefused } from './reply.ts';
import { csvOf, importOf, keepImport, textOfList } from './unit-imports.ts';

/** A list of 2,000 units. */
const listBytesMax = 512 * 1024;
const importIdBytes = 16;
const apnPattern = /^[\w.-]{0,100}$/;

type ImportRequest = FastifyRequest<{ Params: { importId: string } }>;

async function progress(parts: BenchParts, request: FastifyRequest, reply: FastifyReply) {
  const listed = await parts.fleet.call('units.list', {}, await callerOf(parts, request));
  if (!listed.ok) return sendRefused(request, reply, listed);
  const context = signedInContext(request, reply);
  const { depot, step } = request.query as { depot?: unknown; step?: unknown };
  const page = progressPage(context, {
    units: listed.body.units,
    places: await placesOf(parts, request, benchRoles, context.language === 'en'),
    depot: typeof depot === 'string' ? depot : null,
    step: typeof step === 'string' ? step : null,
  });
  return sendDesk(reply, 200, page);
}

async function showImport(
  parts: BenchParts,
  request: FastifyRequest,
  reply: FastifyReply,
  problem: BenchMessageKey | null,
) {
  const context = { ...signedInContext(request, reply), path: '/bench/import' };
  const places = await placesOf(parts, request, benchRoles, context.language === 'en');
  return sendDesk(reply, problem === null ? 200 : 400, importPage(context, { places, problem }));
}

/** The list of the form: the file, else what was pasted. */
function listIn(body: unknown): string {
  const sent = (body as { list?: unknown } | null)?.list;
  const isFile = Buffer.isBuffer(sent) && sent.length > 0;
  return isFile ? textOfList(sent) : textField(body, 'csv');
}

async function importList(parts: BenchParts, request: FastifyRequest, reply: FastifyReply) {
  const csv = listIn(request.body);
  if (csv.trim() === '') return showImport(parts, request, reply, 'importEmpty');
  if (csv.length > listBytesMax) return showImport(parts, request, reply, 'importWrong');
  const depot = textField(request.body, 'depot');
  const ask = { csv, depot: depot === '' ? null : depot };
  const done = await parts.fleet.call('units.import', ask, await callerOf(parts, request));
  if (!done.ok && done.code === 'bad-request') {
    return showImport(parts, request, reply, 'importWrong');
  }
  if (!done.ok) return sendRefused(request, reply, done);
  const importId = parts.env.randomBytes(importIdBytes).toString('hex');
  const { rows } = done.body;
  const kept = { importId, importedAtMs: parts.env.nowMs(), rows };
  const { accountId } = principalOf(request);
  await parts.store.write((tx) => keepImport(tx, accountId, kept));
  const taken = rows.filter(({ ok }) => ok).length;
  const act = { action: 'units.imported', subject: `import:${importId}` };
  await recordAct(parts, request, act, { taken, refused: rows.length - taken });
  return goOn(reply, `/bench/import/${importId}`);
}

async function keptImport(parts: BenchParts, request: ImportRequest, reply: FastifyReply) {
  const { accountId } = principalOf(request);
  const found = await importOf(parts.store, accountId, request.params.importId);
  if (found !== undefined) return found;
  await sendRefused(request, reply, { ok: false, code: 'not-found', message: 'no such import' });
  return null;
}

async function showResult(parts: BenchParts, request: ImportRequest, reply: FastifyReply) {
  const found = await keptImport(parts, request, reply);
  if (found === null) return reply;
  return sendDesk(reply, 200, importResultPage(signedInContext(request, reply), found));
}

async function sendResult(parts: BenchParts, request: ImportRequest, reply: FastifyReply) {
  const found = await keptImport(parts, request, reply);
  if (found === null) return reply;
  const say = sayIn(signedInContext(request, reply).language);
  const { t } = say;
  const head = [t('importLine'), t('serial'), 'ok', t('importOutcome')];
  const lines = found.rows.map((row) => [
    ...[String(row.row), row.serial, row.ok ? '1' : '0', rowWords(row, say)],
  ]);
  return reply
    .type('text/csv; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-disposition', 'attachment; filename="xinlu-import.csv"')
    .send(Buffer.from(csvOf([head, ...lines])));
}

const imageContract = jsonContract('the file that an image of units carries', {
  query: Type.Object({ apn: Type.Optional(Type.String()) }),
  answer: unitImage,
});

async function sendImage(parts: BenchParts, request: FastifyRequest, reply: FastifyReply) {
  const { apn } = request.query as { apn?: unknown };
  const name = typeof apn === 'string' && apnPattern.test(apn.trim()) ? apn.trim() : '';
  const made = await parts.fleet.call('image.get', { apn: name }, await callerOf(parts, request));
  if (!made.ok) return sendRefused(request, reply, made);
  return reply
    .type('application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-disposition', 'attachment; filename="xinlu-unit.json"')
    .send(Buffer.from(`${JSON.stringify(made.body, null, 2)}\n`));
}

/** All units by depot, lists of new ones, and the file that an image carries. */
export function listRoutes(app: FastifyInstance, parts: BenchParts): void {
  type Import = { Params: { importId: string } };
  app.get('/bench', (request, reply) => progress(parts, request, reply));
  app.get('/bench/import', (request, reply) => showImport(parts, request, reply, null));
  app.post('/bench/import', { bodyLimit: 3 * listBytesMax }, (request, reply) =>
    importList(parts, request, reply),
  );
  app.get<Import>('/bench/import/:importId', (request, reply) => showResult(parts, request, reply));
  app.get<Import>('/bench/import/:importId/result.csv', (request, reply) =>
    sendResult(parts, request, reply),
  );
  app.get('/bench/image', (request, reply) =>
    sendDesk(reply, 200, imagePage(signedInContext(request, reply))),
  );
  app.get('/bench/image/xinlu-unit.json', { config: imageContract }, (request, reply) =>
    sendImage(parts, request, reply),
  );
}
