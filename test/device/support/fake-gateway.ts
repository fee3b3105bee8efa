import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { keySigner } from '../../../device/identity/key-files.ts';
import type { Dial, Session, SessionListener } from '../../../device/uplink/session.ts';
import { openBatch, readPayload } from '../../../protocols/messages/batch.ts';
import { sealDown } from '../../../protocols/messages/down.ts';
import type { DownMessage } from '../../../protocols/messages/down-schemas.ts';
import { isKept, type UnitRecord } from '../../../protocols/messages/records.ts';
import { publicKeyFromRaw, type Signer, verifyEd25519 } from '../../../protocols/signed/ed25519.ts';

export function makeSigner(): Signer & { readonly privateKey: KeyObject } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { ...keySigner(privateKey), privateKey };
}

/**
 * The gateway's end of a session, in memory: checks batches, keeps records by (epoch, seq),
 * acknowledges as a real one does. `mute` keeps what it is sent and says nothing.
 */
export class FakeGateway {
  readonly keyId = 'gw-1';
  readonly signer = makeSigner();
  /** Every kept record by epoch and seq. */
  readonly kept = new Map<string, Map<number, UnitRecord>>();
  readonly loose: UnitRecord[] = [];
  readonly problems: string[] = [];
  /** How often a record came that was here before. */
  repeats = 0;
  batches = 0;
  dials = 0;
  /** Of each dial: whether the unit had a trusted time to check dates by. */
  readonly dated: boolean[] = [];
  mute = false;
  refuseDials = false;
  counter = 1_000;
  readonly #serial: string;
  readonly #unitKey: Uint8Array;
  #listener: SessionListener | null = null;

  constructor(serial: string, unitKey: Uint8Array) {
    this.#serial = serial;
    this.#unitKey = unitKey;
  }

  readonly dial: Dial = async (target, listener): Promise<Session> => {
    this.dials += 1;
    if (this.refuseDials) throw new Error('connection refused');
    this.#listener = listener;
    const datesChecked = target.trustedMs() !== null;
    this.dated.push(datesChecked);
    return {
      datesChecked,
      publish: (bytes) => this.#receive(bytes),
      close: async () => {
        this.#listener = null;
      },
    };
  };

  get connected(): boolean {
    return this.#listener !== null;
  }

  pinned(): ReadonlyMap<string, KeyObject> {
    const key = publicKeyFromRaw(this.signer.publicKey);
    if (key === null) throw new Error('no key');
    return new Map([[this.keyId, key]]);
  }

  /** The bytes of a signed message; counters grow by themselves. */
  seal(message: DownMessage, counter = this.#next()): Uint8Array {
    return Buffer.from(sealDown(this.#serial, counter, message, this.keyId, this.signer));
  }

  send(message: DownMessage): void {
    this.#listener?.message(this.seal(message));
  }

  cut(): void {
    const listener = this.#listener;
    this.#listener = null;
    listener?.closed('cut');
  }

  /** Kept records of the one epoch, by seq. */
  records(): UnitRecord[] {
    const [epoch] = [...this.kept.values()].slice(-1);
    return [...(epoch?.values() ?? [])].sort((a, b) => a.seq - b.seq);
  }

  #next(): number {
    this.counter += 1;
    return this.counter;
  }

  #receive(bytes: Uint8Array): void {
    const batch = openBatch(this.#serial, bytes);
    if (typeof batch === 'string') {
      this.problems.push(batch);
      return;
    }
    const key = publicKeyFromRaw(this.#unitKey);
    if (key === null || !verifyEd25519(key, batch.message, batch.signature)) {
      this.problems.push('bad-signature');
      return;
    }
    this.batches += 1;
    const entries = readPayload(batch.payload) ?? [];
    for (const entry of entries) {
      if (!entry.ok) this.problems.push(entry.problem);
      else this.#keep(batch.epoch, entry.record);
    }
    if (!this.mute && entries.some((entry) => entry.ok && isKept(entry.record.kind))) {
      this.send(this.ackOf(batch.epoch));
    }
  }

  #keep(epoch: string, record: UnitRecord): void {
    if (!isKept(record.kind)) {
      this.loose.push(record);
      return;
    }
    const known = this.kept.get(epoch) ?? new Map<number, UnitRecord>();
    if (known.has(record.seq)) this.repeats += 1;
    known.set(record.seq, record);
    this.kept.set(epoch, known);
  }

  ackOf(epoch: string): DownMessage {
    const seqs = [...(this.kept.get(epoch)?.keys() ?? [])].sort((a, b) => a - b);
    let upTo = 0;
    while (seqs.includes(upTo + 1)) upTo += 1;
    return { type: 'ack', epoch, upTo, also: seqs.filter((seq) => seq > upTo), nack: [] };
  }
}
