import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScreenFacts, screenState } from '../../device/code/screen-facts.ts';
import {
  createScreenComposer,
  type Frame,
  type ScreenComposer,
} from '../../device/screen/screen.ts';
import { SettingBook } from '../../gateway/configuration/setting-book.ts';
import { DisplayProof, type Reproduction } from '../../gateway/display-proof/display-proof.ts';
import { DesiredConfig } from '../../gateway/live/desired-config.ts';
import type { LiveUnits } from '../../gateway/parts.ts';
import type { DownMessage, ScreenContent } from '../../protocols/messages/down-schemas.ts';
import type { UnitRecord } from '../../protocols/messages/records.ts';
import { codeDigitsOf, signCode } from '../../protocols/scan-code/code.ts';
import { type CodeHost, linkOf } from '../../protocols/scan-code/link.ts';
import { type Match, matchOf } from '../../protocols/scan-code/match.ts';
import { IngestWorld } from '../gateway/ingest/ingest-world.ts';
import { SeededRandom } from '../gateway/seeded-random.ts';
import { logoOf } from '../support/logos.ts';

const serial = 'XL-FRAME-1';
const vehicleId = 'veh-frame-1';
const codeHost: CodeHost = { scheme: 'https', host: 'XL.EXAMPLE.CN' };
const rotationMs = 180_000;
const seed = 20_261_123;

/** Small signs beside the code that no `shown` record carries: each is one of a few. */
const signs = (['online', 'offline'] as const).flatMap((link) =>
  (['fix', 'no-fix', 'silent'] as const).map((gnss) => ({ link, gnss })),
);
type Signs = (typeof signs)[number];

const content = (version: number, title: string): ScreenContent => ({
  ...{ version, role: 'tow-truck', title, titleEn: 'Example Rescue', plate: '冀F·示001' },
  ...{ hotline: '0312-5550123', area: 'G4 京港澳高速保定段', sample: true },
});

type WireUnit = Awaited<ReturnType<IngestWorld['enrol']>>;

interface Drawn {
  readonly atMs: number;
  readonly frame: Frame;
}

/** A unit that composes as the device does, and the gateway that gets its records. */
class Stage {
  readonly drawn: Drawn[] = [];
  readonly random = new SeededRandom(seed);
  composer: ScreenComposer;
  world: IngestWorld;
  unit: WireUnit;
  screen: ScreenContent = content(1, '示例清障救援有限公司');
  #changed: () => void = () => undefined;
  #desired: Parameters<LiveUnits['onConnected']>[0] = async () => [];
  #seq = 0;

  private constructor(composer: ScreenComposer, world: IngestWorld, unit: WireUnit) {
    this.composer = composer;
    this.world = world;
    this.unit = unit;
  }

  static async open(): Promise<Stage> {
    const composer = createScreenComposer({ width: 800, height: 480, format: 'mono1' });
    await composer.start();
    const world = await IngestWorld.open();
    const { registry, env, store } = world;
    await registry.register({ serial, model: 'M', role: 'tow-truck', vehicleId }, 'test');
    const stage = new Stage(composer, world, await world.enrol(serial));
    const live: LiveUnits = {
      ...{ isOnline: () => false, lastContactMs: () => null, clockOffsetS: () => 0 },
      send: () => false,
      onConnected: (desired) => {
        stage.#desired = desired;
      },
    };
    const directory = {
      screenOf: (id: string) => (id === vehicleId ? stage.screen : undefined),
      organisationOf: () => undefined,
      onChanged: (listener: () => void) => {
        stage.#changed = listener;
      },
    };
    const settings = new SettingBook({ store, env, directory });
    const parts = { store, registry, directory, settings, live, offlineAfterS: 86_400 };
    await new DesiredConfig({ ...parts, log: env.log, nowMs: () => env.nowMs() }).start();
    return stage;
  }

