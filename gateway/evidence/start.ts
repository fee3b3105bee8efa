import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Store } from '../../protocols/store/store.ts';
import type { Core } from '../core.ts';
import type { GatewayEnv } from '../environment.ts';
import type { Incidents } from '../incidents/incidents.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { ServerLink } from '../link/link.ts';
import { systemTimers } from '../link/timers.ts';
import type { Networks } from '../place/networks.ts';
import { BundleMaker } from './bundle-maker.ts';
import { DisplayJudge } from './display-judge.ts';
import { openEvidenceKey } from './evidence-key.ts';
import { registerEvidenceRoutes } from './routes.ts';
import { UnitNews } from './unit-news.ts';

export interface EvidenceDeps {
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly core: Pick<Core, 'registry' | 'tracks'>;
  readonly networks: Networks;
  readonly incidents: Incidents;
  readonly link: ServerLink;
  readonly dataDir: string;
}

/** Starts what tells the server of units and screens, and makes bundles of evidence. */
export async function startEvidence(life: Lifecycle, deps: EvidenceDeps) {
  const { store, env, core, networks, incidents, link, dataDir } = deps;
  const { registry, tracks } = core;
  const units = new UnitNews({ store, env, registry, link });
  await life.start({ name: 'unit news', start: () => units.start(), stop: () => units.stop() });
  const judge = new DisplayJudge({ store, env, timers: systemTimers, incidents, link });
  await life.start({ name: 'display judge', start: () => judge.start(), stop: () => judge.stop() });
  const key = openEvidenceKey(join(dataDir, 'secrets'), env);
  const maker = new BundleMaker({ store, env, tracks, networks, key });
  return {
    registerAdminRoutes: (app: FastifyInstance) =>
      registerEvidenceRoutes(app, { store, env, incidents, maker, key }),
  };
}
