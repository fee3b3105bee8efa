import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Store } from '../../protocols/store/store.ts';
import { identityOf } from '../directory/identity.ts';
import type { ServerEnvironment } from '../environment.ts';
import { sendPlainPage } from '../pages/routes.ts';
import { rate } from '../rating/rate.ts';
import { readRatings } from '../rating/read-ratings.ts';
import type { SecretBox } from '../secrets.ts';
import { linkTo, readingOf } from '../web/http/reading.ts';
import { scanPage } from '../web/scan/page.ts';
import { lapsedPage, scanNotFoundPage } from '../web/shared/pages.ts';
import { type ActResult, answerMatch } from './acts.ts';
import { formTokenOf, mayPost, openerCookieName } from './form-guard.ts';
import { textField } from './forms.ts';
import {
  claimOpening,
  markSeen,
  markStaff,
  type OpenerCookie,
  type Opening,
  openingOf,
} from './openings.ts';
import { type ScanView, viewOf } from './view.ts';

/** Name of the cookie that all scans of one browser share: the party that rates. */
export const partyCookieName = 'xinlu_party';
/** How long the opener's browser may come back and act, in seconds. */
const openerCookieAgeSMax = 30 * 86_400;
const openerCookieBytes = 16;
/** Largest form, in bytes. */
const formBytesMax = 16 * 1024;

export interface ScanPageParts {
  readonly store: Store;
  readonly secrets: SecretBox;
  readonly env: ServerEnvironment;
  readonly cookieSecure: boolean;
  readonly style: string;
  /** Who is signed in at the desk in this browser; null: nobody. */
  readonly staffOf: (request: FastifyRequest) => Promise<ScanningStaff | null>;
}

/** Staff who scan a screen. */
export interface ScanningStaff {
  readonly accountId: string;
  /** Units in training are led on to where their mount is proven. */
  readonly installsUnits: boolean;
}

type ScanRequest = FastifyRequest<{ Params: { scanId: string } }>;

/** Browsers that fetch ahead of a tap have not opened anything. Scan code, "Opening" 4. */
function isPrefetch(request: FastifyRequest): boolean {
  return /\bprefetch\b/.test(String(request.headers['sec-purpose'] ?? request.headers.purpose));
}

/** The page of one scan and what is done on it. Mounted at `/v`. */
export class ScanPages {
  readonly #parts: ScanPageParts;

  constructor(parts: ScanPageParts) {
    this.#parts = parts;
  }