  /** The server changes what stands beside the code; the unit hears of it when it connects. */
  async configured(screen: ScreenContent): Promise<Extract<DownMessage, { type: 'config' }>> {
    this.screen = screen;
    this.#changed();
    const message = (await this.#desired(serial)).find(({ type }) => type === 'config');
    if (message?.type !== 'config') throw new Error('no configuration');
    return message;
  }

  stateOf(bytes: Buffer, applied: Applied, { link, gnss }: Signs) {
    const digits = codeDigitsOf(bytes);
    const facts = {
      ...{ serial, identity: null, enrolment: null, suspended: false, duty: 4, incidentRef: 0 },
      ...{ content: applied.screen, training: applied.training, incidentPlace: null, link, gnss },
      crewText: null,
    } satisfies ScreenFacts;
    const code = {
      ...{ bytes, digits, codeHost, link: linkOf(codeHost, digits), match: applied.match },
      ...{ issuedAt: bytes.readUInt32BE(4), validUntilMs: applied.validUntilMs },
    };
    return screenState(facts, { notice: null, code, echo: null });
  }

  /** One rotation on the unit: signed, composed, decoded, shown, recorded. */
  async rotate({
    screen,
    training,
  }: Extract<DownMessage, { type: 'config' }>): Promise<UnitRecord> {
    const { env, registry } = this.world;
    env.pass(rotationMs);
    const atMs = env.nowMs();
    const issuedAt = Math.floor(atMs / 1000);
    const bytes = signCode(
      {
        ...{ kind: 0, unitId: 1, issuedAt, ttlS: 600, duty: 4, lat: 38.05, lon: 114.5 },
        ...{ fixAgeS: 1, incidentRef: 0 },
      },
      this.unit.signer,
    );
    const matchKey = registry.currentKeySet(serial)?.matchKey as Uint8Array;
    const sign = signs[this.random.whole(0, signs.length - 1)] as Signs;
    const validUntilMs = (issuedAt + 600) * 1000;
    const applied = { screen, training, match: matchOf(bytes, matchKey), validUntilMs };
    const frame = await this.composer.compose(this.stateOf(bytes, applied, sign));
    this.drawn.push({ atMs, frame });
    const values = {
      ...{ code: bytes, layoutVersion: this.composer.layoutVersion, decodedOk: true },
      ...{ contentVersion: screen.version, frameHash: frame.frameHash, panelMode: 'full' },
    };
    this.#seq += 1;
    return { kind: 'shown', seq: this.#seq, happenedAtMs: atMs, clock: 'gnss', values };
  }

  /** Composes from what the gateway kept until a frame has the recorded hash. */
  async redraw(kept: Reproduction): Promise<Frame | undefined> {
    const { match, validUntilMs, code } = kept;
    if (match === null) return undefined;
    for (const { screen, training } of kept.contents) {
      for (const sign of signs) {
        const state = this.stateOf(code, { screen, training, match, validUntilMs }, sign);
        const frame = await this.composer.compose(state);
        if (kept.frameHash?.equals(frame.frameHash) === true) return frame;
      }
    }
    return undefined;
  }
}

interface Applied {
  readonly screen: ScreenContent | null;
  readonly training: boolean;
  readonly match: Match;
  readonly validUntilMs: number;
}

describe('the frame of any minute', () => {
  let stage: Stage;
  let proof: DisplayProof;
  beforeEach(async () => {
    stage = await Stage.open();
    const { store, env, registry } = stage.world;
    proof = new DisplayProof({ store, env, registry });
  });
  afterEach(() => stage.world.kept.remove());

  it(`is drawn again byte for byte from what the gateway kept (seed ${seed})`, async () => {
    const records: UnitRecord[] = [];
    const titles = ['示例清障救援有限公司', '示例第二救援有限公司', '示例清障救援有限公司'];
    for (const [index, title] of titles.entries()) {
      const logo = index === 1 ? {} : { logo: await logoOf(96, 64), language: 'zh' as const };
      const config = await stage.configured({ ...content(index + 1, title), ...logo });
      if (index === 1) await stage.world.registry.setTraining(serial, false, 'test');
      for (let times = 0; times < 3; times += 1) records.push(await stage.rotate(config));
    }
    const byChance = records
      .map((record) => ({ record, order: stage.random.next() }))
      .toSorted((a, b) => a.order - b.order);
    for (const { record } of byChance) await stage.world.send(stage.unit, [record]);
    for (const { atMs, frame } of stage.drawn) {
      const minuteMs = atMs + stage.random.whole(0, rotationMs - 1);
      const kept = (await proof.reproduction(1, minuteMs)) as Reproduction;
      expect(kept.shownAtMs).toBe(atMs);
      expect(kept.layoutVersion).toBe(stage.composer.layoutVersion);
      const again = await stage.redraw(kept);
      expect(again, `no frame with the recorded hash at ${minuteMs}`).toBeDefined();
      expect(Buffer.compare(again?.picture.data as Buffer, frame.picture.data as Buffer)).toBe(0);
    }
  });

  it('is not drawn from another content, or from another code', async () => {
    const config = await stage.configured(content(1, '示例清障救援有限公司'));
    await stage.world.send(stage.unit, [await stage.rotate(config), await stage.rotate(config)]);
    const [first, second] = stage.drawn as [Drawn, Drawn];
    const kept = (await proof.reproduction(1, first.atMs)) as Reproduction;
    const other = (await proof.reproduction(1, second.atMs)) as Reproduction;
    expect(await stage.redraw({ ...kept, code: other.code })).toBeUndefined();
    for (const screen of [
      content(1, '示例冒名有限公司'),
      { ...config.screen, logo: await logoOf(96, 64) },
    ]) {
      const contents = [{ screen, training: true }];
      expect(await stage.redraw({ ...kept, contents })).toBeUndefined();
    }
  });
});
