import { sha256Hex } from '../../protocols/receipt/receipt.ts';
import type { Reader } from '../../protocols/store/store.ts';
import type { Json } from '../audit/append-audit.ts';
import { chinaDayOf } from '../calendar/china-day.ts';
import { type Identity, identityOf } from '../directory/identity.ts';
import { tariffInForce } from '../fees/tariff-table.ts';
import type { StoredScan } from '../intake/scan-table.ts';
import { ratingsOf } from '../rating/rating-table.ts';

/** One thing the driver said: of the unit, or of a person by name. */
export interface SaidFact {
  readonly about: 'unit' | 'person';
  readonly nameZh: string;
  readonly nameEn: string;
  readonly score: number;
  readonly words: string;
}

/** What a receipt states beside its own number, time and salt: plain JSON, signed as it is. */
export interface ReceiptFacts {
  readonly v: 1;
  readonly unitId: number;
  /** Of the code, Unix seconds. */
  readonly issuedAt: number;
  readonly scannedAtMs: number;
  readonly serial: string;
  readonly training: boolean;
  /** 示例: of fictional organisations or roads. */
  readonly sample: boolean;
  readonly code: { readonly sha256: string; readonly unitKey: string } | null;
  readonly organisation: { readonly nameZh: string; readonly nameEn: string } | null;
  readonly vehicle: { readonly plate: string; readonly role: string } | null;
  readonly people: readonly {
    readonly nameZh: string;
    readonly nameEn: string;
    readonly badgeNumber: string;
  }[];
  readonly place: {
    readonly section: string;
    readonly stake: string;
    readonly direction: string | null;
    readonly directionText: string;
  } | null;
  readonly position: {
    readonly lat: number;
    readonly lon: number;
    readonly source: string;
    readonly errorM: number;
  } | null;
  readonly incident: {
    readonly ref: number;
    readonly kind: string;
    readonly summary: string;
    readonly reportedAtMs: number;
  } | null;
  /** The rescue tariff in force on the day of the incident. */
  readonly tariff: {
    readonly id: string;
    readonly version: number;
    readonly sha256: string;
    readonly sample: boolean;
  } | null;
  readonly matchAnswer: 'same' | 'different' | null;
  readonly said: readonly SaidFact[];
}

async function tariffOf(reader: Reader, { report }: StoredScan): Promise<ReceiptFacts['tariff']> {
  const day = chinaDayOf(report.incident?.reportedAtMs ?? report.scannedAtMs);
  const tariff = await tariffInForce(reader, { kind: 'rescue' }, day);
  if (tariff === undefined) return null;
  const { tariffId: id, version, sha256, sample } = tariff;
  return { id, version, sha256, sample };
}

async function saidOf(
  reader: Reader,
  scan: StoredScan,
  identity: Identity | null,
): Promise<SaidFact[]> {
  const ratings = await ratingsOf(reader, scan);
  return ratings.map(({ subject, rating }) => {
    const person = identity?.people.find(({ personId }) => personId === subject.id);
    const unit = identity?.organisation;
    const who = subject.kind === 'person' ? person : unit;
    const { score, words } = rating;
    const names = { nameZh: who?.nameZh ?? '', nameEn: who?.nameEn ?? '' };
    return { about: subject.kind, ...names, score, words };
  });
}

/** Gathers what a receipt of this scan states now. */
export async function factsOf(reader: Reader, scan: StoredScan): Promise<ReceiptFacts> {
  const { report } = scan;
  const identity = await identityOf(reader, report);
  const { unit, place, position, incident, code } = report;
  return {
    v: 1,
    unitId: unit.unitId,
    issuedAt: report.issuedAt,
    scannedAtMs: report.scannedAtMs,
    serial: unit.serial,
    training: unit.training,
    sample: (identity?.organisation.sample ?? false) || (place?.sample ?? false),
    code:
      code === undefined
        ? null
        : { sha256: sha256Hex(Buffer.from(code.hex, 'hex')), unitKey: code.unitKey },
    organisation: identity && {
      nameZh: identity.organisation.nameZh,
      nameEn: identity.organisation.nameEn,
    },
    vehicle: identity?.vehicle
      ? { plate: identity.vehicle.plate, role: identity.vehicle.role }
      : null,
    people: (identity?.people ?? []).map(({ nameZh, nameEn, badgeNumber }) => ({
      nameZh,
      nameEn,
      badgeNumber,
    })),
    place: place && {
      section: place.section,
      stake: place.stake,
      direction: place.direction,
      directionText: place.directionText,
    },
    position: position && {
      lat: position.lat,
      lon: position.lon,
      source: position.source,
      errorM: position.errorM,
    },
    incident: incident && {
      ref: incident.ref,
      kind: incident.kind,
      summary: incident.summary,
      reportedAtMs: incident.reportedAtMs,
    },
    tariff: await tariffOf(reader, scan),
    matchAnswer: scan.matchAnswer,
    said: await saidOf(reader, scan, identity),
  };
}

/** The facts as JSON that can be signed. */
export function jsonOf(facts: ReceiptFacts): { readonly [name: string]: Json } {
  return JSON.parse(JSON.stringify(facts)) as { [name: string]: Json };
}
