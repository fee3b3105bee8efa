import type { Migration } from '../../../protocols/store/store.ts';
import { unitTables } from './0001-unit.ts';

/** Every step of the unit's store, in order. */
export const migrations: readonly Migration[] = [unitTables];
