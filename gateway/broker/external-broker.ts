import { connect, type MqttClient } from 'mqtt';
import { type Channel, channels, parseTopic, topicOf } from '../../protocols/messages/topics.ts';
import type { TlsMaterial } from '../authority/tls-identity.ts';
import type { Timers } from '../link/timers.ts';
import type { BrokerDeps, BrokerProblem, UnitBroker } from './broker.ts';
import type { ClientIdentity, IdentitySource } from './client-identity.ts';
import { Evictions } from './evictions.ts';
import { HeardSessions } from './heard-sessions.ts';
import { IntakeGate } from './intake-gate.ts';
import { externalLimits } from './limits.ts';
import type { TakeOver } from './take-over.ts';

export interface ExternalBrokerDeps extends BrokerDeps {
  readonly url: string;
  /** Client id, user name and common name of this gateway. */
  readonly name: string;
  /** Gateways of one group share what units send; nobody else may guess its name. */
  readonly shareGroup: string;
  readonly identity: IdentitySource;
  /** Whether this unit may hold a session, by the registry. */
  readonly mayHold: (serial: string) => boolean;
  readonly takeOver: TakeOver;
  /** Brings the broker's files up to date and makes it read them. */
  readonly refresh: () => Promise<void>;
  readonly timers: Timers;
}

/** Everything units send, shared by the group; every gateway hears of sessions that ended. */
function subscriptionsOf(shareGroup: string): string[] {
  return [`$share/${shareGroup}/${topicOf('+', channels.up)}`, topicOf('+', channels.will)];
}

/**
 * A broker that others run: the gateway is a client of it. What units may do there is said by the
 * broker's own access file; who they are, by their certificates; both are checked again here.
 */
export class ExternalBroker implements UnitBroker {
  readonly #deps: ExternalBrokerDeps;
  readonly #sessions: HeardSessions;
  readonly #evictions: Evictions;
  readonly #gate = new IntakeGate(externalLimits.batchesUnderWayMax);
  #tls: TlsMaterial | null = null;
  #own: ClientIdentity | null = null;
  #client: MqttClient | null = null;
  #cancelSweep: () => void = () => undefined;
  #cancelCheck: () => void = () => undefined;

  constructor(deps: ExternalBrokerDeps) {
    this.#deps = deps;
    const { env, onOpened, onClosed, url, takeOver } = deps;
    const { silentMsMax } = externalLimits;
    this.#sessions = new HeardSessions({ env, silentMsMax, onOpened, onClosed });
    this.#evictions = new Evictions({
      env,
      takeOver: (serial) => takeOver(serial, url, this.#caPem),
    });
  }

  /** Does not wait for the broker: it may be started after the gateway, with files made by it. */
  async start(tls: TlsMaterial): Promise<number> {
    const { url, name, identity } = this.#deps;
    this.#tls = tls;
    this.#own = await identity();
    const { connectMsMax, reconnectMs, keepaliveS } = externalLimits;
    const client = connect(url, {
      ...{ protocolVersion: 4, clientId: name, username: name, clean: true },
      ...{ connectTimeout: connectMsMax, reconnectPeriod: reconnectMs, keepalive: keepaliveS },
      ...{ resubscribe: false, queueQoSZero: false },
      ...this.#shown(),
    });
    this.#client = client;
    this.#follow(client);
    this.#sweepLater();
    this.#checkLater();
    return 0;
  }

  async stop(): Promise<void> {
    this.#cancelSweep();
    this.#cancelCheck();
    await this.#client?.endAsync(true);
    this.#client = null;
  }

  /** From the next connection on. The broker is given its new certificate too. */
  useTls(tls: TlsMaterial): void {
    this.#tls = tls;
    this.#show();
    void this.#refresh();
  }

  isOpen(serial: string): boolean {
    const isConnected = this.#client?.connected === true;
    return isConnected && this.#sessions.has(serial) && this.#deps.mayHold(serial);
  }

  send(serial: string, channel: Channel, text: string): boolean {
    if (!this.isOpen(serial)) return false;
    this.#client?.publish(topicOf(serial, channel), text, { qos: 0 });
    return true;
  }

  close(serial: string): void {
    this.#sessions.ended(serial);
    this.#evictions.add(serial);
  }

  greeted(serial: string): void {
    this.#sessions.greeted(serial);
  }

  async listWritten(asOfMonoMs: number): Promise<void> {
    await this.#refresh();
    await this.#evictions.run(asOfMonoMs);
  }

  problems(): readonly BrokerProblem[] {
    return this.#client?.connected === true ? [] : ['broker-away'];
  }

  get #caPem(): string {
    return this.#own?.caPem ?? this.#tls?.fleetCaPem ?? '';
  }

  #shown() {
    const { certificatePem: cert = '', privateKeyPem: key = '' } = this.#own ?? {};
    return { ca: this.#caPem, cert, key };
  }

  /** What the next connection shows: the client reads its options anew each time. */
  #show(): void {
    if (this.#client !== null) Object.assign(this.#client.options, this.#shown());
  }

  #follow(client: MqttClient): void {
    const { env, shareGroup } = this.#deps;
    client.on('connect', () => {
      client.subscribe(subscriptionsOf(shareGroup), { qos: 0 }, (error) => {
        if (error) env.log.error({ reason: error.message }, 'the broker gave no subscription');
        else env.log.info({ url: this.#deps.url }, 'broker reached');
      });
    });
    client.on('error', (error) => env.log.warn({ reason: error.message }, 'broker refused'));
    client.on('close', () => {
      env.log.debug({}, 'broker away');
      this.#sessions.endAll();
    });
    client.on('message', (topic, payload) => this.#take(topic, payload));
    client.handleMessage = (_packet, done) => this.#gate.pass(() => done());
  }

  #take(topic: string, payload: Buffer): void {
    const { mayHold, onUp } = this.#deps;
    const parsed = parseTopic(topic);
    if (parsed === null) return;
    const { serial, channel } = parsed;
    if (channel === channels.will) this.#sessions.ended(serial);
    if (channel !== channels.up) return;
    if (!mayHold(serial)) {
      void this.#evictions.again(serial);
      return;
    }
    this.#sessions.heard(serial);
    this.#gate.follow(onUp(serial, payload));
  }

  /** Whatever the broker reads is brought up to date, and it has had the time to read it. */
  async #refresh(): Promise<void> {
    const { refresh, env, timers } = this.#deps;
    try {
      await refresh();
      await new Promise<void>((resolve) => {
        timers.after(externalLimits.reloadSettleMs, resolve);
      });
    } catch (error) {
      env.log.error({ reason: (error as Error).message }, 'the broker has not read its files');
    }
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#deps.timers.after(externalLimits.sweepMs, () => {
      this.#sessions.sweep();
      this.#sweepLater();
    });
  }

  #checkLater(): void {
    this.#cancelCheck = this.#deps.timers.after(externalLimits.identityCheckMs, () => {
      this.#deps
        .identity()
        .then((own) => {
          this.#own = own;
          this.#show();
        })
        .catch((error: Error) =>
          this.#deps.env.log.error({ reason: error.message }, 'no certificate for the broker'),
        )
        .finally(() => this.#checkLater());
    });
  }
}
