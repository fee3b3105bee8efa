import type { DownMessage } from '../../protocols/messages/down-schemas.ts';
import type { DeviceEnv } from '../environment.ts';
import type { Foundation } from '../foundation.ts';
import type { Credentials } from '../identity/credentials.ts';
import { softwareVersion, stampOf } from '../recorder.ts';
import { Backoff } from './backoff.ts';
import { Inbox } from './inbox.ts';
import { Sender } from './sender.ts';
import { type Dial, mqttDial } from './session.ts';
import { TimeExchange } from './time-exchange.ts';
import { Uplink } from './uplink.ts';

/** What the unit does with what the gateway wants. */
export interface UplinkOwner {
  readonly serial: string;
  readonly model: string;
  readonly bootId: string;
  readonly redialFirstMs: number;
  readonly dial: Dial | undefined;
  /** Asked at every dial: a renewed certificate is taken up then. */
  credentials(): Credentials;
  onLink(online: boolean): void;
  /** The trusted clock took a sample. */
  onTime(): void;
  onConfig(message: Extract<DownMessage, { type: 'config' }>): void;
  onIncident(message: Extract<DownMessage, { type: 'incident' }>): void;
  onScanned(issuedAt: number, openedAtMs: number): void;
  onCommand(message: Extract<DownMessage, { type: 'command' }>): void;
  onRoster(message: Extract<DownMessage, { type: 'roster' }>): void;
  onRelease(message: Extract<DownMessage, { type: 'release' }>): void;
  /** The gateway acknowledged something. */
  onAcknowledged(): void;
  /** Of the roster in use; 0: none. */
  rosterVersion(): number;
}

/** Puts the parts of the uplink together. */
export function openUplink(base: Foundation, owner: UplinkOwner, env: DeviceEnv): Uplink {
  const { outbox, store, signer, clock, recorder } = base;
  const { serial } = owner;
  const { grant, gatewayKeys } = owner.credentials();
  const sender = new Sender({
    outbox,
    serial,
    enrolment: grant.enrolment,
    signer,
    env,
    onSilent: () => uplink.reconnect('nothing was acknowledged'),
  });
  outbox.onAppended(() => sender.poke());
  const timeExchange = new TimeExchange({
    clock,
    env,
    stamp: () => stampOf(clock, env),
    send: (records) => sender.sendLoose(records),
    onSample: owner.onTime,
  });
  const inbox = new Inbox({
    serial,
    gatewayKeys,
    store,
    outbox,
    log: env.log,
    lastCounter: base.downCounter,
    nowMonoMs: env.nowMonoMs,
    sentUpTo: () => sender.sentUpTo,
    handlers: {
      config: owner.onConfig,
      incident: owner.onIncident,
      scanned: ({ issuedAt, openedAtMs }) => owner.onScanned(issuedAt, openedAtMs),
      time: (message, receivedMonoMs) => timeExchange.answer(message, receivedMonoMs),
      command: owner.onCommand,
      roster: owner.onRoster,
      release: owner.onRelease,
      settled: () => {
        sender.acknowledged();
        owner.onAcknowledged();
      },
      resend: (fromSeq) => sender.rewind(fromSeq),
    },
  });
  const hello = () =>
    recorder.write('hello', {
      bootId: owner.bootId,
      softwareVersion,
      hardwareModel: owner.model,
      downCounter: inbox.lastCounter,
      contentVersion: base.state.config?.version ?? 0,
      rosterVersion: owner.rosterVersion(),
    });
  const uplink = new Uplink({
    serial,
    tlsKey: base.tlsKey,
    credentials: () => owner.credentials(),
    dial: owner.dial ?? mqttDial(),
    backoff: new Backoff(env, owner.redialFirstMs),
    sender,
    inbox,
    timeExchange,
    env,
    hello,
    onLink: owner.onLink,
    trustedMs: () => clock.now()?.ms ?? null,
  });
  return uplink;
}
