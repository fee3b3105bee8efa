import type { Machine } from '../environment.ts';

/** A machine that comes back from a reboot at once: another boot id, an uptime from nothing. */
export class SimulatedMachine implements Machine {
  readonly #real: Machine;
  #boots = 0;
  #bootedAtMs = 0;

  constructor(real: Machine) {
    this.#real = real;
  }

  get bootId(): string {
    return `${this.#real.bootId}-${this.#boots}`;
  }

  uptimeMs(): number {
    return this.#real.uptimeMs() - this.#bootedAtMs;
  }

  async reboot(): Promise<void> {
    this.#boots += 1;
    this.#bootedAtMs = this.#real.uptimeMs();
  }
}
