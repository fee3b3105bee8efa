import type { FastifyInstance } from 'fastify';
import { type Listener, openApiOf } from '../../protocols/contracts/openapi.ts';
import type { RouteContract } from '../../protocols/contracts/route-contract.ts';
import { documentContract } from '../../protocols/contracts/route-contract.ts';
import type { ListedRoute } from '../../protocols/contracts/route-list.ts';
import { routesOf } from '../../protocols/contracts/route-list.ts';
import { accessRowOf, type Who } from '../access/access-table.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route takes and gives; stands in the generated OpenAPI. */
    contract?: RouteContract;
  }
}

const title = '信路 Xinlu: credit server';
const securitySchemes = {
  linkKey: { type: 'http', scheme: 'bearer', description: 'key that a gateway got for its token' },
  session: { type: 'apiKey', in: 'cookie', name: 'session', description: 'of who has logged in' },
  adminToken: { type: 'http', scheme: 'bearer', description: 'admin.token of the data folder' },
} as const;

/** A gateway without a key of its own yet brings a one-time token instead. */
const keylessPaths: readonly string[] = ['/link/v1/claim'];
const pages = { answer: 'text/html', body: 'application/x-www-form-urlencoded' } as const;

function whoOf({ method, url }: ListedRoute): Who {
  return accessRowOf(method, url)?.who ?? 'signed-in';
}

function schemeOf(route: ListedRoute): keyof typeof securitySchemes | null {
  const who = whoOf(route);
  if (who === 'link') return keylessPaths.includes(route.url) ? null : 'linkKey';
  return who === 'public' || who === 'visitor' ? null : 'session';
}

function publicListener(routes: readonly ListedRoute[]): Listener {
  return {
    name: 'public',
    description: 'what people open, and the link for gateways',
    url: 'http://127.0.0.1:8080',
    routes,
    otherwise: pages,
    securityOf: schemeOf,
  };
}

/** `GET /openapi.json` of the public listener: what anybody may know is there, the desk is not. */
export function publicContractRoute(app: FastifyInstance): void {
  const config = documentContract('this document', 'application/json');
  app.get('/openapi.json', { config }, (_request, reply) => {
    const { routes } = routesOf(app);
    const isShown = (route: ListedRoute) => ['public', 'link'].includes(String(whoOf(route)));
    reply.header('cache-control', 'no-cache');
    return openApiOf({
      title,
      description: 'Pages for drivers, public data, and what gateways call.',
      securitySchemes,
      listeners: [publicListener(routes.filter(isShown))],
    });
  });
}

/** `GET /admin/v1/openapi.json`: every route of both listeners. */
export function adminContractRoute(admin: FastifyInstance, app: FastifyInstance): void {
  const config = documentContract('this document', 'application/json');
  admin.get('/admin/v1/openapi.json', { config }, () =>
    openApiOf({
      title,
      description: 'Every route of the credit server, the desk and the commands included.',
      securitySchemes,
      listeners: [
        publicListener(routesOf(app).routes),
        {
          name: 'admin',
          description: 'commands, on loopback',
          url: 'http://127.0.0.1:8481',
          routes: routesOf(admin).routes,
          otherwise: { answer: 'application/json', body: 'application/json' },
          securityOf: () => 'adminToken',
        },
      ],
    }),
  );
}
