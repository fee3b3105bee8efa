import type { Migration } from '../../../protocols/store/store.ts';
import { linkMigration } from './0001-link.ts';
import { directoryMigration } from './0002-directory.ts';
import { scansMigration } from './0003-scans.ts';
import { tariffsMigration } from './0004-tariffs.ts';
import { auditMigration } from './0005-audit.ts';
import { driverMigration } from './0006-driver.ts';
import { accessMigration } from './0007-access.ts';
import { organisationHistoryMigration } from './0008-organisation-history.ts';
import { benchMigration } from './0009-bench.ts';
import { crewPinsMigration } from './0010-crew-pins.ts';
import { incidentCopiesMigration } from './0011-incident-copies.ts';
import { cardsMigration } from './0012-cards.ts';

/** Every step of the server's tables, in order. */
export const migrations: readonly Migration[] = [
  linkMigration,
  directoryMigration,
  scansMigration,
  tariffsMigration,
  auditMigration,
  driverMigration,
  accessMigration,
  organisationHistoryMigration,
  benchMigration,
  crewPinsMigration,
  incidentCopiesMigration,
  cardsMigration,
];
