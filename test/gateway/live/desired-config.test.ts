import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SettingBook } from '../../../gateway/configuration/setting-book.ts';
import { DesiredConfig } from '../../../gateway/live/desired-config.ts';
import type { LiveUnits } from '../../../gateway/parts.ts';
import { FleetRegistry } from '../../../gateway/registry/registry.ts';
import type { DownMessage, ScreenContent } from '../../../protocols/messages/down-schemas.ts';
import { type TestStore, temporaryStore, VirtualEnv } from '../virtual.ts';
import { until } from '../world.ts';

const serial = 'XL-CONF-1';
const screen: ScreenContent = {
  ...{ version: 4, role: 'tow-truck', title: '示例清障', titleEn: 'Sample', plate: '冀F·示001' },
  ...{ hotline: '12122', area: 'G4', sample: true },
};

/** Directory and live side with nothing behind. */
class Around {
  readonly sent: DownMessage[] = [];
  content: ScreenContent | undefined;
  #directoryListener: () => void = () => undefined;
  #desired: Parameters<LiveUnits['onConnected']>[0] = async () => [];

  readonly directory = {
    screenOf: () => this.content,
    organisationOf: () => 'org-1',
    onChanged: (listener: () => void) => {
      this.#directoryListener = listener;
    },
  };

  readonly live: LiveUnits = {
    isOnline: () => true,
    lastContactMs: () => null,
    clockOffsetS: () => 0,
    send: (_serial, message) => {
      this.sent.push(message);
      return true;
    },
    onConnected: (desired) => {
      this.#desired = desired;
    },
  };

  connect() {
    return this.#desired(serial);
  }

  change(content: ScreenContent) {
    this.content = content;
    this.#directoryListener();
  }
}

describe('desired configuration', () => {
  let kept: TestStore;
  let registry: FleetRegistry;
  let around: Around;
  let settings: SettingBook;
  beforeEach(async () => {
    kept = await temporaryStore();
    registry = new FleetRegistry(kept.store, new VirtualEnv());
    const given = { serial, model: 'M', role: 'patrol-car', vehicleId: 'veh-1' } as const;
    await registry.register(given, 'test');
    around = await started();
  });
  afterEach(() => kept.remove());

  async function started(): Promise<Around> {
    const made = new Around();
    const { directory, live } = made;
    const env = new VirtualEnv();
    settings = new SettingBook({ store: kept.store, env, directory });
    await settings.start();
    const deps = { store: kept.store, registry, directory, settings, live, offlineAfterS: 86_400 };
    await new DesiredConfig({ ...deps, log: env.log, nowMs: () => env.nowMs() }).start();
    return made;
  }

  it('says what is known of a vehicle, and its role while nothing is', async () => {
    expect(await around.connect()).toMatchObject([
      { type: 'config', version: 1, training: true, screen: { role: 'patrol-car', title: '' } },
    ]);
    around.content = screen;
    expect(await around.connect()).toMatchObject([{ version: 2, screen }]);
  });

  it('keeps its version while nothing changes, over a restart too', async () => {
    around.content = screen;
    await around.connect();
    expect(await around.connect()).toMatchObject([{ version: 1 }]);
    const again = await started();
    again.content = screen;
    expect(await again.connect()).toMatchObject([{ version: 1 }]);
    again.content = { ...screen, hotline: '96122' };
    expect(await again.connect()).toMatchObject([{ version: 2 }]);
  });

  it('takes what was set in the place of the directory, nearest to the unit first', async () => {
    around.content = screen;
    await around.connect();
    const set = (scope: 'fleet' | 'unit', scopeId: string, value: string | null) =>
      settings.set({ scope, scopeId, key: 'hotline', value, by: 'test', reason: 'test' });
    await set('fleet', '*', '12122');
    await set('unit', serial, '96122');
    await until('the newest', () => around.sent.length === 1);
    expect(around.sent).toMatchObject([{ version: 2, screen: { ...screen, hotline: '96122' } }]);
    const again = await started();
    again.content = screen;
    expect(await again.connect()).toMatchObject([{ version: 2 }]);
    await set('unit', serial, null);
    await set('fleet', '*', null);
    expect(await again.connect()).toMatchObject([{ version: 3, screen }]);
  });

  it('goes to a connected unit when the directory or its training changes, and only then', async () => {
    await around.connect();
    around.change(screen);
    await until('the new content', () => around.sent.length === 1);
    around.change(screen);
    await registry.setTraining(serial, false, 'test');
    await until('the end of training', () => around.sent.length === 2);
    expect(around.sent).toMatchObject([
      { version: 2, training: true, screen },
      { version: 3, training: false, screen },
    ]);
  });
});
