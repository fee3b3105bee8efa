import { batchBytesMax, batchRecordsMax, sealBatch } from '../../protocols/messages/batch.ts';
import type { UnitRecord } from '../../protocols/messages/records.ts';
import type { Signer } from '../../protocols/signed/ed25519.ts';
import type { Cancel, DeviceEnv } from '../environment.ts';
import type { Outbox } from '../outbox/outbox.ts';

export const senderLimits = {
  /** Records that come within this share a batch. */
  gatherMs: 150,
  /** Sent and not acknowledged; beyond it the sender waits. */
  inFlightRecordsMax: 400,
  /** wire.md, "MQTT": no acknowledgement for 30 s, three times, and the unit reconnects. */
  ackWaitMs: 30_000,
  silencesMax: 3,
} as const;

export interface SenderParts {
  readonly outbox: Outbox;
  readonly serial: string;
  readonly enrolment: number;
  readonly signer: Signer;
  readonly env: DeviceEnv;
  /** Nothing was acknowledged for too long: the line is not what it seems. */
  onSilent(): void;
}

/** Sends what waits in the outbox, again and again until it is acknowledged. */
export class Sender {
  readonly #parts: SenderParts;
  #publish: ((bytes: Uint8Array) => void) | null = null;
  /** Last seq sent in this session; the next batch begins after it. */
  #cursor = 0;
  #sentUpTo = 0;
  #gather: Cancel | null = null;
  #ackWait: Cancel | null = null;
  #silences = 0;
  #pumping = false;
  #again = false;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Highest seq that ever went out in this run: no acknowledgement beyond it is believed. */
  get sentUpTo(): number {
    return this.#sentUpTo;
  }

  sessionUp(publish: (bytes: Uint8Array) => void): void {
    this.#publish = publish;
    this.#cursor = 0;
    this.#silences = 0;
    this.#pump();
  }

  sessionDown(): void {
    this.#publish = null;
    this.#gather?.();
    this.#gather = null;
    this.#stopWaiting();
  }

  /** Something was appended. */
  poke(): void {
    if (this.#publish === null || this.#gather !== null) return;
    this.#gather = this.#parts.env.timers.after(senderLimits.gatherMs, () => {
      this.#gather = null;
      this.#pump();
    });
  }

  /** An acknowledgement of ours came and was taken. */
  acknowledged(): void {
    this.#silences = 0;
    this.#stopWaiting();
    this.#pump();
  }

  /** From this seq on, everything that waits goes out again. */
  rewind(toSeq: number): void {
    this.#cursor = Math.min(this.#cursor, toSeq - 1);
    this.#pump();
  }

  /** Sends records that are not kept, at once. */
  sendLoose(records: readonly UnitRecord[]): void {
    this.#publish?.(this.#seal(records));
  }

  #pump(): void {
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    this.#pumping = true;
    this.#sendWaiting()
      .catch((error: unknown) => {
        this.#parts.env.log.error({ error: String(error) }, 'the outbox could not be read');
      })
      .finally(() => {
        this.#pumping = false;
        if (!this.#again) return;
        this.#again = false;
        this.#pump();
      });
  }

  async #sendWaiting(): Promise<void> {
    const { outbox } = this.#parts;
    while (this.#publish !== null) {
      const from = this.#cursor;
      const inFlight = from === 0 ? 0 : await outbox.waitingUpTo(from);
      if (inFlight > 0) this.#awaitAck();
      if (inFlight >= senderLimits.inFlightRecordsMax) return;
      const records = await outbox.waiting(from, batchRecordsMax);
      if (records.length === 0) return;
      // A new session or a rewind began while the rows were read.
      if (this.#cursor !== from) continue;
      this.#sendBatch(records);
    }
  }

  #sendBatch(records: readonly UnitRecord[]): void {
    let batch = records;
    let bytes = this.#seal(batch);
    while (bytes.length > batchBytesMax && batch.length > 1) {
      batch = batch.slice(0, Math.ceil(batch.length / 2));
      bytes = this.#seal(batch);
    }
    const last = batch.at(-1)?.seq ?? 0;
    this.#cursor = last;
    this.#sentUpTo = Math.max(this.#sentUpTo, last);
    this.#publish?.(bytes);
    this.#awaitAck();
  }

  #seal(records: readonly UnitRecord[]): Uint8Array {
    const { serial, enrolment, outbox, signer } = this.#parts;
    return sealBatch(serial, { enrolment, epoch: outbox.epoch }, records, signer);
  }

  #awaitAck(): void {
    if (this.#ackWait !== null || this.#publish === null) return;
    this.#ackWait = this.#parts.env.timers.after(senderLimits.ackWaitMs, () => {
      this.#ackWait = null;
      this.#silence();
    });
  }

  #silence(): void {
    this.#silences += 1;
    if (this.#silences >= senderLimits.silencesMax) {
      this.#parts.onSilent();
      return;
    }
    this.#cursor = 0;
    this.#pump();
  }

  #stopWaiting(): void {
    this.#ackWait?.();
    this.#ackWait = null;
  }
}
