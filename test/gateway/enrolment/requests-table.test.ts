import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  keepRequest,
  type RequestSource,
  requestsOf,
  requestsPerSerialMax,
} from '../../../gateway/enrolment/requests-table.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';

const serial = 'XL-WAITING';

describe('keys that wait for approval', () => {
  let kept: TestStore;
  beforeEach(async () => {
    kept = await temporaryStore();
    const registry = new FleetRegistry(kept.store, new VirtualEnv());
    await registry.register({ serial, model: 'M', role: 'kiosk', vehicleId: null }, 'test');
  });
  afterEach(() => kept.remove());

  const keep = (key: number, source: RequestSource, askedAtMs: number) =>
    kept.store.write((tx) =>
      keepRequest(tx, {
        requestId: `id-${key}-${askedAtMs}`,
        serial,
        publicKey: Buffer.alloc(32, key),
        source,
        askedAtMs,
      }),
    );

  it('keep their id however often they ask', async () => {
    expect(await keep(1, 'network', 1)).toBe('id-1-1');
    expect(await keep(1, 'network', 2)).toBe('id-1-1');
    expect((await requestsOf(kept.store, serial)).length).toBe(1);
  });

  it('that were on a screen are not pushed out by any number of others', async () => {
    await keep(1, 'code', 1);
    for (let key = 2; key < 40; key += 1) await keep(key, 'network', key);
    const waiting = await requestsOf(kept.store, serial);
    expect(waiting.length).toBe(requestsPerSerialMax);
    expect(waiting.some(({ publicKey }) => publicKey[0] === 1)).toBe(true);
    expect(waiting[0]?.publicKey[0]).toBe(39);
  });

  it('stay known as scanned when they ask over the network afterwards', async () => {
    await keep(1, 'code', 1);
    await keep(1, 'network', 2);
    expect((await requestsOf(kept.store, serial))[0]?.source).toBe('code');
  });
});
