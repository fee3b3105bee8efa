import { afterEach, describe, expect, it } from 'vitest';
import { TrustedClock } from '../../../device/clock/trusted-clock.ts';
import { CodeScreen } from '../../../device/code/code-screen.ts';
import { Minter } from '../../../device/code/minter.ts';
import { rotationOf } from '../../../device/code/rotation.ts';
import type { ScreenFacts } from '../../../device/code/screen-facts.ts';
import { PositionTracker } from '../../../device/position/position.ts';
import { DISPLAY_PROFILES } from '../../../hardware/display-profiles.ts';
import { PolicyDisplay } from '../../../hardware/displays/policy-display.ts';
import { HealthBeat } from '../../../hardware/open.ts';
import { dutyNumber } from '../../../protocols/scan-code/fields.ts';
import { FakeComposer } from '../support/fake-composer.ts';
import { makeSigner } from '../support/fake-gateway.ts';
import { makeWorld, startMs } from '../support/world.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const builtAtMs = Date.UTC(2025, 0, 1);
const codeHost = { scheme: 'https', host: 'XL.EXAMPLE.CN' } as const;
const enrolled: ScreenFacts = {
  serial: 'XL-TEST-0001',
  identity: { unitId: 7, kind: 0, codeHost, matchKey: new Uint8Array(32) },
  enrolment: null,
  suspended: false,
  content: null,
  training: false,
  duty: dutyNumber('patrol'),
  incidentRef: 0,
  incidentPlace: null,
  crewText: null,
  link: 'online',
  gnss: 'fix',
};

type Profile = 'png-lcd' | 'png-eink-demo' | 'waveshare-7in5-v2';

/** A panel under the real refresh policy whose driver takes as long as the profile says. */
function rig(profileName: Profile, options: { trusted?: boolean; facts?: ScreenFacts } = {}) {
  const world = makeWorld('screen');
  const { env, clock: virtual } = world;
  const profile = DISPLAY_PROFILES[profileName];
  const panel = { fails: false, draws: 0, picture: null as Uint8Array | null };
  const driver = {
    start: async () => undefined,
    draw: async (picture: { data: Uint8Array }) => {
      if (panel.fails) throw new Error('cable');
      panel.draws += 1;
      panel.picture = picture.data;
    },
    light: async () => undefined,
    powerOff: async () => undefined,
    stop: async () => undefined,
  };
  const display = new PolicyDisplay(profile, driver, virtual.env());
  const composer = new FakeComposer(profile.format, profile.width, profile.height);
  const clock = new TrustedClock({ nowMonoMs: env.nowMonoMs, lastGoodMs: null, builtAtMs });
  const setTime = (unixMs = virtual.nowMs()) =>
    clock.offer({ source: 'gateway', unixMs, monoMs: env.nowMonoMs(), uncertaintyMs: 10 });
  if (options.trusted !== false) setTime();
  const shown: { issuedAt: number; monoMs: number; mode: string }[] = [];
  const faults: string[] = [];
  const state = { facts: options.facts ?? enrolled };
  const taken = new Set<number>();
  const seconds = { fail: false };
  const used = {
    take: async (issuedAt: number) => {
      if (seconds.fail) throw new Error('no store');
      if (taken.has(issuedAt)) return false;
      taken.add(issuedAt);
      return true;
    },
  };
  const signer = makeSigner();
  const positions = new PositionTracker();
  const screen = new CodeScreen({
    display,
    composer,
    clock,
    minter: new Minter({ clock, positions, used, signer, env }),
    rotation: rotationOf(profile, { rotationS: 0, ttlS: 0 }),
    env,
    facts: () => state.facts,
    onShown: ({ issuedAt }, _frame, mode) =>
      shown.push({ issuedAt, monoMs: env.nowMonoMs(), mode }),
    onFault: (fault) => faults.push(fault),
  });
  screen.start();
  cleanUps.push(() => screen.stop());
  const change = (facts: Partial<ScreenFacts>) => {
    state.facts = { ...state.facts, ...facts };
    screen.changed();
  };
  const pass = (ms: number) => virtual.advance(ms);
  return {
    ...world,
    pass,
    screen,
    display,
    composer,
    setTime,
    shown,
    faults,
    panel,
    change,
    taken,
    seconds,
  };
}

