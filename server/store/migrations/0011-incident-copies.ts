import type { Migration } from '../../../protocols/store/store.ts';

/** What gateways tell of incidents, units and evidence: of each subject the newest version. */
export const incidentCopiesMigration: Migration = {
  version: 11,
  name: '0011-incident-copies',
  sqlite: [
    `CREATE TABLE incident_copy (
      gateway_id TEXT NOT NULL,
      incident_id TEXT NOT NULL,
      version INTEGER NOT NULL,
      kind TEXT NOT NULL,
      stage TEXT NOT NULL,
      reported_at_ms INTEGER NOT NULL,
      closed_at_ms INTEGER,
      body TEXT NOT NULL,
      received_at_ms INTEGER NOT NULL,
      PRIMARY KEY (gateway_id, incident_id)
    )`,
    'CREATE INDEX incident_copy_by_report ON incident_copy (reported_at_ms)',
    `CREATE TABLE unit_copy (
      gateway_id TEXT NOT NULL,
      serial TEXT NOT NULL,
      version INTEGER NOT NULL,
      vehicle_id TEXT,
      state TEXT NOT NULL,
      training INTEGER NOT NULL,
      body TEXT NOT NULL,
      received_at_ms INTEGER NOT NULL,
      PRIMARY KEY (gateway_id, serial)
    )`,
    'CREATE INDEX unit_copy_by_vehicle ON unit_copy (vehicle_id)',
    `CREATE TABLE evidence_event (
      gateway_id TEXT NOT NULL,
      evidence_id TEXT NOT NULL,
      version INTEGER NOT NULL,
      kind TEXT NOT NULL,
      organisation TEXT,
      vehicle_id TEXT,
      incident_id TEXT NOT NULL,
      happened_at_ms INTEGER NOT NULL,
      withdrawn INTEGER NOT NULL,
      body TEXT NOT NULL,
      received_at_ms INTEGER NOT NULL,
      PRIMARY KEY (gateway_id, evidence_id)
    )`,
    'CREATE INDEX evidence_event_by_organisation ON evidence_event (organisation, happened_at_ms)',
    'CREATE INDEX evidence_event_by_incident ON evidence_event (incident_id, kind)',
  ],
};
