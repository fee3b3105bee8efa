import { afterEach, describe, expect, it } from 'vitest';
import { Outbox } from '../../../device/outbox/outbox.ts';
import { readSetting, settingNames } from '../../../device/store/settings.ts';
import { Inbox } from '../../../device/uplink/inbox.ts';
import { sealDown } from '../../../protocols/messages/down.ts';
import type { DownMessage } from '../../../protocols/messages/down-schemas.ts';
import { FakeGateway, makeSigner } from '../support/fake-gateway.ts';
import { makeStore, makeWorld, seededBytes, startMs, temporaryFolder } from '../support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const serial = 'XL-TEST-0001';
const scanned: DownMessage = { type: 'scanned', issuedAt: 5, openedAtMs: 6 };

async function rig(lastCounter = 0) {
  const folder = temporaryFolder();
  cleanUps.push(() => folder.remove());
  const { env, lines } = makeWorld('inbox');
  const store = await makeStore(folder.path);
  cleanUps.push(() => store.close());
  const stamp = () => ({ happenedAtMs: startMs, clock: 'gnss' as const });
  const outbox = await Outbox.open(store, { randomBytes: env.randomBytes, stamp });
  const gateway = new FakeGateway(serial, makeSigner().publicKey);
  const taken: string[] = [];
  const note = (name: string) => () => {
    taken.push(name);
  };
  const inbox = new Inbox({
    serial,
    gatewayKeys: gateway.pinned(),
    store,
    outbox,
    log: env.log,
    lastCounter,
    nowMonoMs: env.nowMonoMs,
    sentUpTo: () => 100,
    handlers: {
      config: note('config'),
      incident: note('incident'),
      scanned: note('scanned'),
      time: note('time'),
      roster: note('roster'),
      release: note('release'),
      command: note('command'),
      settled: note('settled'),
      resend: note('resend'),
    },
  });
  return { store, outbox, gateway, inbox, taken, lines };
}

async function addEvents(outbox: Outbox, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const values = { name: `e${index}`, detail: '' };
    await outbox.append({ kind: 'event', happenedAtMs: startMs, clock: 'gnss', values });
  }
}

describe('what comes down', () => {
  it('is obeyed once, in order, and its counter is kept', async () => {
    const { inbox, gateway, taken, store } = await rig();
    const incident: DownMessage = {
      type: 'incident',
      incident: { id: 'i1', ref: 3, place: 'G4 K230', stage: 'assigned' },
    };
    await Promise.all([
      inbox.take(gateway.seal(scanned, 10)),
      inbox.take(gateway.seal(incident, 11)),
    ]);
    expect(taken).toEqual(['scanned', 'incident']);
    expect(inbox.lastCounter).toBe(11);
    expect(await readSetting(store, settingNames.downCounter)).toBe(11);
    expect(await readSetting(store, settingNames.incident)).toEqual(incident);
  });

  it('is ignored when replayed, in this run and after a restart', async () => {
    const first = await rig();
    const bytes = first.gateway.seal(scanned, 10);
    await first.inbox.take(bytes);
    await first.inbox.take(bytes);
    await first.inbox.take(first.gateway.seal(scanned, 9));
    expect(first.taken).toEqual(['scanned']);
    expect(first.inbox.refusals.get('replayed')).toBe(2);
    const later = await rig(50);
    await later.inbox.take(later.gateway.seal(scanned, 50));
    expect(later.taken).toEqual([]);
  });

  it('is ignored from another gateway, for another unit, or changed on the way', async () => {
    const { inbox, gateway, taken, outbox } = await rig();
    await addEvents(outbox, 3);
    const ack: DownMessage = { type: 'ack', epoch: outbox.epoch, upTo: 3, also: [], nack: [] };
    const stranger = new FakeGateway(serial, makeSigner().publicKey);
    await inbox.take(stranger.seal(ack, 20));
    await inbox.take(Buffer.from(sealDown('XL-OTHER-01', 21, ack, gateway.keyId, gateway.signer)));
    await inbox.take(Buffer.from(sealDown(serial, 22, ack, 'unknown', gateway.signer)));
    const bytes = gateway.seal(ack, 23);
    const changed = Buffer.from(bytes).toString('utf8').replace('"counter":23', '"counter":24');
    await inbox.take(Buffer.from(changed));
    expect(taken).toEqual([]);
    expect((await outbox.waiting(0, 10)).length).toBe(3);
    expect(Object.fromEntries(inbox.refusals)).toEqual({ 'bad-signature': 3, 'unknown-key': 1 });
  });

  it('of another epoch settles nothing', async () => {
    const { inbox, gateway, taken, outbox } = await rig();
    await addEvents(outbox, 3);
    const ack: DownMessage = {
      type: 'ack',
      epoch: 'ffffffffffffffff',
      upTo: 3,
      also: [],
      nack: [],
    };
    await inbox.take(gateway.seal(ack, 5));
    expect(taken).toEqual([]);
    expect((await outbox.waiting(0, 10)).length).toBe(3);
  });

  it('never throws on damaged bytes, and takes none of them', async () => {
    const seed = 'down-fuzz-1';
    const chance = seededBytes(seed);
    const { inbox, gateway, taken } = await rig();
    const good = Buffer.from(gateway.seal(scanned, 10));
    for (let round = 0; round < 500; round += 1) {
      const bytes = Buffer.from(good);
      const [where = 0, more = 0, bit = 0, cut = 0] = chance(4);
      const at = (where * 256 + more) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
      await inbox.take(cut < 64 ? bytes.subarray(0, at) : bytes);
      // A changed letter of base64url's unused bits leaves the message as it was signed.
      if (taken.length > 0) expect(inbox.lastCounter, `seed ${seed} ${round}`).toBe(10);
      expect(taken.length, `seed ${seed}, round ${round}`).toBeLessThanOrEqual(1);
    }
  });

  it('is not obeyed when it cannot be written down', async () => {
    const { inbox, gateway, taken, store, lines } = await rig();
    await store.write((tx) => tx.run('DROP TABLE setting'));
    await inbox.take(gateway.seal(scanned, 10));
    expect(taken).toEqual([]);
    expect(inbox.lastCounter).toBe(0);
    expect(lines.at(-1)).toMatchObject({ level: 'error' });
  });
});
