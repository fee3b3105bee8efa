import type { Role } from './roles.ts';

/**
 * Who may call a route. `public`: anybody, or whoever holds the unguessable address. `link`:
 * gateways, by a key of their own that the link checks. `visitor`: who is about to log in; forms
 * carry the visitor's token. `signed-in`: every account. Otherwise the roles, and nobody else.
 */
export type Who = 'public' | 'link' | 'visitor' | 'signed-in' | readonly Role[];

export interface AccessRow {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Pattern as the route is registered, prefix included. */
  readonly url: string;
  readonly who: Who;
}

export const organisationReaders: readonly Role[] = [
  'fleet-manager',
  'dispatcher',
  'hotline-clerk',
  'supervisor',
  'credit-clerk',
  'department-head',
  'firm-manager',
  'business-administrator',
  'auditor',
  'system-administrator',
];
export const peopleReaders: readonly Role[] = [
  'supervisor',
  'department-head',
  'firm-manager',
  'business-administrator',
];
/** Who prints and revokes cards, and who may see which were. */
export const cardKeepers: readonly Role[] = ['technician', 'credit-clerk'];
export const cardReaders: readonly Role[] = [...cardKeepers, 'department-head'];
const organisationEditors: readonly Role[] = ['business-administrator'];
const accountReaders: readonly Role[] = [
  'business-administrator',
  'auditor',
  'system-administrator',
];
const accountKeepers: readonly Role[] = ['system-administrator'];
/** Which units are theirs the gateway decides, by the organisations of their rights. */
const unitKeepers: readonly Role[] = ['technician', 'fleet-manager'];
/** Which of them may give which role is `rightProblem` and `mayGive`. */
const rightGivers: readonly Role[] = ['business-administrator', 'system-administrator'];

/**
 * Every route of the public listener. A route that is not here is refused when it is registered; a
 * role route with `:organisationId`, `:personId` or `:vehicleId` is open only where a right of one
 * of its roles covers that organisation.
 */
