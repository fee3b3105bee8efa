import type { FastifyRequest } from 'fastify';
import type { FleetCaller } from '../../protocols/http/fleet-operations.ts';
import type { Store } from '../../protocols/store/store.ts';
import { type Principal, principalOf } from '../access/gate.ts';
import { coveredBy } from '../access/right-table.ts';
import type { Role } from '../access/roles.ts';
import type { AccessParts } from '../access/routes.ts';
import type { Vehicle } from '../directory/directory.ts';
import { selectRows, vehicles } from '../directory/directory-table.ts';
import type { FleetClient } from '../fleet/fleet-client.ts';

/** Who works on units; `access-table.ts` lets the same ones in. */
export const benchRoles: readonly Role[] = ['technician', 'fleet-manager'];

/** Whether somebody works on units, whichever they are. */
export function worksOnUnits({ rights }: Pick<Principal, 'rights'>): boolean {
  return rights.some(({ role }) => benchRoles.includes(role));
}

export interface BenchParts extends AccessParts {
  readonly fleet: FleetClient;
  /** Folder of the photographs. */
  readonly dataDir: string;
}

/** Organisations whose units the principal works on; null: all. */
export function coverageOf(
  { store }: { readonly store: Store },
  request: FastifyRequest,
): Promise<ReadonlySet<string> | null> {
  return coveredBy(store, principalOf(request).rights, benchRoles);
}

/** Who asks the gateway, and for which organisations. */
export async function callerOf(
  parts: { readonly store: Store },
  request: FastifyRequest,
): Promise<FleetCaller> {
  const { accountId, realName, loginName } = principalOf(request);
  const covered = await coverageOf(parts, request);
  return {
    actor: { id: `user:${accountId}`, name: realName === '' ? loginName : realName },
    scope: covered === null ? null : [...covered],
  };
}

/** Vehicles the principal may put a unit into. */
export async function vehiclesOf(
  parts: { readonly store: Store },
  request: FastifyRequest,
): Promise<Vehicle[]> {
  const covered = await coverageOf(parts, request);
  const all = await selectRows(parts.store, vehicles, 'TRUE', []);
  return all.filter(({ organisationId }) => covered === null || covered.has(organisationId));
}

/** Who did it, for the audit of the server. */
export async function recordAct(
  { store, audit, env }: Pick<AccessParts, 'store' | 'audit' | 'env'>,
  request: FastifyRequest,
  act: { readonly action: string; readonly subject: string; readonly reason?: string },
  after: Readonly<Record<string, string | number | null>> = {},
): Promise<void> {
  const actor = `user:${principalOf(request).accountId}`;
  const { action, subject, reason = '' } = act;
  await store.write((tx) =>
    audit(tx, { actor, action, subject, reason, before: null, after }, env.nowMs()),
  );
}