function gaps(shown: readonly { monoMs: number }[]): number[] {
  return shown.slice(1).map(({ monoMs }, index) => {
    const before = shown[index]?.monoMs ?? 0;
    return Math.round((monoMs - before) / 1000);
  });
}

describe('the code on an LCD', () => {
  it('changes every 20 seconds, and each code lives 30', async () => {
    const unit = rig('png-lcd');
    await unit.pass(101_000);
    expect(gaps(unit.shown)).toEqual([20, 20, 20, 20, 20]);
    const { code } = unit.composer.last();
    expect(unit.screen.code()?.link).toBe(code?.link);
    const last = unit.shown.at(-1);
    expect(unit.composer.last().validUntilMs).toBe(((last?.issuedAt ?? 0) + 30) * 1000);
  });

  it('never shows a second ahead of the clock, and no second twice', async () => {
    const unit = rig('png-lcd');
    for (let times = 0; times < 30; times += 1) {
      unit.screen.nextCode();
      await unit.pass(350);
      const { issuedAt } = unit.shown.at(-1) ?? { issuedAt: 0 };
      expect(issuedAt * 1000).toBeLessThanOrEqual(unit.clock.nowMs());
    }
    const seconds = unit.shown.map(({ issuedAt }) => issuedAt);
    expect(new Set(seconds).size).toBe(seconds.length);
    expect(seconds.length).toBeGreaterThan(8);
  });

  it('answers a scan with the echo and the next code within two seconds', async () => {
    const unit = rig('png-lcd');
    await unit.pass(5_000);
    const scanned = unit.shown.at(-1)?.issuedAt ?? 0;
    const openedAtMs = startMs + 4_900;
    unit.screen.scanned(scanned, openedAtMs);
    await unit.pass(2_000);
    expect(unit.shown.length).toBe(2);
    expect(unit.shown.at(-1)?.issuedAt).not.toBe(scanned);
    expect(unit.composer.last().echo?.atMs).toBe(openedAtMs);
  });

  it('keeps the words of the code that was scanned while it may be acted on', async () => {
    const unit = rig('png-lcd');
    await unit.pass(5_000);
    const scanned = unit.screen.code();
    if (scanned === null) throw new Error('no code');
    unit.screen.scanned(scanned.issuedAt, startMs + 4_900);
    await unit.pass(2_000);
    const next = unit.screen.code();
    expect(next?.match).not.toEqual(scanned.match);
    const echo = { atMs: startMs + 4_900, match: scanned.match };
    expect(unit.composer.last()).toMatchObject({ echo, code: { match: next?.match } });
    expect(unit.screen.echo()).toEqual(echo);
    await unit.pass(55_000);
    expect(unit.shown.length).toBeGreaterThan(3);
    expect(unit.composer.last().echo).toEqual(echo);
    await unit.pass(10_000);
    expect(unit.composer.last().echo).toBeNull();
    expect(unit.screen.echo()).toBeNull();
  });

  it('gives the place of an answer to the next opening', async () => {
    const unit = rig('png-lcd');
    await unit.pass(5_000);
    const first = unit.screen.code();
    unit.screen.scanned(first?.issuedAt ?? 0, startMs + 1);
    await unit.pass(3_000);
    const second = unit.screen.code();
    unit.screen.scanned(second?.issuedAt ?? 0, startMs + 2);
    await unit.pass(3_000);
    expect(unit.screen.echo()).toEqual({ atMs: startMs + 2, match: second?.match });
    expect(second?.match).not.toEqual(first?.match);
  });

  it('echoes a scan of the code that just went, and does not move on for it', async () => {
    const unit = rig('png-lcd');
    await unit.pass(21_000);
    const [first, second] = unit.shown;
    unit.screen.scanned(first?.issuedAt ?? 0, startMs);
    await unit.pass(1_000);
    expect(unit.screen.code()?.issuedAt).toBe(second?.issuedAt);
    expect(unit.composer.last().echo?.atMs).toBe(startMs);
  });

  it('pays no heed to a scan of a code it never showed', async () => {
    const unit = rig('png-lcd');
    await unit.pass(5_000);
    unit.screen.scanned(12_345, startMs);
    await unit.pass(2_000);
    expect(unit.shown.length).toBe(1);
    expect(unit.composer.last().echo).toBeNull();
  });

  it('signs anew when duty or incident change, and only redraws for the link', async () => {
    const unit = rig('png-lcd');
    await unit.pass(3_000);
    unit.change({ link: 'offline' });
    await unit.pass(1_000);
    expect(unit.shown.length).toBe(1);
    expect(unit.composer.last().link).toBe('offline');
    unit.change({ duty: dutyNumber('assigned'), incidentRef: 9, incidentPlace: 'G4 K230' });
    await unit.pass(1_000);
    expect(unit.shown.length).toBe(2);
    expect(unit.composer.last()).toMatchObject({ duty: 2, incidentPlace: 'G4 K230' });
  });
});

