import type { Migration } from '../../../protocols/store/store.ts';
import { fleet } from './0001-fleet.ts';
import { scans } from './0002-scans.ts';
import { incidents } from './0003-incidents.ts';
import { link } from './0004-link.ts';
import { terminals } from './0005-terminals.ts';
import { watch } from './0006-watch.ts';
import { provisioning } from './0007-provisioning.ts';
import { incidentUnits } from './0008-incident-units.ts';
import { network } from './0009-network.ts';
import { bench } from './0010-bench.ts';
import { crew } from './0011-crew.ts';
import { printFeed } from './0012-print-feed.ts';
import { evidence } from './0013-evidence.ts';
import { releases } from './0014-releases.ts';
import { givenUp } from './0015-given-up.ts';

/** Every step of the gateway's store, oldest first; a new one goes at the end. */
export const migrations: readonly Migration[] = [
  fleet,
  scans,
  incidents,
  link,
  terminals,
  watch,
  provisioning,
  incidentUnits,
  network,
  bench,
  crew,
  printFeed,
  evidence,
  releases,
  givenUp,
];
