import type { Migration } from '../../../protocols/store/store.ts';

/** Units, their keys, what they sent, and who changed what. */
export const fleet: Migration = {
  version: 1,
  name: 'fleet',
  sqlite: [
    `CREATE TABLE unit (
      serial TEXT PRIMARY KEY,
      unit_id INTEGER UNIQUE,
      kind INTEGER NOT NULL,
      role TEXT NOT NULL,
      model TEXT NOT NULL,
      state TEXT NOT NULL,
      enrolment INTEGER NOT NULL,
      vehicle_id TEXT,
      training INTEGER NOT NULL,
      registered_at_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE key_set (
      key_id TEXT PRIMARY KEY,
      serial TEXT NOT NULL REFERENCES unit (serial),
      enrolment INTEGER NOT NULL,
      public_key BLOB NOT NULL UNIQUE,
      match_key BLOB NOT NULL,
      valid_from_s INTEGER NOT NULL,
      valid_to_s INTEGER,
      UNIQUE (serial, enrolment)
    ) STRICT`,
    `CREATE TABLE certificate (
      fingerprint TEXT PRIMARY KEY,
      serial TEXT NOT NULL REFERENCES unit (serial),
      enrolment INTEGER NOT NULL,
      issued_at_ms INTEGER NOT NULL,
      not_after_ms INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX certificate_of_serial ON certificate (serial, issued_at_ms)',
    `CREATE TABLE enrolment_request (
      request_id TEXT PRIMARY KEY,
      serial TEXT NOT NULL REFERENCES unit (serial),
      public_key BLOB NOT NULL,
      source TEXT NOT NULL,
      asked_at_ms INTEGER NOT NULL,
      UNIQUE (serial, public_key)
    ) STRICT`,
    `CREATE TABLE audit_event (
      id INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      subject TEXT NOT NULL,
      event TEXT NOT NULL,
      detail TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX audit_of_subject ON audit_event (subject, id)',
    `CREATE TABLE desired_config (
      serial TEXT PRIMARY KEY REFERENCES unit (serial),
      version INTEGER NOT NULL,
      content TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE epoch (
      epoch_no INTEGER PRIMARY KEY,
      serial TEXT NOT NULL REFERENCES unit (serial),
      epoch TEXT NOT NULL,
      enrolment INTEGER NOT NULL,
      first_received_ms INTEGER NOT NULL,
      last_received_ms INTEGER NOT NULL,
      UNIQUE (serial, epoch)
    ) STRICT`,
    `CREATE TABLE received_range (
      epoch_no INTEGER NOT NULL REFERENCES epoch (epoch_no),
      first_seq INTEGER NOT NULL,
      last_seq INTEGER NOT NULL,
      PRIMARY KEY (epoch_no, first_seq)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE fix (
      unit_id INTEGER NOT NULL,
      happened_at_ms INTEGER NOT NULL,
      epoch_no INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      clock INTEGER NOT NULL,
      lat_e7 INTEGER NOT NULL,
      lon_e7 INTEGER NOT NULL,
      speed_cmps INTEGER,
      course_ddeg INTEGER,
      hdop_d INTEGER,
      alt_dm INTEGER,
      sats INTEGER,
      quality INTEGER,
      PRIMARY KEY (unit_id, happened_at_ms, epoch_no, seq)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE unit_record (
      epoch_no INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      happened_at_ms INTEGER NOT NULL,
      clock INTEGER NOT NULL,
      received_at_ms INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (epoch_no, seq)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE burned_code (
      key_id TEXT NOT NULL,
      issued_at INTEGER NOT NULL,
      PRIMARY KEY (key_id, issued_at)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE dead_letter (
      id INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      serial TEXT NOT NULL,
      epoch TEXT,
      seq INTEGER,
      reason TEXT NOT NULL,
      body BLOB NOT NULL
    ) STRICT`,
  ],
};
