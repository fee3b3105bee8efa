import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { TrustedClock } from '../../../device/clock/trusted-clock.ts';
import { type NewRecord, Outbox } from '../../../device/outbox/outbox.ts';
import { Backoff } from '../../../device/uplink/backoff.ts';
import { Inbox } from '../../../device/uplink/inbox.ts';
import { Sender } from '../../../device/uplink/sender.ts';
import { TimeExchange } from '../../../device/uplink/time-exchange.ts';
import { Uplink } from '../../../device/uplink/uplink.ts';
import { FakeGateway, makeSigner } from '../support/fake-gateway.ts';
import { makeStore, makeWorld, startMs, temporaryFolder } from '../support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const serial = 'XL-TEST-0001';
const tlsKey = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;

function event(index: number): NewRecord {
  const values = { name: `e${index}`, detail: 'x'.repeat(150) };
  return { kind: 'event', happenedAtMs: startMs, clock: 'gnss', values };
}

/** An uplink between a real outbox and a gateway in memory. */
async function rig(redialFirstMs = 3_000) {
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  const world = makeWorld('uplink');
  const { env } = world;
  const store = await makeStore(folder.path);
  cleanUps.push(() => store.close());
  const stamp = () => ({ happenedAtMs: startMs, clock: 'gnss' as const });
  const outbox = await Outbox.open(store, { randomBytes: env.randomBytes, stamp });
  const signer = makeSigner();
  const gateway = new FakeGateway(serial, signer.publicKey);
  const clock = new TrustedClock({
    nowMonoMs: env.nowMonoMs,
    lastGoodMs: null,
    builtAtMs: Date.UTC(2025, 0, 1),
  });
  const links: boolean[] = [];
  const sender = new Sender({
    outbox,
    serial,
    enrolment: 1,
    signer,
    env,
    onSilent: () => uplink.reconnect('silent'),
  });
  outbox.onAppended(() => sender.poke());
  const timeExchange = new TimeExchange({
    clock,
    env,
    stamp,
    send: (records) => sender.sendLoose(records),
    onSample: () => uplink.timeChanged(),
  });
  const inbox = new Inbox({
    serial,
    gatewayKeys: gateway.pinned(),
    store,
    outbox,
    log: env.log,
    lastCounter: 0,
    nowMonoMs: env.nowMonoMs,
    sentUpTo: () => sender.sentUpTo,
    handlers: {
      config: () => undefined,
      incident: () => undefined,
      scanned: () => undefined,
      time: (message, monoMs) => timeExchange.answer(message, monoMs),
      roster: () => undefined,
      release: () => undefined,
      command: () => undefined,
      settled: () => sender.acknowledged(),
      resend: (fromSeq) => sender.rewind(fromSeq),
    },
  });
  const grant = { brokers: ['mqtts://a:1', 'mqtts://b:2'], certificatePem: '', fleetCaPem: '' };
  const uplink: Uplink = new Uplink({
    serial,
    tlsKey,
    credentials: () => ({ grant }) as never,
    dial: gateway.dial,
    backoff: new Backoff(env, redialFirstMs),
    sender,
    inbox,
    timeExchange,
    env,
    hello: async () => undefined,
    onLink: (online) => links.push(online),
    trustedMs: () => clock.now()?.ms ?? null,
  });
  cleanUps.push(() => uplink.stop());
  const skip = (ms: number) => world.clock.advance(ms);
  return { ...world, skip, store, outbox, gateway, uplink, clock, links, inbox };
}

