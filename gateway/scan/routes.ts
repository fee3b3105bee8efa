import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouteContract } from '../../protocols/contracts/route-contract.ts';
import type { GatewayEnv } from '../environment.ts';
import type { VehicleDirectory } from '../parts.ts';
import type { ScanEdge } from './edge.ts';
import { pageHeaders } from './page-frame.ts';
import { refusalPage, shortPage } from './pages.ts';

export interface ScanRoutesDeps {
  readonly edge: ScanEdge;
  readonly directory: VehicleDirectory;
  readonly env: GatewayEnv;
  /** What phones open, without a closing slash needed: `https://HOST`. */
  readonly serverUrl: string;
  /** Path of the code address: `/` or `/PREFIX/`. */
  readonly codePath: string;
}

/** Scan code, "Opening and redeeming", 1. */
const refusalStatus = { malformed: 400, 'bad-signature': 403, 'unknown-unit': 404 } as const;

const page = { contentType: 'text/html' } as const;
const opening: RouteContract = {
  summary: 'a code is opened: on to the page of its scan, or a short page while that is away',
  answers: { 200: page, 303: page, 400: page, 403: page, 404: page, 503: page },
};

const bareHeaders = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } as const;

function sendPage(reply: FastifyReply, status: number, page: string) {
  return reply.code(status).headers(pageHeaders).send(page);
}

/** A browser that only looks ahead, for a person who has not asked yet. */
function isPrefetch({ headers }: FastifyRequest): boolean {
  const purpose = headers['sec-purpose'] ?? headers.purpose;
  return typeof purpose === 'string' && purpose.toLowerCase().includes('prefetch');
}

/** The rest of a path under the code address, whatever its case; null outside of it. */
function codeTextOf(path: string, codePath: string): string | null {
  const isUnder = path.slice(0, codePath.length).toLowerCase() === codePath.toLowerCase();
  return isUnder ? path.slice(codePath.length) : null;
}

/**
 * `GET` and `HEAD` of everything under the code address that no other route of the application
 * takes. A wildcard: a long, cut or altered code gets its page too, not the router's refusal.
 * The routes log nothing, as a code is in their address.
 */
export function registerScanRoutes(app: FastifyInstance, deps: ScanRoutesDeps): void {
  const serverUrl = deps.serverUrl.replace(/\/+$/, '');
  const quiet = { logLevel: 'silent', exposeHeadRoute: false } as const;

  app.head('/*', quiet, (_request, reply) => reply.code(204).headers(bareHeaders).send());

  app.get<{ Params: { '*': string } }>(
    '/*',
    { ...quiet, config: { contract: opening } },
    async (request, reply) => {
      if (isPrefetch(request)) return reply.code(503).headers(bareHeaders).send();
      const text = codeTextOf(`/${request.params['*']}`, deps.codePath);
      if (text === null) return sendPage(reply, 404, refusalPage('malformed'));
      try {
        const answer = await deps.edge.open(text);
        if (answer.kind === 'refused') {
          return sendPage(reply, refusalStatus[answer.verdict], refusalPage(answer.verdict));
        }
        const { report, delivered } = answer;
        const pageUrl = `${serverUrl}/v/${report.scanId}`;
        if (delivered) return reply.headers(bareHeaders).redirect(pageUrl, 303);
        const { vehicleId } = report.unit;
        const screen = vehicleId === null ? undefined : deps.directory.screenOf(vehicleId);
        return sendPage(reply, 200, shortPage(report, screen, pageUrl));
      } catch (error) {
        deps.env.log.error({ err: error }, 'an opening could not be kept');
        return sendPage(reply, 503, refusalPage('unavailable'));
      }
    },
  );
}
