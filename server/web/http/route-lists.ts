import type { FastifyInstance } from 'fastify';
import type { RouteContract } from '../../../protocols/contracts/route-contract.ts';
import { RouteList } from '../../../protocols/contracts/route-list.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route takes and gives; stands in the generated OpenAPI. */
    contract?: RouteContract;
  }
}

const lists = new WeakMap<FastifyInstance, RouteList>();

/** Notes every route that is registered from now on. */
export function followRoutes(app: FastifyInstance): void {
  const list = new RouteList();
  lists.set(app, list);
  app.addHook('onRoute', (route) => list.note(route));
}

/** The routes of an application whose routes are followed. */
export function routesOf(app: FastifyInstance): RouteList {
  return lists.get(app) ?? new RouteList();
}