describe('the uplink', () => {
  it('empties the outbox on acknowledgements alone, in batches within the limits', async () => {
    const unit = await rig();
    for (let index = 0; index < 230; index += 1) await unit.outbox.append(event(index));
    unit.uplink.start();
    await unit.until(() => unit.outbox.waitingRecords === 0);
    expect(unit.gateway.records().map(({ seq }) => seq)).toEqual(
      Array.from({ length: 230 }, (_, index) => index + 1),
    );
    // 230 records of about 180 bytes: eight kilobytes bind before fifty records do.
    expect(unit.gateway.batches).toBeGreaterThan(230 / 45);
    expect(unit.gateway.problems).toEqual([]);
    expect(unit.gateway.repeats).toBe(0);
  });

  it('keeps everything while the gateway says nothing, and sends no more than its window', async () => {
    const unit = await rig();
    unit.gateway.mute = true;
    for (let index = 0; index < 600; index += 1) await unit.outbox.append(event(index));
    unit.uplink.start();
    await unit.pass(5_000);
    expect(unit.gateway.records().length).toBeGreaterThanOrEqual(400);
    expect(unit.gateway.records().length).toBeLessThan(460);
    expect(unit.outbox.waitingRecords).toBe(600);
  });

  it('sends again after 30 s of silence and reconnects after the third', async () => {
    const unit = await rig();
    unit.gateway.mute = true;
    await unit.outbox.append(event(0));
    unit.uplink.start();
    await unit.pass(2_000);
    expect(unit.gateway.repeats).toBe(0);
    await unit.pass(30_000);
    expect(unit.gateway.repeats).toBe(1);
    await unit.pass(30_000);
    expect(unit.gateway.repeats).toBe(2);
    expect(unit.gateway.dials).toBe(1);
    await unit.pass(35_000);
    expect(unit.gateway.dials).toBe(2);
    expect(unit.links).toEqual([true, false, true]);
    unit.gateway.mute = false;
    await unit.outbox.append(event(1));
    await unit.until(() => unit.outbox.waitingRecords === 0);
    expect(unit.gateway.records().length).toBe(2);
  });

  it('loses and doubles nothing when lines are cut at random', async () => {
    const seed = 'cuts-1';
    const unit = await rig(500);
    const chance = makeWorld(seed).env.randomBytes;
    unit.uplink.start();
    for (let index = 0; index < 150; index += 1) {
      const [draw = 0, wait = 0] = chance(2);
      await unit.outbox.append(event(index));
      if (draw < 40) unit.gateway.cut();
      if (draw > 235) unit.gateway.mute = !unit.gateway.mute;
      await unit.pass(wait);
    }
    unit.gateway.mute = false;
    await unit.until(() => unit.outbox.waitingRecords === 0, 200_000);
    const names = unit.gateway.records().map(({ values }) => (values as { name: string }).name);
    expect(names, `seed ${seed}`).toEqual(Array.from({ length: 150 }, (_, index) => `e${index}`));
  });

  it('dials at once at the start, and then with growing, jittered waits up to a minute', async () => {
    const unit = await rig(3_000);
    unit.gateway.refuseDials = true;
    unit.uplink.start();
    await unit.pass(100);
    expect(unit.gateway.dials).toBe(1);
    await unit.skip(600_000);
    const dials = unit.gateway.dials;
    expect(dials).toBeGreaterThan(12);
    expect(dials).toBeLessThan(60);
    unit.gateway.refuseDials = false;
    await unit.skip(61_000);
    expect(unit.uplink.online).toBe(true);
  });

  it('takes signed time over its nonce, and echoes the gateway’s at once', async () => {
    const unit = await rig();
    unit.uplink.start();
    await unit.until(() => unit.gateway.loose.length > 0);
    const request = unit.gateway.loose[0];
    if (request?.kind !== 'timeRequest') throw new Error('no request');
    const nonce = Buffer.from(request.values.nonce ?? []).toString('base64url');
    await unit.pass(400);
    const gatewayMs = startMs + 86_400_000;
    unit.gateway.send({ type: 'time', nonce: 'AAAA', gatewayMs: 1, echo: 'b3RoZXI' });
    unit.gateway.send({ type: 'time', nonce, gatewayMs, echo: 'ZWNobw' });
    await unit.until(() => unit.gateway.loose.length === 3);
    const reading = unit.clock.now();
    expect(reading?.source).toBe('gateway');
    expect(Math.abs((reading?.ms ?? 0) - gatewayMs)).toBeLessThan(1_000);
    const echo = unit.gateway.loose[2];
    if (echo?.kind !== 'timeEcho') throw new Error('no echo');
    expect(Buffer.from(echo.values.nonce ?? []).toString()).toBe('echo');
    expect(echo.values.unitMs).toBeCloseTo(reading?.ms ?? 0, -3);
    // The same answer once more moves nothing: its nonce is spent.
    unit.gateway.send({ type: 'time', nonce, gatewayMs: gatewayMs + 1e9, echo: 'ZWNobw' });
    await unit.pass(200);
    expect(Math.abs((unit.clock.now()?.ms ?? 0) - gatewayMs)).toBeLessThan(2_000);
  });

  it('takes no time from an answer that was eight seconds on its way', async () => {
    const unit = await rig();
    unit.uplink.start();
    await unit.until(() => unit.gateway.loose.length > 0);
    const request = unit.gateway.loose[0];
    if (request?.kind !== 'timeRequest') throw new Error('no request');
    const nonce = Buffer.from(request.values.nonce ?? []).toString('base64url');
    await unit.pass(8_100);
    unit.gateway.send({ type: 'time', nonce, gatewayMs: startMs, echo: 'ZWNobw' });
    await unit.pass(200);
    expect(unit.clock.now()).toBeNull();
  });
});
