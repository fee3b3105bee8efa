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
