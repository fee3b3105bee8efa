import type { KeyObject } from 'node:crypto';
import {
  type IncidentSnapshot,
  linkVersion,
  type ScanReport,
} from '../../protocols/http/link-bodies.ts';
import type { ScanCode } from '../../protocols/scan-code/code.ts';
import { rawPublicKey } from '../../protocols/signed/ed25519.ts';
import { isTraining, type Unit } from '../parts.ts';
import type { Link } from './decide-link.ts';
import type { Opening } from './decide-opening.ts';

/** Everything the server is told of an opening. */
export interface ReportParts {
  readonly code: ScanCode;
  /** The key the code verifies under. */
  readonly publicKey: KeyObject;
  readonly unit: Unit | undefined;
  readonly unitOnline: boolean;
  readonly opening: Opening;
  readonly scanId: string;
  readonly presenceId: string;
  readonly openedAtMs: number;
  readonly link: Link;
  readonly incident: IncidentSnapshot | null;
  /** Person ids of those aboard at issuedAt; null: a print has no crew. */
  readonly crew: readonly string[] | null;
}

/** A printed code names a subject, not a unit: it has no serial here. */
const noSerial = '';

/** The report of one opening. wire.md, "Gateway ↔ server (HTTP)". */
export function reportOf(parts: ReportParts): ScanReport {
  const { unit, opening, link } = parts;
  const { fields } = parts.code;
  const { lat, lon, ttlS } = fields;
  return {
    v: linkVersion,
    scanId: parts.scanId,
    presenceId: parts.presenceId,
    candidate: opening.candidate,
    verdict: opening.verdict,
    earlyS: opening.earlyS,
    lateS: opening.lateS,
    match: opening.match === null ? null : [...opening.match],
    unit: {
      unitId: fields.unitId,
      serial: unit?.serial ?? noSerial,
      kind: fields.kind,
      vehicleId: unit?.vehicleId ?? null,
      training: unit !== undefined && isTraining(unit, fields.issuedAt * 1000),
    },
    duty: fields.duty,
    issuedAt: fields.issuedAt,
    ttlS: ttlS === 'static' ? null : ttlS,
    scannedAtMs: parts.openedAtMs,
    offlineIssued: opening.offlineIssued,
    unitOnline: parts.unitOnline,
    position: link.position,
    signedPosition: lat === null || lon === null ? null : { lat, lon },
    place: link.place,
    incident: parts.incident,
    ...(parts.crew === null ? {} : { crew: [...parts.crew] }),
    code: {
      hex: parts.code.bytes.toString('hex'),
      unitKey: rawPublicKey(parts.publicKey).toString('base64url'),
    },
  };
}