  register(app: FastifyInstance): void {
    app.get<{ Params: { scanId: string } }>('/:scanId', (request, reply) =>
      this.#open(request as ScanRequest, reply),
    );
    app.head('/:scanId', (_request, reply) => reply.code(204).send());
    app.get<{ Params: { scanId: string } }>('/:scanId/seen.css', async (request, reply) => {
      await markSeen(this.#parts.store, request.params.scanId, this.#parts.env.nowMs());
      return reply
        .type('text/css; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(this.#parts.style);
    });
    app.post('/:scanId/rating', { bodyLimit: formBytesMax }, (request, reply) =>
      this.#rate(request as ScanRequest, reply),
    );
    app.post('/:scanId/match', { bodyLimit: formBytesMax }, (request, reply) =>
      this.#match(request as ScanRequest, reply),
    );
  }

  /** `GET /v/{scanId}`: shows the page; the first one gets the cookie. Never redeems. */
  async #open(request: ScanRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (isPrefetch(request)) return reply.code(503).header('cache-control', 'no-store').send('');
    const { store, env } = this.#parts;
    const { scanId } = request.params;
    let cookie: OpenerCookie = request.cookies[openerCookieName];
    let opening = await openingOf(store, scanId, cookie);
    const staff = opening === undefined ? null : await this.#parts.staffOf(request);
    if (staff !== null) {
      await markStaff(store, scanId, staff.accountId);
      opening = await openingOf(store, scanId, cookie);
    }
    if (staff?.installsUnits === true && opening?.scan.report.unit.training === true) {
      return reply.header('cache-control', 'no-store').redirect(`/bench/scan/${scanId}`, 303);
    }
    if (opening?.scan.openerDigest === null) {
      const drawn = this.#newCookie();
      const party = request.cookies[partyCookieName] ?? this.#newCookie();
      if (await claimOpening(store, scanId, { cookie: drawn, party }, env.nowMs())) {
        cookie = drawn;
        this.#setCookie(reply, openerCookieName, `/v/${scanId}`, drawn);
        this.#setCookie(reply, partyCookieName, '/v', party);
      }
      opening = await openingOf(store, scanId, cookie);
    }
    if (opening === undefined) return sendPlainPage(request, reply, 404, scanNotFoundPage);
    return this.#send(request, reply, 200, opening, cookie);
  }

  async #rate(request: ScanRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { store, env } = this.#parts;
    const act = this.#actOf(request);
    if (!mayPost(this.#parts.secrets, request, request.params.scanId))
      return this.#lapsed(request, reply);
    const opening = await openingOf(store, act.scanId, act.cookie);
    if (opening === undefined) return sendPlainPage(request, reply, 404, scanNotFoundPage);
    const identity = await identityOf(store, opening.scan.report);
    const people = identity?.people.map(({ personId }) => personId) ?? [];
    const reading = readRatings(request.body, people);
    if ('problem' in reading) {
      return this.#send(request, reply, 400, opening, act.cookie, reading);
    }
    const drafts = reading.ratings.map((rating) => {
      const ratingId = env.randomBytes(openerCookieBytes).toString('hex');
      return { ...rating, ratingId };
    });
    const result = await rate(store, act, drafts);
    return this.#answer(request, reply, result, 'rating');
  }

  async #match(request: ScanRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { store, env } = this.#parts;
    if (!mayPost(this.#parts.secrets, request, request.params.scanId))
      return this.#lapsed(request, reply);
    const answer = textField(request.body, 'answer');
    if (answer !== 'same' && answer !== 'different') return this.#lapsed(request, reply);
    const alertId = env.randomBytes(openerCookieBytes).toString('hex');
    const result = await answerMatch(store, this.#actOf(request), alertId, answer);
    return this.#answer(request, reply, result, 'match');
  }

  /** Saved: back to the page, so that a reload posts nothing. Refused: the page that says why. */
  #answer(
    request: ScanRequest,
    reply: FastifyReply,
    result: ActResult,
    part: 'rating' | 'match',
  ): Promise<FastifyReply> | FastifyReply {
    const { scanId } = request.params;
    if (result.outcome === 'unknown') return sendPlainPage(request, reply, 404, scanNotFoundPage);
    if (result.outcome === 'refused') {
      return this.#send(request, reply, 409, result.opening, request.cookies[openerCookieName]);
    }
    return reply
      .header('cache-control', 'no-store')
      .redirect(linkTo(readingOf(request), `/v/${scanId}#${part}`), 303);
  }

  #lapsed(request: ScanRequest, reply: FastifyReply): FastifyReply {
    return sendPlainPage(request, reply, 403, lapsedPage(request.params.scanId));
  }

  #actOf(request: ScanRequest) {
    return {
      scanId: request.params.scanId,
      cookie: request.cookies[openerCookieName],
      nowMs: this.#parts.env.nowMs(),
      randomBytes: this.#parts.env.randomBytes,
    };
  }

  #newCookie(): string {
    return this.#parts.env.randomBytes(openerCookieBytes).toString('base64url');
  }

  #setCookie(reply: FastifyReply, name: string, path: string, value: string): void {
    reply.setCookie(name, value, {
      path,
      httpOnly: true,
      sameSite: 'lax',
      secure: this.#parts.cookieSecure,
      maxAge: openerCookieAgeSMax,
    });
  }

  async #send(
    request: ScanRequest,
    reply: FastifyReply,
    status: number,
    opening: Opening,
    cookie: OpenerCookie,
    problem: ScanView['problem'] = null,
  ): Promise<FastifyReply> {
    const { scanId } = opening.scan.report;
    const token = cookie === undefined ? null : formTokenOf(this.#parts.secrets, scanId, cookie);
    const { store, env } = this.#parts;
    const given = { formToken: token, nowMs: env.nowMs(), problem };
    const view = await viewOf(store, opening, given);
    return reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(scanPage(view, readingOf(request)));
  }
}
