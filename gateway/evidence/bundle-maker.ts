import {
  type BundleFacts,
  type BundleScan,
  type BundleUnit,
  bundleBytes,
  bundleBytesMax,
  bundleText,
} from '../../protocols/evidence/bundle.ts';
import { recompute } from '../../protocols/evidence/recompute.ts';
import { excerptOf } from '../../protocols/evidence/road-excerpt.ts';
import { fixesOf, readSigned } from '../../protocols/evidence/signed-records.ts';
import { movingSpeedMpsMin } from '../../protocols/evidence/track-fix.ts';
import { openBatch } from '../../protocols/messages/batch.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import type { Assignment, Incident } from '../incidents/incident.ts';
import { incidentById } from '../incidents/incident-table.ts';
import { type SignedBatch, signedBatchesBetween } from '../ingest/signed-batches.ts';
import type { Tracks } from '../parts.ts';
import type { Networks } from '../place/networks.ts';
import { loadKeySets } from '../registry/fleet-table.ts';
import { excerptMarginMs } from '../retention/periods.ts';
import { scansOfIncident } from '../scan/scan-table.ts';
import type { EvidenceKey } from './evidence-key.ts';
import { filesOf } from './file-table.ts';
import { isEvidence } from './findings.ts';

export interface BundleDeps {
  readonly store: Store;
  readonly env: Pick<GatewayEnv, 'nowMs'>;
  readonly tracks: Pick<Tracks, 'lastMoving'>;
  readonly networks: Networks;
  readonly key: EvidenceKey;
}

/** Batches of one unit, and scans of one incident, in a bundle. */
const batchesMax = 50_000;
const scansMax = 1_000;

export type BundleResult = { readonly ok: true; readonly text: string } | Refusal;

function inOrder(batches: readonly SignedBatch[]): string[] {
  const texts = batches.map(({ bytes }) => Buffer.from(bytes).toString('base64url'));
  return [...new Set(texts)];
}

function enrolmentsOf(serial: string, batches: readonly string[]): Set<number> {
  const opened = batches.map((one) => openBatch(serial, Buffer.from(one, 'base64url')));
  return new Set(opened.flatMap((one) => (typeof one === 'string' ? [] : [one.enrolment])));
}

/** Gathers what proves an incident, has everything computed from it, and signs both. */
export class BundleMaker {
  readonly #deps: BundleDeps;

  constructor(deps: BundleDeps) {
    this.#deps = deps;
  }

  /** The text of the file. Exercises are no evidence: of their units nothing is in it. */
  async make(incidentId: string): Promise<BundleResult> {
    const { store, key } = this.#deps;
    const incident = await incidentById(store, incidentId);
    if (incident === undefined) return refusal('not-found', 'there is no such incident');
    const facts = await this.#factsOf(incident);
    const computed = recompute(facts);
    if (!computed.ok) {
      return refusal('conflict', `what units signed does not prove this: ${computed.fault}`);
    }
    const body = { ...facts, results: computed.results };
    const signature = key.signer.sign(bundleBytes(JSON.stringify(body)));
    const sig = Buffer.from(signature).toString('base64url');
    const text = bundleText({ body, keyId: key.keyId, sig });
    if (Buffer.byteLength(text) > bundleBytesMax) {
      return refusal('too-large', 'this incident has more evidence than fits one file');
    }
    return { ok: true, text };
  }

