import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { logoLimits } from '../../protocols/picture/logo.ts';
import { goOn, sendDesk, signedInContext } from '../access/desk-reply.ts';
import { deskFormBytesMax } from '../access/routes.ts';
import { organisationById } from '../directory/identity.ts';
import { cleanWords, textField } from '../scan-page/forms.ts';
import { type ConfigurationView, configurationPage } from '../web/bench/configuration-page.ts';
import { nameOf } from '../web/organisations/fields.ts';
import { type BenchParts, callerOf, recordAct } from './bench-parts.ts';
import { sendRefused } from './reply.ts';
import type { UnitRequest } from './unit-routes.ts';

const reasonCharsMax = 200;

interface Problem {
  readonly notice: ConfigurationView['notice'];
  readonly message: string;
}

async function show(
  parts: BenchParts,
  request: UnitRequest,
  reply: FastifyReply,
  problem: Problem | null,
) {
  const { serial } = request.params;
  const { fleet, store } = parts;
  const caller = await callerOf(parts, request);
  const [configuration, unit] = await Promise.all([
    fleet.call('configuration.get', { serial }, caller),
    fleet.call('units.get', { serial }, caller),
  ]);
  if (!configuration.ok) return sendRefused(request, reply, configuration, serial);
  const base = signedInContext(request, reply);
  const context = { ...base, path: `/bench/units/${serial}/configuration` };
  const place = await organisationById(store, unit.ok ? unit.body.organisation : null);
  const { done } = request.query as { done?: unknown };
  const saved = { kind: 'done', text: 'done_saved' } as const;
  const page = configurationPage(context, {
    configuration: configuration.body,
    organisation:
      place === null ? null : { id: place.organisationId, name: nameOf(place, context.language) },
    notice: problem?.notice ?? (done === 'saved' ? saved : null),
    message: problem?.message ?? '',
  });
  return sendDesk(reply, problem === null ? 200 : 400, page);
}

/** The organisation of a unit, as the gateway knows it. */
async function scopeIdOf(parts: BenchParts, request: UnitRequest, scope: string) {
  const { serial } = request.params;
  if (scope !== 'organisation') return serial;
  const unit = await parts.fleet.call('units.get', { serial }, await callerOf(parts, request));
  return unit.ok ? (unit.body.organisation ?? '') : '';
}

/**
 * What the form gives for a key: the picture of a logo in base64, else words; null: nothing. Of a
 * picture that is too large no more goes on than it takes to be refused.
 */
function valueIn(body: unknown, key: string): string | null {
  const sent = (body as { logo?: unknown } | null)?.logo;
  const isPicture = key === 'logo' && Buffer.isBuffer(sent) && sent.length > 0;
  const value = isPicture
    ? sent.subarray(0, logoLimits.bytesMax + 1).toString('base64')
    : cleanWords(textField(body, 'value'));
  return value === '' ? null : value;
}

/** A picture in the audit is its digest. */
function auditText(key: string, value: string | null): string | null {
  if (key !== 'logo' || value === null) return value;
  return `sha256:${createHash('sha256').update(value, 'base64').digest('hex')}`;
}

async function set(parts: BenchParts, request: UnitRequest, reply: FastifyReply) {
  const { body } = request;
  const { serial } = request.params;
  const reason = cleanWords(textField(body, 'reason')).slice(0, reasonCharsMax);
  const mark = (text: 'actNoReason' | 'configDoesNotFit', message = '') =>
    show(parts, request, reply, { notice: { kind: 'mark', text }, message });
  if (reason === '') return mark('actNoReason');
  const scope = textField(body, 'scope') === 'organisation' ? 'organisation' : 'unit';
  const scopeId = await scopeIdOf(parts, request, scope);
  const key = textField(body, 'key');
  const value = valueIn(body, key);
  const caller = await callerOf(parts, request);
  const change = { scope, scopeId, key, value, reason };
  const done = await parts.fleet.call('configuration.set', change, caller);
  if (!done.ok && done.code === 'bad-request') return mark('configDoesNotFit', done.message);
  if (!done.ok) return sendRefused(request, reply, done, serial);
  const told = { action: 'unit.configured', subject: `${scope}:${scopeId}`, reason };
  await recordAct(parts, request, told, { key, value: auditText(key, value) });
  return goOn(reply, `/bench/units/${serial}/configuration?done=saved`);
}

/** What a unit should be and is, with where each value comes from. */
export function configurationRoutes(app: FastifyInstance, parts: BenchParts): void {
  type Unit = { Params: { serial: string } };
  app.get<Unit>('/bench/units/:serial/configuration', (request, reply) =>
    show(parts, request, reply, null),
  );
  app.post<Unit>(
    '/bench/units/:serial/configuration',
    { bodyLimit: deskFormBytesMax },
    (request, reply) => set(parts, request, reply),
  );
}
