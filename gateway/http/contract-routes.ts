import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { asyncApi } from '../../protocols/contracts/asyncapi.ts';
import { type Listener, openApiOf } from '../../protocols/contracts/openapi.ts';
import type { RouteContract } from '../../protocols/contracts/route-contract.ts';
import { documentContract, jsonContract } from '../../protocols/contracts/route-contract.ts';
import type { ListedRoute } from '../../protocols/contracts/route-list.ts';
import { routesOf } from '../../protocols/contracts/route-list.ts';
import { fleetEnvelope, fleetOperations } from '../../protocols/http/fleet-operations.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route takes and gives; stands in the generated OpenAPI. */
    contract?: RouteContract;
  }
}

const securitySchemes = {
  adminToken: { type: 'http', scheme: 'bearer', description: 'admin.token of the data folder' },
  linkKey: { type: 'http', scheme: 'bearer', description: 'key of the link with the server' },
} as const;

/** One of the gateway's ports, for its contract. */
export interface ContractListener extends Pick<Listener, 'name' | 'description' | 'url'> {
  readonly app: FastifyInstance;
  /** Name of a scheme below; null: anybody may call. */
  readonly scheme: keyof typeof securitySchemes | null;
}

const otherwise = { answer: 'application/json', body: 'application/json' } as const;
const openPaths: readonly string[] = ['/healthz'];
const document = 'application/json';

/** The fleet API has one route; its table says what can be asked there. */
function fleetRoutes(): readonly ListedRoute[] {
  return Object.entries(fleetOperations).map(([name, { ask, answer }]) => {
    const body = Type.Object({ ...fleetEnvelope.properties, ask });
    const { contract } = jsonContract(`fleet API: ${name}`, { body, answer });
    return { method: 'POST', url: `/fleet/v1/${name}`, contract };
  });
}

const fleetApi: Listener = {
  name: 'fleet',
  description: 'the server asks about units, with the key of the link',
  url: 'http://127.0.0.1:8483',
  routes: fleetRoutes(),
  otherwise,
  securityOf: () => 'linkKey',
};

function listenerOf({ app, scheme, ...listener }: ContractListener): Listener {
  return {
    ...listener,
    otherwise,
    routes: routesOf(app).routes,
    securityOf: ({ url }) => (openPaths.includes(url) ? null : scheme),
  };
}

/**
 * `GET /openapi.json`, of every route of every listener, and `GET /asyncapi.json`. Made when asked
 * for: routes may be registered after these.
 */
export function registerContractRoutes(
  app: FastifyInstance,
  listeners: readonly ContractListener[],
): void {
  const config = {
    openApi: documentContract('this document', document),
    asyncApi: documentContract('what goes over MQTT, as AsyncAPI 3.0', document),
  };
  app.get('/openapi.json', { config: config.openApi }, () =>
    openApiOf({
      title: '信路 Xinlu: gateway',
      description: 'Ports of the gateway. Everything but codes and enrolment is for programs.',
      securitySchemes,
      listeners: [...listeners.map(listenerOf), fleetApi],
    }),
  );
  app.get('/asyncapi.json', { config: config.asyncApi }, () => asyncApi());
}
