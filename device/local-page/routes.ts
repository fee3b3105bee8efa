import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { encodePng } from '../../hardware/open.ts';
import type { Attempts } from '../attempts.ts';
import type { LogLevel } from '../log/log-ring.ts';
import { logLevels } from '../log/log-ring.ts';
import { maskCode } from '../screen/mask.ts';
import type { PageContext } from './document.ts';
import { atEveryDoor, atLoopback, cookieName, type Door, tokenOf } from './doors.ts';
import { overviewPage } from './overview.ts';
import { type SaidName, saidTexts } from './page-texts.ts';
import { crewPage, framesPage, logPage, pinPage, queuePage, testPage } from './pages.ts';
import { partsPage } from './parts-page.ts';
import type { LocalPin } from './pin.ts';
import { type LocalSessions, sessionLimits } from './sessions.ts';
import { healthReasons, maskedState, stateJson } from './state-json.ts';
import type { UnitView } from './unit-view.ts';

export interface PageRoutes {
  readonly view: UnitView;
  readonly door: Door;
  readonly pin: LocalPin;
  readonly attempts: Attempts;
  readonly sessions: LocalSessions;
}

const openForm = {
  config: { openAt: ['loopback', 'service'], isOpenForm: true },
} as const;

function saidOf(query: unknown): SaidName | null {
  const { said = '' } = query as { said?: string };
  return Object.hasOwn(saidTexts, said) ? (said as SaidName) : null;
}

function page(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/html').send(text);
}

function back(reply: FastifyReply, to: string, said?: SaidName): FastifyReply {
  return reply.redirect(said === undefined ? to : `${to}?said=${said}`, 303);
}

/** Reading: what the unit is and was. */
function registerReading(app: FastifyInstance, { view, door }: PageRoutes): void {
  const context = ({ localSession, query }: FastifyRequest): PageContext => ({
    ...{ view, door, session: localSession, said: saidOf(query) },
  });
  app.get('/', atLoopback, (request, reply) => page(reply, overviewPage(context(request))));
  app.get('/state.json', atLoopback, (_request, reply) =>
    reply.send(door === 'service' ? maskedState(view) : stateJson(view)),
  );
  app.get('/screen.png', atLoopback, (_request, reply) => sendGlass(view, door, reply));
  app.get('/healthz', atLoopback, (_request, reply) => {
    const reasons = healthReasons(view);
    return reasons.length === 0
      ? reply.send({ ok: true })
      : reply.code(503).send({ ok: false, reasons });
  });
  app.get('/frames', (request, reply) => page(reply, framesPage(context(request))));
  app.get<{ Params: { issuedAt: string } }>('/frames/:issuedAt.png', async ({ params }, reply) => {
    const picture = await view.frames.picture(Number(params.issuedAt), view.nowMs());
    if (picture === null) return reply.code(404).send({ code: 'not-found' });
    return reply.type('image/png').send(Buffer.from(await encodePng(picture)));
  });
  app.get('/parts', async (request, reply) => page(reply, await partsPage(context(request))));
  app.get('/queue', async (request, reply) => page(reply, await queuePage(context(request))));
  app.get('/log', (request, reply) => {
    const { least = 'info' } = request.query as { least?: string };
    const level = logLevels.find((one) => one === least) ?? ('info' satisfies LogLevel);
    return page(reply, logPage(context(request), level));
  });
  app.get('/test', (request, reply) => page(reply, testPage(context(request))));
  app.get('/crew', (request, reply) => page(reply, crewPage(context(request))));
}

/**
 * Exactly what stands on the glass; of a simulated unit, on the emulated one. Through the service
 * port its code is masked: whoever sits there may be anywhere.
 */
async function sendGlass(view: UnitView, door: Door, reply: FastifyReply): Promise<FastifyReply> {
  const glass = await (view.emulatedGlass?.() ?? view.glass());
  if (glass === null) return reply.code(503).send({ code: 'no-frame' });
  const picture = door === 'service' ? maskCode(glass) : glass;
  return reply.type('image/png').send(Buffer.from(await encodePng(picture)));
}

/** The PIN, and what it opens. */
function registerPin(app: FastifyInstance, parts: PageRoutes): void {
  const { view, door, pin, attempts, sessions } = parts;
  const { serial } = view.facts();
  const cookie = (token: string, lifeS: number) =>
    `${cookieName(serial)}=${token}; Path=/; Max-Age=${lifeS}; HttpOnly; SameSite=Strict`;
  // Counted by door: an attacker on the cable has any number of addresses.
  const lockedS = () => Math.ceil(attempts.lockedMs(door) / 1000);
  const context = { view, door, session: null, said: null };
  app.get('/pin', atEveryDoor, (_request, reply) =>
    page(reply, pinPage(context, false, lockedS())),
  );
  app.post<{ Body: { pin?: string } | undefined }>('/pin', openForm, async (request, reply) => {
    if (lockedS() > 0) return page(reply.code(429), pinPage(context, true, lockedS()));
    attempts.begin(door);
    if (!(await pin.fits((request.body?.pin ?? '').trim()))) {
      return page(reply.code(403), pinPage(context, true, lockedS()));
    }
    attempts.right(door);
    reply.header('set-cookie', cookie(sessions.open(), sessionLimits.lifeMs / 1000));
    return back(reply, '/');
  });
  app.post('/pin/leave', (request, reply) => {
    const token = tokenOf(request, serial);
    if (token !== null) sessions.close(token);
    reply.header('set-cookie', cookie('', 0));
    return back(reply, '/pin');
  });
}

/** Acting: each with a form of the session's own. */
function registerActs(app: FastifyInstance, { view }: PageRoutes): void {
  const { actions, test } = view;
  app.post('/act/next-code', (_request, reply) => {
    actions.nextCode();
    return back(reply, '/', 'next-code');
  });
  app.post('/act/blink', (_request, reply) =>
    back(reply, '/', actions.blink() ? 'blink' : 'no-lamps'),
  );
  app.post('/test', (_request, reply) => {
    void test.run();
    return back(reply, '/test');
  });
  app.post<{ Body: { act?: string; badge?: string; pin?: string } | undefined }>(
    '/crew',
    async ({ body }, reply) => {
      const { act, badge = '', pin = '' } = body ?? {};
      if (act !== 'board' && act !== 'leave') return reply.code(400).send({ code: 'bad-request' });
      return back(reply, '/crew', (await actions[act](badge, pin.trim())) ?? act);
    },
  );
}

/** Every page and act of one door. */
export function registerPages(app: FastifyInstance, parts: PageRoutes): void {
  registerReading(app, parts);
  registerPin(app, parts);
  registerActs(app, parts);
}