  async #factsOf(incident: Incident): Promise<BundleFacts> {
    const { store, env } = this.#deps;
    const madeAtMs = env.nowMs();
    const counted = incident.assignments.filter((one) => isEvidence(incident, one));
    const isOn = new Set(counted.map(({ unitId }) => unitId));
    const scans = (await scansOfIncident(store, incident.id, scansMax)).filter(({ unitId }) =>
      isOn.has(unitId),
    );
    const units: BundleUnit[] = [];
    for (const one of counted) {
      const own = scans.filter(({ unitId }) => unitId === one.unitId);
      units.push(await this.#unitOf(incident, one, own, madeAtMs));
    }
    const { scene } = incident;
    return {
      v: 1,
      madeAtMs,
      incident: {
        ...{ id: incident.id, ref: incident.ref, kind: incident.kind, stage: incident.stage },
        ...{ outcome: incident.outcome, summary: incident.summary, placeText: scene.text },
        ...{ section: scene.section, stakeM: scene.stakeM, direction: scene.direction },
        point: scene.point && { lat: scene.point.lat, lon: scene.point.lon },
        ...{ reportedAtMs: incident.reportedAtMs, closedAtMs: incident.closedAtMs },
        parties: [...incident.parties],
        enforcement: incident.enforcement,
        hindrances: [...incident.hindrances],
        files: (await filesOf(store, incident.id)).map(
          ({ sha256, kind, name, recorder, takenAtMs }) => {
            return { sha256, kind, name, recorder, takenAtMs };
          },
        ),
      },
      units,
      scans,
      network: this.#roadsOf(incident, units, scans),
    };
  }

  async #unitOf(
    incident: Incident,
    one: Assignment,
    scans: readonly BundleScan[],
    madeAtMs: number,
  ): Promise<BundleUnit> {
    const { store, tracks } = this.#deps;
    const { serial, unitId, role, vehicleId, organisation, assignedAtMs, releasedAtMs } = one;
    const untilMs = releasedAtMs ?? incident.closedAtMs ?? madeAtMs;
    // Which way it drove before it was sent, and what its scans were linked by, may be earlier.
    const earlier = await tracks.lastMoving(unitId, assignedAtMs, movingSpeedMpsMin);
    const moments = scans
      .flatMap(({ before, after, last, heading }) => [before, after, last, heading])
      .flatMap((fix) => (fix === null ? [] : [fix.happenedAtMs]));
    const spans = [
      [assignedAtMs - excerptMarginMs, untilMs + excerptMarginMs] as const,
      ...[...moments, ...(earlier === undefined ? [] : [earlier.happenedAtMs])].map(
        (atMs) => [atMs, atMs] as const,
      ),
    ];
    const found: SignedBatch[] = [];
    for (const [fromMs, toMs] of spans) {
      found.push(...(await signedBatchesBetween(store, unitId, fromMs, toMs, batchesMax)));
    }
    const batches = inOrder(found);
    const used = enrolmentsOf(serial, batches);
    const sets = (await loadKeySets(store, serial)).filter(
      (set) => used.has(set.enrolment) || scans.length > 0,
    );
    const scene = one.sentTo ?? incident.scene;
    return {
      ...{ serial, unitId, role, vehicleId, organisation, assignedAtMs, releasedAtMs },
      point: scene.point && { lat: scene.point.lat, lon: scene.point.lon },
      direction: scene.direction,
      stated: one.stated.map(({ event, atMs, source, by }) => ({ event, atMs, source, by })),
      keys: sets.map((set) => ({
        enrolment: set.enrolment,
        keyId: set.keyId,
        publicKey: Buffer.from(set.publicKey).toString('base64url'),
        validFromS: set.validFromS,
        validToS: set.validToS,
        revoked: set.revoked === 1,
      })),
      batches,
    };
  }

  /** The roads of the version that counted when the incident was reported. */
  #roadsOf(incident: Incident, units: readonly BundleUnit[], scans: readonly BundleScan[]) {
    const version = this.#deps.networks.at(incident.reportedAtMs);
    if (version === null) return null;
    const driven = units.flatMap(({ serial, batches }) => {
      const bytes = batches.map((one) => Buffer.from(one, 'base64url'));
      const reading = readSigned(serial, bytes, () => null);
      return reading.ok ? fixesOf(reading.records) : [];
    });
    const linked = scans.flatMap(({ before, after, last }) => [before, after, last]);
    const places = [...driven, ...linked, incident.scene.point].filter((one) => one !== null);
    return excerptOf(version.network, version.hash, places);
  }
}