export const accessTable: readonly AccessRow[] = [
  { method: 'GET', url: '/', who: 'public' },
  { method: 'GET', url: '/healthz', who: 'public' },
  { method: 'GET', url: '/openapi.json', who: 'public' },
  { method: 'GET', url: '/assets/base.css', who: 'public' },
  { method: 'GET', url: '/assets/desk.css', who: 'public' },
  { method: 'GET', url: '/assets/bench.js', who: 'public' },
  { method: 'GET', url: '/assets/label.css', who: 'public' },
  { method: 'GET', url: '/v/:scanId', who: 'public' },
  { method: 'HEAD', url: '/v/:scanId', who: 'public' },
  { method: 'GET', url: '/v/:scanId/seen.css', who: 'public' },
  { method: 'POST', url: '/v/:scanId/rating', who: 'public' },
  { method: 'POST', url: '/v/:scanId/match', who: 'public' },
  { method: 'POST', url: '/api/fee-check', who: 'public' },
  { method: 'GET', url: '/assets/public.css', who: 'public' },
  { method: 'GET', url: '/v/:scanId/complaint', who: 'public' },
  { method: 'POST', url: '/v/:scanId/complaint', who: 'public' },
  { method: 'GET', url: '/v/:scanId/fees', who: 'public' },
  { method: 'GET', url: '/fees', who: 'public' },
  { method: 'GET', url: '/lists', who: 'public' },
  { method: 'GET', url: '/lists/measures', who: 'public' },
  { method: 'GET', url: '/api/lists/:list', who: 'public' },
  { method: 'GET', url: '/lookup', who: 'public' },
  { method: 'GET', url: '/complaint', who: 'public' },
  { method: 'POST', url: '/complaint', who: 'public' },
  { method: 'GET', url: '/c/:link', who: 'public' },
  { method: 'POST', url: '/v/:scanId/receipt', who: 'public' },
  { method: 'GET', url: '/r', who: 'public' },
  { method: 'POST', url: '/r', who: 'public' },
  { method: 'GET', url: '/r/:receiptId', who: 'public' },
  { method: 'GET', url: '/r/:receiptId/receipt.json', who: 'public' },
  { method: 'GET', url: '/verify', who: 'public' },
  { method: 'GET', url: '/audit/checkpoints', who: 'public' },
  { method: 'GET', url: '/audit/keys.json', who: 'public' },
  { method: 'GET', url: '/d/:document', who: 'public' },
  { method: 'GET', url: '/d/:document/qr.png', who: 'public' },

  { method: 'POST', url: '/link/v1/claim', who: 'link' },
  { method: 'POST', url: '/link/v1/messages', who: 'link' },
  { method: 'GET', url: '/link/v1/directory', who: 'link' },
  { method: 'GET', url: '/link/v1/prints', who: 'link' },

  { method: 'GET', url: '/login', who: 'visitor' },
  { method: 'POST', url: '/login', who: 'visitor' },
  { method: 'GET', url: '/setup/:token', who: 'visitor' },
  { method: 'POST', url: '/setup/:token', who: 'visitor' },

  { method: 'GET', url: '/desk', who: 'signed-in' },
  { method: 'GET', url: '/access', who: 'signed-in' },
  { method: 'POST', url: '/logout', who: 'signed-in' },

  { method: 'GET', url: '/accounts', who: accountReaders },
  { method: 'POST', url: '/accounts', who: accountKeepers },
  { method: 'GET', url: '/accounts/:accountId', who: accountReaders },
  { method: 'POST', url: '/accounts/:accountId/reset', who: accountKeepers },
  { method: 'POST', url: '/accounts/:accountId/disable', who: accountKeepers },
  { method: 'POST', url: '/accounts/:accountId/rights', who: rightGivers },
  { method: 'POST', url: '/accounts/:accountId/rights/:rightId/end', who: rightGivers },

  { method: 'GET', url: '/organisations', who: organisationReaders },
  { method: 'GET', url: '/organisations/:organisationId', who: organisationReaders },
  { method: 'POST', url: '/organisations/new', who: organisationEditors },
  { method: 'POST', url: '/organisations/:organisationId/version', who: organisationEditors },
  { method: 'POST', url: '/organisations/:organisationId/end', who: organisationEditors },
  { method: 'POST', url: '/organisations/:organisationId/below', who: organisationEditors },
  { method: 'POST', url: '/organisations/:organisationId/people', who: organisationEditors },
  { method: 'GET', url: '/cards', who: cardReaders },
  { method: 'GET', url: '/organisations/:organisationId/cards', who: cardReaders },
  { method: 'POST', url: '/organisations/:organisationId/cards', who: cardKeepers },
  { method: 'GET', url: '/organisations/:organisationId/cards/sheets/:sheetId', who: cardReaders },
  {
    method: 'GET',
    url: '/organisations/:organisationId/cards/sheets/:sheetId/:file',
    who: cardKeepers,
  },
  {
    method: 'GET',
    url: '/organisations/:organisationId/cards/prints/:printId/:file',
    who: cardKeepers,
  },
  {
    method: 'POST',
    url: '/organisations/:organisationId/cards/prints/:printId/revoke',
    who: cardKeepers,
  },
  { method: 'GET', url: '/people/:personId', who: peopleReaders },
  { method: 'POST', url: '/people/:personId/version', who: organisationEditors },
  { method: 'POST', url: '/people/:personId/transfer', who: organisationEditors },
  { method: 'GET', url: '/bench', who: unitKeepers },
  { method: 'GET', url: '/bench/import', who: unitKeepers },
  { method: 'POST', url: '/bench/import', who: unitKeepers },
  { method: 'GET', url: '/bench/import/:importId', who: unitKeepers },
  { method: 'GET', url: '/bench/import/:importId/result.csv', who: unitKeepers },
  { method: 'GET', url: '/bench/image', who: unitKeepers },
  { method: 'GET', url: '/bench/image/xinlu-unit.json', who: unitKeepers },
  { method: 'GET', url: '/bench/enrol/:requestId', who: unitKeepers },
  { method: 'POST', url: '/bench/enrol/:requestId/approve', who: unitKeepers },
  { method: 'GET', url: '/bench/scan/:scanId', who: unitKeepers },
  { method: 'POST', url: '/bench/scan/:scanId', who: unitKeepers },
  { method: 'GET', url: '/bench/units/:serial', who: unitKeepers },
  { method: 'GET', url: '/bench/units/:serial/install', who: unitKeepers },
  { method: 'GET', url: '/bench/units/:serial/live', who: unitKeepers },
  { method: 'GET', url: '/bench/units/:serial/photo', who: unitKeepers },
  { method: 'POST', url: '/bench/units/:serial/commission', who: unitKeepers },
  { method: 'GET', url: '/bench/units/:serial/label', who: unitKeepers },
  { method: 'GET', url: '/bench/units/:serial/act/:act', who: unitKeepers },
  { method: 'POST', url: '/bench/units/:serial/act/:act', who: unitKeepers },
  { method: 'POST', url: '/bench/units/:serial/commands', who: unitKeepers },
  { method: 'GET', url: '/bench/units/:serial/configuration', who: unitKeepers },
  { method: 'POST', url: '/bench/units/:serial/configuration', who: unitKeepers },
  { method: 'GET', url: '/import', who: organisationEditors },
  { method: 'POST', url: '/import', who: organisationEditors },
];

/** Parameters that name whose data a route touches. */
export const scopeParameters = ['organisationId', 'personId', 'vehicleId'] as const;
export type ScopeParameter = (typeof scopeParameters)[number];

/** The parameter by which a route is narrowed to an organisation; null: it is not. */
export function scopeParameterOf({ url }: AccessRow): ScopeParameter | null {
  return scopeParameters.find((name) => url.split('/').includes(`:${name}`)) ?? null;
}

const byRoute = new Map(accessTable.map((row) => [`${row.method} ${row.url}`, row]));

/** The row of a route; undefined: the route is not allowed to exist. */
export function accessRowOf(method: string, url: string): AccessRow | undefined {
  return byRoute.get(`${method} ${url}`);
}
