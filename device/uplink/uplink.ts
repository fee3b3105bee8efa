import type { KeyObject } from 'node:crypto';
import type { Cancel, DeviceEnv } from '../environment.ts';
import type { Credentials } from '../identity/credentials.ts';
import type { Backoff } from './backoff.ts';
import type { Inbox } from './inbox.ts';
import type { Sender } from './sender.ts';
import type { Dial, Session } from './session.ts';
import type { TimeExchange } from './time-exchange.ts';

/** Records a session brings with it wait this long at most for the session to end in order. */
const closeMsMax = 2_000;

export interface UplinkParts {
  readonly serial: string;
  readonly tlsKey: KeyObject;
  /** Asked at every dial: a renewed certificate is taken up then. */
  credentials(): Credentials;
  readonly dial: Dial;
  readonly backoff: Backoff;
  readonly sender: Sender;
  readonly inbox: Inbox;
  readonly timeExchange: TimeExchange;
  readonly env: DeviceEnv;
  /** Writes the `hello` of a new session. */
  hello(): Promise<void>;
  onLink(online: boolean): void;
  /** The unit's trusted time, Unix ms; null without. */
  trustedMs(): number | null;
}

/** Keeps one session with the gateway, and comes back after every loss. wire.md, "MQTT". */
export class Uplink {
  readonly #parts: UplinkParts;
  #session: Session | null = null;
  #next: Cancel | null = null;
  #stopped = true;
  #broker = 0;
  #dialling: Promise<void> | null = null;

  constructor(parts: UplinkParts) {
    this.#parts = parts;
  }

  get online(): boolean {
    return this.#session !== null;
  }

  /** The first dial goes out at once: a whole fleet is not switched on in one second. */
  start(): void {
    this.#stopped = false;
    this.#dialIn(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#next?.();
    await this.#dialling;
    await this.#drop();
  }

  /** Leaves a session that only seems to stand. */
  reconnect(reason: string): void {
    this.#parts.env.log.warn({ reason }, 'leaving the session');
    void this.#drop().then(() => this.#redial());
  }

  /**
   * A session made without a trusted time ends with the first one: the next is dialled at once,
   * and dates count. wire.md, "Enrolment".
   */
  timeChanged(): void {
    const doubtful = this.#session?.datesChecked === false && this.#parts.trustedMs() !== null;
    if (!doubtful) return;
    this.#next?.();
    // Not within the message that brought the time: its answer goes out first.
    this.#next = this.#parts.env.timers.after(0, () => {
      void this.#drop().then(() => this.#dialIn(0));
    });
  }

  #dialIn(waitMs: number): void {
    if (this.#stopped) return;
    this.#next?.();
    this.#next = this.#parts.env.timers.after(waitMs, () => {
      this.#dialling = this.#dial().finally(() => {
        this.#dialling = null;
      });
    });
  }

  #redial(): void {
    this.#dialIn(this.#parts.backoff.next());
  }

  async #dial(): Promise<void> {
    const { serial, tlsKey, dial, env, credentials, trustedMs } = this.#parts;
    const { brokers, certificatePem, fleetCaPem } = credentials().grant;
    const brokerUrl = brokers[this.#broker % Math.max(1, brokers.length)] ?? '';
    let closed: string | null = null;
    const state: { session: Session | null } = { session: null };
    try {
      const keyPem = tlsKey.export({ format: 'pem', type: 'pkcs8' }) as string;
      state.session = await dial(
        { brokerUrl, serial, certificatePem, fleetCaPem, keyPem, trustedMs },
        {
          message: (bytes) => void this.#parts.inbox.take(bytes),
          closed: (reason) => {
            closed = reason;
            if (state.session !== null) this.#lost(state.session, reason);
          },
        },
      );
    } catch (error) {
      env.log.info({ brokerUrl, reason: (error as Error).message }, 'the gateway is not reachable');
      this.#broker += 1;
      this.#redial();
      return;
    }
    if (closed !== null) this.#redial();
    else await this.#stand(state.session);
  }

  async #stand(session: Session): Promise<void> {
    const { sender, timeExchange, backoff, hello, onLink } = this.#parts;
    this.#session = session;
    if (this.#stopped) {
      await this.#drop();
      return;
    }
    backoff.reset();
    await hello().catch((error: unknown) => {
      this.#parts.env.log.error({ error: String(error) }, 'the hello was not written');
    });
    if (this.#session !== session) return;
    sender.sessionUp((bytes) => session.publish(bytes));
    timeExchange.sessionUp();
    onLink(true);
    // Time may have come while the session was made.
    this.timeChanged();
  }

  #lost(session: Session, reason: string): void {
    if (this.#session !== session) return;
    this.#parts.env.log.info({ reason }, 'the session was lost');
    this.#forget();
    this.#redial();
  }

  #forget(): void {
    const { sender, timeExchange, onLink } = this.#parts;
    this.#session = null;
    sender.sessionDown();
    timeExchange.sessionDown();
    onLink(false);
  }

  async #drop(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    this.#forget();
    const { timers } = this.#parts.env;
    let cancel: Cancel = () => undefined;
    const tooLong = new Promise<void>((resolve) => {
      cancel = timers.after(closeMsMax, resolve);
    });
    await Promise.race([session.close(), tooLong]);
    cancel();
  }
}
