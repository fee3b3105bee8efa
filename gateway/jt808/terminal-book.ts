import { createHash, timingSafeEqual } from 'node:crypto';
import { type Registration, registrationResults } from '../../protocols/jt808/jt808.ts';
import type { Store } from '../../protocols/store/store.ts';
import type { GatewayEnv } from '../environment.ts';
import { type Refusal, refusal } from '../http/refusal.ts';
import { terminalLimits } from './limits.ts';
import { normalPhone, type Terminal } from './terminal.ts';
import { loadTerminals, saveTerminal } from './terminal-table.ts';

export type TerminalResult = { readonly ok: true; readonly terminal: Terminal } | Refusal;

export interface NewTerminal {
  readonly phone: string;
  readonly plate: string;
  readonly vehicleId: string | null;
}

/** What 0x8100 says: a result of `registrationResults`, and the code when it is 0. */
export interface Claim {
  readonly result: number;
  readonly code: string;
}

const codeBytes = 10;

function sameText(a: string, b: string): boolean {
  const [first, second] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}

function deviceOf({ maker, terminalId }: Registration): string {
  return `${maker} ${terminalId}`.trim();
}

/** Terminals that may connect: answered from memory, written through. */
export class TerminalBook {
  readonly #store: Store;
  readonly #env: GatewayEnv;
  readonly #byPhone = new Map<string, Terminal>();
  readonly #onRevoked: ((phone: string) => void)[] = [];
  #nextNo = 1;
  /** Changes stand in one line: each sees what the one before it left. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(store: Store, env: GatewayEnv) {
    this.#store = store;
    this.#env = env;
  }

  async start(): Promise<void> {
    for (const terminal of await loadTerminals(this.#store)) {
      this.#byPhone.set(terminal.phone, terminal);
      this.#nextNo = Math.max(this.#nextNo, terminal.no + 1);
    }
  }

  async stop(): Promise<void> {
    await this.#tail;
  }

  all(): readonly Terminal[] {
    return [...this.#byPhone.values()];
  }

  /** A terminal that may connect; undefined when it is unknown or revoked. */
  inForce(phone: string | null): Terminal | undefined {
    const terminal = phone === null ? undefined : this.#byPhone.get(phone);
    return terminal?.revoked === false ? terminal : undefined;
  }

  /** Called with the phone of a terminal whose code is void from now on. */
  onRevoked(listener: (phone: string) => void): void {
    this.#onRevoked.push(listener);
  }

  /** Enters a terminal; a revoked one comes back with a new code and free for any device. */
  register(given: NewTerminal, by: string): Promise<TerminalResult> {
    return this.#inLine(async () => {
      const phone = normalPhone(given.phone);
      if (phone === null) return refusal('bad-request', 'phone is 1 to 20 digits, not all zero');
      const known = this.#byPhone.get(phone);
      if (known?.revoked === false) {
        return refusal('conflict', `${phone} is registered already: revoke it first`);
      }
      if (known === undefined && this.#byPhone.size >= terminalLimits.terminalsMax) {
        return refusal('too-many', `${terminalLimits.terminalsMax} terminals are registered`);
      }
      const atMs = this.#env.nowMs();
      const terminal: Terminal = {
        ...{ ...given, phone, revoked: false, device: null, registeredAtMs: atMs },
        no: known?.no ?? this.#nextNo++,
        code: this.#newCode(),
      };
      return this.#save(terminal, 'register', by);
    });
  }

  /** The code of a terminal is void at once, and its connection is closed. */
  revoke(phone: string, by: string): Promise<TerminalResult> {
    return this.#inLine(async () => {
      const terminal = this.inForce(normalPhone(phone));
      if (terminal === undefined) return refusal('not-found', 'no such terminal is in force');
      const result = await this.#save({ ...terminal, revoked: true }, 'revoke', by);
      for (const listener of this.#onRevoked) listener(terminal.phone);
      return result;
    });
  }

  /**
   * Answers 0x0100. The first device that names the right plate gets the code, and again whenever
   * it asks; another device of that phone is told that a terminal is registered.
   */
  claim(phone: string | null, registration: Registration): Promise<Claim> {
    return this.#inLine(async () => {
      const no = (result: number): Claim => ({ result, code: '' });
      const terminal = this.inForce(phone);
      if (terminal === undefined) return no(registrationResults.noSuchTerminal);
      if (registration.plate !== terminal.plate) return no(registrationResults.noSuchVehicle);
      const device = deviceOf(registration);
      if (terminal.device !== null && terminal.device !== device) {
        return no(registrationResults.terminalRegistered);
      }
      if (terminal.device === null) await this.#save({ ...terminal, device }, 'claim', device);
      return { result: registrationResults.ok, code: terminal.code };
    });
  }

  /** The terminal this code belongs to; undefined for a wrong code or an unknown phone. */
  authenticate(phone: string | null, code: string): Terminal | undefined {
    const terminal = this.inForce(phone);
    return terminal !== undefined && sameText(terminal.code, code) ? terminal : undefined;
  }

  /** 0x0003: the code is void; any device may register as this terminal again. */
  unregister(phone: string): Promise<void> {
    return this.#inLine(async () => {
      const terminal = this.inForce(phone);
      if (terminal === undefined) return;
      await this.#save({ ...terminal, device: null, code: this.#newCode() }, 'unregister', phone);
    });
  }

  #newCode(): string {
    return this.#env.randomBytes(codeBytes).toString('hex');
  }

  async #save(terminal: Terminal, event: string, by: string): Promise<TerminalResult> {
    const audit = { event, by, atMs: this.#env.nowMs() };
    await this.#store.write((tx) => saveTerminal(tx, terminal, audit));
    this.#byPhone.set(terminal.phone, terminal);
    return { ok: true, terminal };
  }

  #inLine<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => undefined);
    return done;
  }
}