describe('the code on e-ink', () => {
  it('changes every 180 seconds under the maker’s rule', async () => {
    const unit = rig('waveshare-7in5-v2');
    await unit.pass(1_000);
    await unit.pass(13 * 60_000);
    expect(gaps(unit.shown).slice(0, 3)).toEqual([180, 180, 180]);
    expect(unit.shown.map(({ mode }) => mode).slice(0, 2)).toEqual(['full', 'partial']);
  });

  it('answers a scan as soon as its panel allows, echo and code in one refresh', async () => {
    const unit = rig('png-eink-demo');
    await unit.pass(4_000);
    const draws = unit.panel.draws;
    const scanned = unit.screen.code()?.match;
    unit.screen.scanned(unit.shown[0]?.issuedAt ?? 0, startMs + 4_000);
    await unit.pass(10_500);
    expect(unit.panel.draws).toBe(draws);
    await unit.pass(1_500);
    expect(unit.panel.draws).toBe(draws + 1);
    expect(unit.shown.length).toBe(2);
    expect(unit.composer.last().echo).toEqual({ atMs: startMs + 4_000, match: scanned });
  });

  it('spends no refresh on taking an answer away', async () => {
    const unit = rig('waveshare-7in5-v2');
    await unit.pass(1_000);
    unit.screen.scanned(unit.shown[0]?.issuedAt ?? 0, startMs);
    await unit.pass(60_000);
    expect(unit.screen.echo()).not.toBeNull();
    const draws = unit.panel.draws;
    await unit.pass(100_000);
    expect(unit.panel.draws).toBe(draws);
    await unit.pass(100_000);
    expect(unit.panel.draws).toBe(draws + 1);
    expect(unit.composer.last().echo).toBeNull();
  });

  it('spends no refresh on the small signs of link and receiver', async () => {
    const unit = rig('png-eink-demo');
    await unit.pass(20_000);
    const draws = unit.panel.draws;
    unit.change({ link: 'offline', gnss: 'no-fix' });
    await unit.pass(10_000);
    expect(unit.panel.draws).toBe(draws);
    await unit.pass(20_000);
    expect(unit.composer.last()).toMatchObject({ link: 'offline', gnss: 'no-fix' });
  });

  it('mints no code its panel cannot show yet', async () => {
    const unit = rig('png-eink-demo');
    await unit.pass(1_000);
    unit.screen.nextCode();
    await unit.pass(8_000);
    expect(unit.taken.size).toBe(1);
  });
});

