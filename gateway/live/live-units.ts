import type { DownMessage } from '../../protocols/messages/down-schemas.ts';
import type { GatewayEnv } from '../environment.ts';
import type { IngestedRecord, LiveUnits } from '../parts.ts';
import { ClockWatch } from './clock-watch.ts';
import type { DownSender } from './down-sender.ts';

export interface LiveDeps {
  readonly env: GatewayEnv;
  readonly sender: DownSender;
  readonly isOpen: (serial: string) => boolean;
}

/** Units as they are now: who is connected, when each was heard, how its clock stands. */
export class LiveUnitBook implements LiveUnits {
  readonly #deps: LiveDeps;
  readonly #clocks: ClockWatch;
  readonly #lastContactMs = new Map<string, number>();
  /** Units that were told their desired state in this session. */
  readonly #greeted = new Set<string>();
  readonly #desired: ((serial: string) => Promise<readonly DownMessage[]>)[] = [];

  constructor(deps: LiveDeps) {
    this.#deps = deps;
    this.#clocks = new ClockWatch(deps.env);
  }

  /** What the store knows of earlier contacts. */
  start(lastContacts: ReadonlyMap<string, number>): void {
    for (const [serial, atMs] of lastContacts) this.#lastContactMs.set(serial, atMs);
  }

  isOnline(serial: string): boolean {
    return this.#deps.isOpen(serial);
  }

  lastContactMs(serial: string): number | null {
    return this.#lastContactMs.get(serial) ?? null;
  }

  clockOffsetS(serial: string): number {
    return this.#clocks.offsetS(serial);
  }

  send(serial: string, message: DownMessage): boolean {
    return this.#deps.isOpen(serial) && this.#deps.sender.send(serial, message);
  }

  onConnected(desired: (serial: string) => Promise<readonly DownMessage[]>): void {
    this.#desired.push(desired);
  }

  opened(serial: string): void {
    this.#greeted.delete(serial);
    this.#clocks.opened(serial);
    this.#deps.env.log.info({ serial }, 'unit connected');
  }

  closed(serial: string): void {
    this.#clocks.closed(serial);
    this.#deps.env.log.info({ serial }, 'unit disconnected');
  }

  /** A verified batch came. With the first of a session the unit is listening: it is told all. */
  heard(serial: string, atMs: number): void {
    this.#lastContactMs.set(serial, Math.max(atMs, this.#lastContactMs.get(serial) ?? 0));
    if (this.#greeted.has(serial)) return;
    this.#greeted.add(serial);
    void this.#sendDesired(serial);
  }

  /** A record that is answered at once: the unit asks for time, or answers our question. */
  fleeting({ unit, record }: IngestedRecord): void {
    if (record.kind === 'timeRequest' && record.values.nonce !== null) {
      this.#tellTime(unit.serial, record.values.nonce);
    }
    if (record.kind !== 'timeEcho') return;
    const { nonce, unitMs } = record.values;
    if (nonce === null || unitMs === null) return;
    const echo = Buffer.from(nonce).toString('base64url');
    if (this.#clocks.echoed(unit.serial, echo, unitMs))
      this.#tellTime(unit.serial, new Uint8Array());
  }

  /** The unit says which counter it has seen; if that was ahead, it has heard nothing yet. */
  greeted({ unit, record }: IngestedRecord): void {
    if (record.kind !== 'hello') return;
    const ahead = this.#deps.sender.reported(unit.serial, record.values.downCounter ?? 0);
    if (ahead) void this.#sendDesired(unit.serial);
  }

  /** With an empty nonce it answers nobody's question and only asks for an echo. */
  #tellTime(serial: string, nonce: Uint8Array): void {
    const { echo, gatewayMs } = this.#clocks.ask(serial);
    this.send(serial, {
      type: 'time',
      nonce: Buffer.from(nonce).toString('base64url'),
      gatewayMs,
      echo,
    });
  }

  async #sendDesired(serial: string): Promise<void> {
    for (const desired of this.#desired) {
      try {
        for (const message of await desired(serial)) this.send(serial, message);
      } catch (error) {
        const reason = (error as Error).message;
        this.#deps.env.log.error({ serial, reason }, 'desired state not sent');
      }
    }
  }
}
