import type { Migration } from '../../../protocols/store/store.ts';
import { unitTables } from './0001-unit.ts';
import { soundTables } from './0002-sound.ts';
import { commandTables } from './0003-commands.ts';

/**
 * Every step of the unit's store, in order. From the fourth on a step only adds tables, indexes
 * and columns that may stay empty: a unit that takes a release back runs the program before it on
 * the store as it then is.
 */
export const migrations: readonly Migration[] = [unitTables, soundTables, commandTables];