describe('the screen without a code to show', () => {
  it('says so while there is no trusted time, and shows a code as soon as there is', async () => {
    const unit = rig('png-lcd', { trusted: false });
    await unit.pass(3_000);
    expect(unit.composer.last()).toMatchObject({ notice: 'no-time', code: null });
    expect(unit.screen.code()).toBeNull();
    unit.setTime();
    unit.screen.changed();
    await unit.pass(1_000);
    expect(unit.composer.last().notice).toBeNull();
    expect(unit.screen.code()).not.toBeNull();
  });

  it('shows the enrolment code while the unit is not enrolled', async () => {
    const enrolment = {
      link: 'https://XL.EXAMPLE.CN/E/123',
      digits: '123',
      codeHost,
      serial: 'XL-TEST-0001',
      fingerprint: 'AAAA',
    };
    const unit = rig('png-lcd', { facts: { ...enrolled, identity: null, enrolment } });
    await unit.pass(1_000);
    expect(unit.composer.last()).toMatchObject({ notice: 'not-enrolled', enrolment });
  });

  it('takes the code off when the unit is suspended', async () => {
    const unit = rig('png-lcd');
    await unit.pass(1_000);
    unit.change({ suspended: true });
    await unit.pass(1_000);
    expect(unit.screen.code()).toBeNull();
    expect(unit.composer.last().notice).toBe('suspended');
  });

  it('says off as its last act', async () => {
    const unit = rig('png-eink-demo');
    await unit.pass(1_000);
    await unit.screen.stop();
    expect(unit.composer.last()).toMatchObject({ notice: 'off', code: null });
    expect(unit.display.glass?.()).not.toBeNull();
  });
});

describe('a display loop that hangs', () => {
  it('ends the beats to the watchdog, and beats again once it goes on', async () => {
    const unit = rig('png-lcd');
    const beats: number[] = [];
    const watchdog = {
      ready: () => undefined,
      beat: () => beats.push(unit.clock.nowMs()),
      stopping: () => undefined,
    };
    const check = () => (unit.screen.isStalled() ? 'display-loop' : null);
    const beat = new HealthBeat(watchdog, [check], unit.env.timers, 10_000);
    cleanUps.push(() => beat.stop());
    beat.start();
    await unit.pass(60_000);
    expect(beats.length).toBeGreaterThanOrEqual(6);
    let goOn: () => void = () => undefined;
    const compose = unit.composer.compose.bind(unit.composer);
    unit.composer.compose = async (state) => {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      return compose(state);
    };
    await unit.pass(60_000);
    const before = beats.length;
    expect(beat.reasons()).toEqual(['display-loop']);
    await unit.pass(120_000);
    expect(beats.length).toBe(before);
    unit.composer.compose = compose;
    goOn();
    await unit.pass(30_000);
    expect(beats.length).toBeGreaterThan(before);
  });
});

describe('a frame that must not be shown', () => {
  it('is one the independent decoder cannot read, or reads otherwise', async () => {
    for (const misread of [() => null, () => 'https://EVIL.EXAMPLE/1']) {
      const unit = rig('png-lcd');
      unit.composer.decode = misread;
      await unit.pass(10_000);
      expect(unit.panel.draws).toBe(0);
      expect(unit.screen.code()).toBeNull();
      expect(unit.faults).toEqual(['frame-undecodable']);
      unit.composer.decode = (text) => text;
      await unit.pass(5_000);
      expect(unit.screen.code()).not.toBeNull();
      expect(unit.screen.fault()).toBeNull();
    }
  });

  it('leaves the old code until it runs out, then the glass is blanked', async () => {
    const unit = rig('png-lcd');
    await unit.pass(1_000);
    unit.composer.decode = () => null;
    await unit.pass(24_000);
    expect(unit.screen.code()).not.toBeNull();
    await unit.pass(8_000);
    expect(unit.screen.code()).toBeNull();
    expect(unit.screen.notice()).toBe('blanked');
  });

  it('is not thought to be on a panel that failed', async () => {
    const unit = rig('png-lcd');
    unit.panel.fails = true;
    await unit.pass(10_000);
    expect(unit.screen.code()).toBeNull();
    expect(unit.shown).toEqual([]);
    expect(unit.faults).toEqual(['display-fault']);
    unit.panel.fails = false;
    await unit.pass(10_000);
    expect(unit.shown.length).toBeGreaterThan(0);
  });

  it('is blanked when the store no longer takes seconds', async () => {
    const unit = rig('png-lcd');
    await unit.pass(1_000);
    unit.seconds.fail = true;
    await unit.pass(35_000);
    expect(unit.screen.notice()).toBe('blanked');
    expect(unit.faults).toContain('mint-failed');
  });
});
