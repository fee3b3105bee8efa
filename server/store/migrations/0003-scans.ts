import type { Migration } from '../../../protocols/store/store.ts';

/**
 * Openings, who redeemed a presence, and what the redeemer said. One redemption and one rating a
 * presence are kept by the tables themselves. Scan code, "Opening and redeeming" 3.
 */
export const scansMigration: Migration = {
  version: 3,
  name: '0003-scans',
  sqlite: [
    `CREATE TABLE scans (
      scan_id TEXT PRIMARY KEY,
      gateway_id TEXT NOT NULL,
      presence_id TEXT NOT NULL,
      report TEXT NOT NULL,
      scanned_at_ms INTEGER NOT NULL,
      received_at_ms INTEGER NOT NULL,
      opener_digest TEXT,
      opened_at_ms INTEGER,
      seen_at_ms INTEGER,
      match_answer TEXT CHECK (match_answer IN ('same', 'different'))
    )`,
    'CREATE INDEX scans_by_presence ON scans (presence_id)',
    `CREATE TABLE redemptions (
      presence_id TEXT PRIMARY KEY,
      scan_id TEXT NOT NULL REFERENCES scans (scan_id),
      act TEXT NOT NULL,
      redeemed_at_ms INTEGER NOT NULL
    )`,
    `CREATE TABLE ratings (
      rating_id TEXT PRIMARY KEY,
      presence_id TEXT NOT NULL UNIQUE REFERENCES redemptions (presence_id),
      scan_id TEXT NOT NULL REFERENCES scans (scan_id),
      vehicle_id TEXT,
      organisation_id TEXT,
      incident_id TEXT,
      score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
      words TEXT NOT NULL,
      training INTEGER NOT NULL,
      rated_at_ms INTEGER NOT NULL
    )`,
    'CREATE INDEX ratings_by_organisation ON ratings (organisation_id, rated_at_ms)',
    `CREATE TABLE alerts (
      alert_id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      scan_id TEXT NOT NULL REFERENCES scans (scan_id),
      unit_id INTEGER NOT NULL,
      vehicle_id TEXT,
      lat REAL,
      lon REAL,
      place TEXT,
      redeemed INTEGER NOT NULL,
      training INTEGER NOT NULL,
      raised_at_ms INTEGER NOT NULL,
      UNIQUE (kind, scan_id)
    )`,
  ],
};
