import type { Migration } from '../../../protocols/store/store.ts';

/** Who is who: organisations, their papers, vehicles, people, and who is aboard what. */
export const directoryMigration: Migration = {
  version: 2,
  name: '0002-directory',
  sqlite: [
    `CREATE TABLE documents (
      document_id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      version TEXT NOT NULL,
      valid_from TEXT NOT NULL,
      valid_to TEXT,
      body TEXT NOT NULL,
      sample INTEGER NOT NULL
    )`,
    `CREATE TABLE organisations (
      organisation_id TEXT PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('rescue', 'enforcement')),
      superior_id TEXT REFERENCES organisations (organisation_id),
      name_zh TEXT NOT NULL,
      name_en TEXT NOT NULL,
      address_zh TEXT NOT NULL,
      address_en TEXT NOT NULL,
      hotline TEXT NOT NULL,
      qualification_zh TEXT NOT NULL,
      qualification_en TEXT NOT NULL,
      area_zh TEXT NOT NULL,
      area_en TEXT NOT NULL,
      sections TEXT NOT NULL,
      procedure_id TEXT REFERENCES documents (document_id),
      fee_standard_id TEXT REFERENCES documents (document_id),
      legal_basis_id TEXT REFERENCES documents (document_id),
      sample INTEGER NOT NULL
    )`,
    `CREATE TABLE vehicles (
      vehicle_id TEXT PRIMARY KEY,
      organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
      role TEXT NOT NULL CHECK (role IN ('tow-truck', 'patrol-car', 'kiosk')),
      plate TEXT NOT NULL,
      subject_number INTEGER NOT NULL UNIQUE,
      sample INTEGER NOT NULL
    )`,
    `CREATE TABLE people (
      person_id TEXT PRIMARY KEY,
      organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
      role TEXT NOT NULL CHECK (role IN ('officer', 'auxiliary', 'rescue-worker')),
      name_zh TEXT NOT NULL,
      name_en TEXT NOT NULL,
      badge_number TEXT NOT NULL,
      qualification_zh TEXT NOT NULL,
      qualification_en TEXT NOT NULL,
      subject_number INTEGER NOT NULL UNIQUE,
      sample INTEGER NOT NULL
    )`,
    `CREATE TABLE crew_duties (
      person_id TEXT NOT NULL REFERENCES people (person_id),
      vehicle_id TEXT NOT NULL REFERENCES vehicles (vehicle_id),
      from_ms INTEGER NOT NULL,
      to_ms INTEGER,
      sample INTEGER NOT NULL,
      PRIMARY KEY (person_id, vehicle_id, from_ms)
    )`,
    'CREATE INDEX crew_duties_by_vehicle ON crew_duties (vehicle_id, from_ms)',
    `CREATE TABLE screens (
      vehicle_id TEXT PRIMARY KEY REFERENCES vehicles (vehicle_id),
      organisation_id TEXT NOT NULL REFERENCES organisations (organisation_id),
      version INTEGER NOT NULL,
      content TEXT NOT NULL
    )`,
    `CREATE TABLE directory_state (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      version INTEGER NOT NULL,
      sample_digest TEXT
    )`,
    'INSERT INTO directory_state (only_row, version, sample_digest) VALUES (1, 1, NULL)',
  ],
};
