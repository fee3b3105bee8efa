import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { request as httpsRequest } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { certificateRequest } from '../../device/identity/csr.ts';
import type { EnrolmentGrant } from '../../protocols/enrolment/request.ts';
import { keyFingerprint, signRequest } from '../../protocols/enrolment/request.ts';
import { sealBatch } from '../../protocols/messages/batch.ts';
import { openDown } from '../../protocols/messages/down.ts';
import type { AckMessage, DownMessage } from '../../protocols/messages/down-schemas.ts';
import type { UnitRecord } from '../../protocols/messages/records.ts';
import { topicOf } from '../../protocols/messages/topics.ts';
import { signCode } from '../../protocols/scan-code/code.ts';
import {
  privateKeyFromSeed,
  publicKeyFromRaw,
  rawPublicKey,
  type Signer,
  signEd25519,
} from '../../protocols/signed/ed25519.ts';
import type { World } from './world.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** JSON over HTTPS with the fleet CA as the only trust. */
export function postJson(url: string, ca: string, body: unknown): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const request = httpsRequest(
      url,
      { method: 'POST', ca, headers: { 'content-type': 'application/json' }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const parsed = JSON.parse(Buffer.concat(chunks).toString('utf8')) as HttpAnswer['body'];
          resolve({ status: response.statusCode ?? 0, body: parsed });
        });
      },
    );
    request.on('error', reject);
    request.end(text);
  });
}

export function newSigner(seed: Uint8Array = randomBytes(32)): Signer {
  const privateKey = privateKeyFromSeed(seed);
  return {
    publicKey: rawPublicKey(createPublicKey(privateKey)),
    sign: (message) => signEd25519(privateKey, message),
  };
}

export function newTlsKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** A unit as the wire sees it: keys, enrolment, a session, batches and what came down. */
export class TestUnit {
  readonly serial: string;
  readonly signer: Signer;
  readonly tlsKey = newTlsKey();
  readonly epoch = randomBytes(8).toString('hex');
  readonly acks: AckMessage[] = [];
  readonly downs: DownMessage[] = [];
  grant: EnrolmentGrant | undefined;
  session: MqttClient | undefined;
  lastCounter = 0;
  readonly #world: World;

  constructor(world: World, serial: string, signer: Signer = newSigner()) {
    this.#world = world;
    this.serial = serial;
    this.signer = signer;
  }

  get fingerprint(): string {
    return keyFingerprint(this.signer.publicKey);
  }

