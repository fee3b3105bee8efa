import type { Store } from '../protocols/store/store.ts';
import type { CertificateAuthority } from './authority/authority.ts';
import type { UnitBroker } from './broker/broker.ts';
import type { BrokerFilesDeps } from './broker/broker-files.ts';
import { brokerFilesOf, createBroker } from './broker/create-broker.ts';
import type { GatewayConfig } from './config.ts';
import type { GatewayEnv } from './environment.ts';
import { BurnedCodeSet } from './ingest/burned-codes.ts';
import { Ingest } from './ingest/ingest.ts';
import { lastContacts } from './ingest/ingest-table.ts';
import { CloneWatch } from './live/clone-watch.ts';
import { DownSender } from './live/down-sender.ts';
import { LiveUnitBook } from './live/live-units.ts';
import type { IngestedRecord } from './parts.ts';
import { FleetRegistry } from './registry/registry.ts';
import { rights } from './registry/states.ts';
import type { GatewaySecrets } from './secrets/gateway-secrets.ts';
import { UnitTracks } from './tracks/tracks.ts';

export interface CoreDeps {
  readonly config: GatewayConfig;
  readonly store: Store;
  readonly env: GatewayEnv;
  readonly secrets: GatewaySecrets;
  readonly authority: CertificateAuthority;
}

/** What every feature of the gateway stands on: units, what they say, and the way to them. */
export interface Core {
  readonly registry: FleetRegistry;
  readonly burned: BurnedCodeSet;
  readonly live: LiveUnitBook;
  readonly clones: CloneWatch;
  readonly ingest: Ingest;
  readonly tracks: UnitTracks;
  readonly broker: UnitBroker;
  /** What a broker outside needs of the fleet's certificates. */
  readonly brokerFiles: BrokerFilesDeps;
  /** Fills the memory of all parts from the store. */
  load(): Promise<void>;
}

/** Ties the parts together; nothing runs before `load` and `broker.start`. */
export function createCore(deps: CoreDeps): Core {
  const { config, store, env, secrets, authority } = deps;
  const registry = new FleetRegistry(store, env);
  const burned = new BurnedCodeSet(store, env);
  const clones = new CloneWatch({ store, registry, env });
  const brokerFiles = brokerFilesOf(config, secrets, authority, env);
  const broker: UnitBroker = createBroker({
    ...deps,
    files: brokerFiles,
    mayHold: (serial) => {
      const unit = registry.bySerial(serial);
      return unit !== undefined && rights[unit.state].session;
    },
    serialOf: (fingerprint) => registry.unitOfCertificate(fingerprint)?.serial ?? null,
    onUp: (serial, bytes) => ingest.take(serial, bytes),
    onOpened: (serial) => live.opened(serial),
    onClosed: (serial) => live.closed(serial),
  });
  const isOpen = (serial: string) => broker.isOpen(serial);
  const sender = new DownSender(env, secrets.downKey, (serial, channel, text) =>
    broker.send(serial, channel, text),
  );
  const live = new LiveUnitBook({ env, sender, isOpen });
  const ingest = new Ingest({
    store,
    registry,
    burned,
    env,
    onHeard: (serial, atMs) => live.heard(serial, atMs),
    onTaken: (batch) => clones.take(batch),
    onFleeting: (record) => live.fleeting(record),
    acknowledge: (serial, ack) => sender.acknowledge(serial, ack),
    clockOffsetS: (serial) => live.clockOffsetS(serial),
  });
  const tracks = new UnitTracks(store, ingest, env);
  followUnits({ registry, live, ingest, broker, env });
  ingest.onCommitted((records) => clones.committed(records));
  return {
    registry,
    burned,
    live,
    clones,
    ingest,
    tracks,
    broker,
    brokerFiles,
    load: async () => {
      await registry.start();
      await burned.start();
      await tracks.start();
      live.start(await lastContacts(store));
    },
  };
}

/** Registry → session: who lost the right to one loses it. Records → registry: first `shown`. */
function followUnits({
  registry,
  live,
  ingest,
  broker,
  env,
}: Pick<Core, 'registry' | 'live' | 'ingest' | 'broker'> & { env: GatewayEnv }): void {
  const enrolments = new Map<string, number>();
  registry.onChanged(({ serial, state, enrolment }) => {
    const rekeyed = enrolments.get(serial) !== undefined && enrolments.get(serial) !== enrolment;
    enrolments.set(serial, enrolment);
    if (!rights[state].session || rekeyed) broker.close(serial);
  });
  const activate = ({ unit, record }: IngestedRecord) => {
    if (record.kind !== 'shown' || record.values.decodedOk !== true) return;
    if (registry.bySerial(unit.serial)?.state !== 'enrolled') return;
    registry
      .apply(unit.serial, 'first-shown', 'unit', 'first code on the glass')
      .catch((error: Error) =>
        env.log.error({ serial: unit.serial, reason: error.message }, 'not active'),
      );
  };
  ingest.onCommitted((records) => {
    for (const record of records) {
      if (record.record.kind === 'hello') {
        broker.greeted(record.unit.serial);
        live.heard(record.unit.serial, record.receivedAtMs);
      }
      live.greeted(record);
      activate(record);
    }
  });
}
