import type { RouteContract } from './route-contract.ts';

/** The part of a route's options that a contract is made from, as the router hands it over. */
export interface RegisteredRoute {
  readonly method: string | readonly string[];
  /** Pattern with its prefix: `/units/:serial`. */
  readonly url: string;
  readonly config?: { readonly contract?: RouteContract };
}

/** One method of one registered route. */
export interface ListedRoute {
  readonly method: string;
  readonly url: string;
  /** Null: registered, but nobody has said what it takes and gives. */
  readonly contract: RouteContract | null;
}

/** Every route of a listener, noted as it is registered: none can be missing. */
export class RouteList {
  readonly #routes: RegisteredRoute[] = [];

  note(route: RegisteredRoute): void {
    this.#routes.push(route);
  }

  get routes(): readonly ListedRoute[] {
    return this.#routes.flatMap(({ method, url, config }) =>
      [method].flat().map((name) => ({ method: name, url, contract: config?.contract ?? null })),
    );
  }
}

/** The part of a web application that is followed: each calls back for every route it is given. */
export interface RouteSource {
  addHook(name: 'onRoute', heard: (route: Parameters<RouteList['note']>[0]) => void): unknown;
}

const lists = new WeakMap<object, RouteList>();

/** Notes every route that is registered from now on. */
export function followRoutes(app: RouteSource): void {
  const list = new RouteList();
  lists.set(app, list);
  app.addHook('onRoute', (route) => list.note(route));
}

/** The routes of an application whose routes are followed. */
export function routesOf(app: object): RouteList {
  return lists.get(app) ?? new RouteList();
}
