import { brokerLimits } from './limits.ts';

/** A bucket of packets that fills with time. */
export class PacketRate {
  #left: number = brokerLimits.packetsBurstMax;
  #atMs: number;

  constructor(nowMonoMs: number) {
    this.#atMs = nowMonoMs;
  }

  /** False: more than the burst and the average allow. */
  take(packets: number, nowMonoMs: number): boolean {
    const filled = ((nowMonoMs - this.#atMs) / 1000) * brokerLimits.packetsPerSMax;
    this.#atMs = nowMonoMs;
    this.#left = Math.min(brokerLimits.packetsBurstMax, this.#left + filled) - packets;
    return this.#left >= 0;
  }
}