  /** Asks for a nonce, then asks with it. */
  async ask(): Promise<HttpAnswer> {
    const url = `${this.#world.addresses.unitsUrl}/enrol/requests`;
    const challenge = await postJson(url, this.#world.fleetCaPem, {});
    const unsigned = {
      serial: this.serial,
      publicKey: Buffer.from(this.signer.publicKey).toString('base64url'),
      csr: await certificateRequest(this.serial, this.tlsKey),
      nonce: String(challenge.body.nonce),
    };
    return postJson(url, this.#world.fleetCaPem, signRequest(unsigned, this.signer));
  }

  /** Registered, asked, approved, asked again: what a technician and a unit do together. */
  async enrol(vehicleId: string | null = null): Promise<EnrolmentGrant> {
    const { admin } = this.#world;
    await admin('POST', '/units', {
      serial: this.serial,
      model: 'test',
      role: 'tow-truck',
      vehicleId,
    });
    await this.ask();
    await admin('POST', `/units/${this.serial}/approve`, { fingerprint: this.fingerprint });
    const granted = await this.ask();
    if (granted.status !== 200) throw new Error(`no grant: ${JSON.stringify(granted)}`);
    this.grant = granted.body as unknown as EnrolmentGrant;
    return this.grant;
  }

  /** A session that listens on its own topics. Rejects when the broker refuses it. */
  async connect(options: IClientOptions = {}): Promise<MqttClient> {
    const session = await this.dial(options);
    this.session = session;
    session.on('message', (topic, payload) => this.#hear(topic, payload));
    await session.subscribeAsync([topicOf(this.serial, 'ack'), topicOf(this.serial, 'down')]);
    return session;
  }

  dial(options: IClientOptions = {}): Promise<MqttClient> {
    const { grant } = this;
    if (grant === undefined) throw new Error('not enrolled');
    const client = connect(this.#world.addresses.mqttUrl, {
      protocolVersion: 4,
      clientId: this.serial,
      username: this.serial,
      clean: true,
      reconnectPeriod: 0,
      ca: grant.fleetCaPem,
      cert: grant.certificatePem,
      key: this.tlsKey.export({ format: 'pem', type: 'pkcs8' }),
      ...options,
    });
    return new Promise((resolve, reject) => {
      client.once('connect', () => resolve(client));
      client.once('error', (error) => {
        client.end(true);
        reject(error);
      });
      client.once('close', () => reject(new Error('closed')));
    });
  }

  /** The bytes of a batch of these records. */
  seal(records: readonly UnitRecord[], epoch = this.epoch, enrolment = this.grant?.enrolment ?? 0) {
    return sealBatch(this.serial, { enrolment, epoch }, records, this.signer);
  }

  publish(bytes: Buffer, topic = topicOf(this.serial, 'up')): void {
    this.session?.publish(topic, bytes, { qos: 0 });
  }

  send(records: readonly UnitRecord[]): void {
    this.publish(this.seal(records));
  }

  async end(): Promise<void> {
    await this.session?.endAsync(true);
  }

  #hear(topic: string, payload: Buffer): void {
    const pinned = new Map(
      (this.grant?.gatewayKeys ?? []).flatMap(({ keyId, publicKey }) => {
        const key = publicKeyFromRaw(Buffer.from(publicKey, 'base64url'));
        return key === null ? [] : [[keyId, key] as const];
      }),
    );
    const reading = openDown(this.serial, payload, pinned, this.lastCounter);
    if (!reading.ok) throw new Error(`${topic}: ${reading.problem}`);
    this.lastCounter = reading.counter;
    if (reading.message.type === 'ack') this.acks.push(reading.message);
    else this.downs.push(reading.message);
  }
}

/** A TLS dial that shows whether the handshake was resumed. */
export function dialTls(world: World, unit: TestUnit, session?: Buffer) {
  const { hostname, port } = new URL(world.addresses.mqttUrl);
  return connectTls({
    host: hostname,
    port: Number(port),
    ca: world.fleetCaPem,
    cert: unit.grant?.certificatePem,
    key: unit.tlsKey.export({ format: 'pem', type: 'pkcs8' }),
    ...(session === undefined ? {} : { session }),
  });
}

/** A fix somewhere in Hebei. */
export function fix(seq: number, happenedAtMs: number, lat = 38.04, lon = 114.51): UnitRecord {
  return {
    kind: 'fix',
    seq,
    happenedAtMs,
    clock: 'gnss',
    values: {
      lat,
      lon,
      altM: 80,
      speedMps: 20,
      courseDeg: 45,
      satsUsed: 9,
      hdop: 0.9,
      quality: 3,
    },
  };
}

export function hello(seq: number, happenedAtMs: number, downCounter = 0): UnitRecord {
  return {
    kind: 'hello',
    seq,
    happenedAtMs,
    clock: 'gnss',
    values: {
      bootId: 'boot-1',
      softwareVersion: '0.1.0',
      hardwareModel: 'test',
      downCounter,
      contentVersion: 0,
      rosterVersion: 0,
    },
  };
}

/** A code of this unit without a position. */
export function codeOf(unit: TestUnit, issuedAt: number, ttlS: 30 | 120 = 30): Buffer {
  const { unitId, kind } = unit.grant as NonNullable<TestUnit['grant']>;
  return signCode(
    {
      ...{ kind, unitId, issuedAt, ttlS, duty: 0, lat: null, lon: null },
      ...{ fixAgeS: null, incidentRef: 0 },
    },
    unit.signer,
  );
}

/** What stood on the glass. */
export function shown(seq: number, code: Uint8Array): UnitRecord {
  return {
    kind: 'shown',
    seq,
    happenedAtMs: Date.now(),
    clock: 'gnss',
    values: {
      code,
      layoutVersion: 1,
      contentVersion: 1,
      frameHash: null,
      decodedOk: true,
      panelMode: 'partial',
    },
  };
}
