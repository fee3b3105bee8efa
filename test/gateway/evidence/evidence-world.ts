import { createHash, randomBytes } from 'node:crypto';
import { BundleMaker } from '../../../gateway/evidence/bundle-maker.ts';
import type { EvidenceKey } from '../../../gateway/evidence/evidence-key.ts';
import { ServerIncidentNews } from '../../../gateway/evidence/incident-news.ts';
import { createIncidents } from '../../../gateway/incidents/desk.ts';
import type { Incident } from '../../../gateway/incidents/incident.ts';
import type { Incidents } from '../../../gateway/incidents/incidents.ts';
import { BurnedCodeSet } from '../../../gateway/ingest/burned-codes.ts';
import { Ingest } from '../../../gateway/ingest/ingest.ts';
import { createLink, type ServerLink } from '../../../gateway/link/link.ts';
import type { LiveUnits } from '../../../gateway/parts.ts';
import type { Networks } from '../../../gateway/place/networks.ts';
import { createPlaces, type Places } from '../../../gateway/place/places.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { createScanEdge, type ScanEdge } from '../../../gateway/scan/edge.ts';
import { UnitTracks } from '../../../gateway/tracks/tracks.ts';
import { keyIdOf } from '../../../protocols/audit/key-id.ts';
import type { EvidenceEvent } from '../../../protocols/http/evidence-bodies.ts';
import { sealBatch } from '../../../protocols/messages/batch.ts';
import type { UnitRecord } from '../../../protocols/messages/records.ts';
import { parseNetwork } from '../../../protocols/network/parse-network.ts';
import { codeDigitsOf, signCode } from '../../../protocols/scan-code/code.ts';
import type { ScanFields } from '../../../protocols/scan-code/fields.ts';
import type { Signer } from '../../../protocols/signed/ed25519.ts';
import { latOf, networkText, roadLon } from '../place/network.ts';
import { startMs, TestClock, type TestStore, temporaryStore, testEnv, until } from '../scan/kit.ts';
import { FakeServer } from '../scan/rig.ts';
import { newSigner } from '../test-unit.ts';

const batchRecords = 50;

/** The road of the tests, with areas of responsibility; under the hash of its text. */
export const roadsText = JSON.stringify({
  ...JSON.parse(networkText),
  areas: [
    { organisation: 'org-demo-rescue', section: 'G4', from: 'K100+000', to: 'K110+000' },
    { organisation: 'org-other', section: 'G4', from: 'K110+000', to: 'K120+000' },
  ],
});

function roads(): Networks {
  const parsed = parseNetwork(roadsText);
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
  const hash = createHash('sha256').update(roadsText).digest('hex');
  const version = { hash, network: parsed.network };
  return { at: () => version, isEmpty: false };
}

type Values<Kind extends UnitRecord['kind']> = Partial<
  Extract<UnitRecord, { kind: Kind }>['values']
>;

/** One truck: numbers what it writes, and signs it when it is sent. */
export class Truck {
  readonly signer: Signer;
  readonly epoch = randomBytes(8).toString('hex');
  #seq = 0;
  readonly serial: string;
  readonly unitId: number;

  constructor(serial: string, unitId: number, signer: Signer) {
    this.serial = serial;
    this.unitId = unitId;
    this.signer = signer;
  }

  record<Kind extends UnitRecord['kind']>(
    kind: Kind,
    second: number,
    values: Values<Kind>,
  ): UnitRecord {
    this.#seq += 1;
    const happenedAtMs = startMs + second * 1000;
    return { kind, seq: this.#seq, clock: 'gnss', happenedAtMs, values } as unknown as UnitRecord;
  }

  fix(second: number, stakeM: number, speedMps = 0, courseDeg: number | null = null): UnitRecord {
    const at = { lat: latOf(stakeM), lon: roadLon, altM: null, satsUsed: 9, quality: 3 };
    return this.record('fix', second, { ...at, speedMps, courseDeg, hdop: 1 });
  }

  /** Drives north to a stake for two minutes, stands there, and drives on. */
  visit(stakeM: number, arriveS: number, leaveS: number): UnitRecord[] {
    const fixes: UnitRecord[] = [];
    for (let s = -120; s < 0; s += 10) fixes.push(this.fix(arriveS + s, stakeM + s * 20, 20, 0));
    for (let s = arriveS; s <= leaveS; s += 60) fixes.push(this.fix(s, stakeM));
    for (let s = 10; s <= 120; s += 10) fixes.push(this.fix(leaveS + s, stakeM + s * 20, 20, 0));
    return fixes;
  }

  code(second: number, given: Partial<ScanFields> = {}): Buffer {
    return signCode(
      {
        ...{ kind: 0, unitId: this.unitId, issuedAt: startMs / 1000 + second, ttlS: 300, duty: 0 },
        ...{ lat: null, lon: null, fixAgeS: null, incidentRef: 0, ...given },
      },
      this.signer,
    );
  }

  seal(records: readonly UnitRecord[]): Buffer {
    return sealBatch(this.serial, { enrolment: 1, epoch: this.epoch }, records, this.signer);
  }
}

/** Registry, ingest, tracks, incidents, scan edge and link as in the gateway, on a clock of tests. */
export class EvidenceWorld {
  readonly clock = new TestClock();
  readonly server = new FakeServer();
  readonly networks = roads();
  readonly env = testEnv(this.clock);
  readonly key: EvidenceKey;
  readonly kept: TestStore;
  readonly registry: FleetRegistry;
  readonly ingest: Ingest;
  readonly tracks: UnitTracks;
  readonly places: Places;
  readonly link: ServerLink;
  readonly incidents: Incidents;
  readonly edge: ScanEdge;
  readonly maker: BundleMaker;

