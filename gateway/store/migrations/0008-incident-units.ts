import type { Migration } from '../../../protocols/store/store.ts';

/** The incidents of a unit: what of its track is kept for them. */
export const incidentUnits: Migration = {
  version: 8,
  name: 'incident-units',
  sqlite: ['CREATE INDEX incident_unit_of ON incident_unit (unit_id, assigned_at_ms)'],
};