  private constructor(kept: TestStore) {
    this.kept = kept;
    const { store } = kept;
    const { env, clock: timers, networks } = this;
    const signer = newSigner(Buffer.alloc(32, 7));
    this.key = { keyId: keyIdOf(signer.publicKey), signer };
    this.registry = new FleetRegistry(store, env);
    const burned = new BurnedCodeSet(store, env);
    this.ingest = new Ingest({
      ...{ store, env, burned, registry: this.registry },
      ...{ onHeard: () => undefined, onTaken: () => undefined, onFleeting: () => undefined },
      ...{ acknowledge: () => undefined, clockOffsetS: () => 0 },
    });
    this.tracks = new UnitTracks(store, this.ingest, env);
    this.places = createPlaces({ networks });
    const linkUrl = 'http://127.0.0.1:9';
    const linked = { linkUrl, linkToken: 'token-1', client: this.server };
    this.link = createLink({ store, env, timers, ...linked });
    const live: LiveUnits = {
      isOnline: () => true,
      lastContactMs: () => this.clock.nowMs,
      clockOffsetS: () => 0,
      send: () => true,
      onConnected: () => undefined,
    };
    const { registry, tracks, places, link } = this;
    const shared = { store, env, timers, registry, live, feed: this.ingest, tracks, places };
    const { directory } = link;
    const news = new ServerIncidentNews({ places, link });
    this.incidents = createIncidents({ ...shared, directory, news });
    const { incidents } = this;
    const offlineAfterS = 86_400;
    this.edge = createScanEdge({ ...shared, burned, incidents, link, offlineAfterS });
    this.maker = new BundleMaker({ store, env, tracks, networks, key: this.key });
  }

  static async open(): Promise<EvidenceWorld> {
    const world = new EvidenceWorld(await temporaryStore());
    await world.registry.start();
    await world.tracks.start();
    await world.link.start();
    await world.incidents.start();
    await world.edge.start();
    await until(() => world.link.problems().length === 0);
    return world;
  }

  async stop(): Promise<void> {
    await this.edge.stop();
    await this.incidents.stop();
    await this.link.stop();
    await this.kept.remove();
  }

  /** An enrolled unit on the sample vehicle; in training unless commissioned. */
  async enrol(serial: string, training = false, vehicleId: string | null = null): Promise<Truck> {
    const signer = newSigner();
    const given = { serial, model: 'M', role: 'tow-truck' as const, vehicleId };
    await this.registry.register(given, 'test');
    await this.registry.apply(serial, 'request', 'unit', 'network');
    await this.registry.approve(serial, signer.publicKey, 'test');
    if (!training) await this.registry.setTraining(serial, false, 'test');
    const unitId = this.registry.bySerial(serial)?.unitId ?? -1;
    return new Truck(serial, unitId, signer);
  }

  async report(stakeM: number): Promise<Incident> {
    const at = { section: 'G4', prefix: '', stakeM, direction: 'INC' } as const;
    const result = await this.incidents.report({ kind: 'rescue', summary: '爆胎', at }, 'clerk');
    if (!result.ok) throw new Error(result.message);
    return result.incident;
  }

  /** Records come in, in batches as a unit makes them. */
  async send(truck: Truck, records: readonly UnitRecord[]): Promise<void> {
    for (let at = 0; at < records.length; at += batchRecords) {
      await this.ingest.take(truck.serial, truck.seal(records.slice(at, at + batchRecords)));
    }
  }

  scan(code: Uint8Array) {
    return this.edge.open(codeDigitsOf(code));
  }

  /** The newest version of all evidence that the server was told of and that stands. */
  evidence(): EvidenceEvent[] {
    const newest = new Map<string, EvidenceEvent>();
    for (const message of this.server.taken) {
      if (message.type !== 'evidence') continue;
      const { body } = message;
      if ((newest.get(body.evidenceId)?.version ?? 0) < body.version) {
        newest.set(body.evidenceId, body);
      }
    }
    return [...newest.values()].filter(({ withdrawn }) => !withdrawn);
  }

  kinds(): string[] {
    return this.evidence()
      .map(({ kind }) => kind)
      .sort();
  }
}
