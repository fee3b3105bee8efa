import { Attempts } from '../../../device/attempts.ts';
import { FrameMemory } from '../../../device/code/frame-memory.ts';
import type { MintedCode } from '../../../device/code/minter.ts';
import type { ScreenFacts } from '../../../device/code/screen-facts.ts';
import { LiveTest } from '../../../device/live-test/live-test.ts';
import { LocalPage } from '../../../device/local-page/local-page.ts';
import type { LocalActions, UnitView } from '../../../device/local-page/unit-view.ts';
import { LogRing } from '../../../device/log/log-ring.ts';
import { blankBitmap } from '../../../hardware/bitmap.ts';
import { codeDigitsOf, signCode } from '../../../protocols/scan-code/code.ts';
import { makeSigner } from './fake-gateway.ts';
import { makeWorld, startMs, type World } from './world.ts';

export const codeHost = { scheme: 'https', host: 'XL.EXAMPLE.CN' } as const;

/** A code issued at that second, for thirty seconds. */
export function makeCode(issuedAt = startMs / 1000): MintedCode {
  const position = { lat: 38, lon: 114, fixAgeS: 2 };
  const bytes = signCode(
    { kind: 0, unitId: 7, issuedAt, ttlS: 30, duty: 1, ...position, incidentRef: 0 },
    makeSigner(),
  );
  const digits = codeDigitsOf(bytes);
  const link = `https://XL.EXAMPLE.CN/${digits}`;
  const validUntilMs = (issuedAt + 30) * 1000;
  return { bytes, digits, link, codeHost, match: [0, 1, 2], issuedAt, validUntilMs };
}

export const facts: ScreenFacts = {
  serial: 'XL-TEST-0001',
  identity: { unitId: 7, kind: 0, codeHost, matchKey: new Uint8Array(32) },
  enrolment: null,
  suspended: false,
  content: {
    version: 1,
    role: 'tow-truck',
    title: '示例<清障>救援有限公司',
    titleEn: '',
    plate: '冀F·示001',
    hotline: '',
    area: '',
    sample: true,
  },
  training: false,
  duty: 1,
  incidentRef: 0,
  incidentPlace: null,
  crewText: null,
  link: 'online',
  gnss: 'fix',
};

const actions: LocalActions = {
  nextCode: () => undefined,
  blink: () => true,
  board: async () => null,
  leave: async () => null,
};

/** A unit at rest with a code on its glass. */
export function makeView(world: World, changes: Partial<UnitView> = {}): UnitView {
  const code = makeCode();
  const { env } = world;
  return {
    facts: () => facts,
    code: () => code,
    echo: () => null,
    notice: () => null,
    fault: () => null,
    ignition: () => null,
    panelTemperatureC: () => null,
    glass: () => blankBitmap('mono1', 80, 48),
    nowMs: () => startMs + 5_000,
    waiting: () => 3,
    clock: () => ({ reading: null, offsetMs: null }),
    fix: () => null,
    hasModem: false,
    modem: () => null,
    isPanelLinked: () => null,
    machine: async () => ({ diskFreeMb: 900, boardTemperatureC: null }),
    queue: async () => ({ kinds: [], oldestMs: null }),
    aboard: () => [],
    roster: () => ({ version: 0, people: 0 }),
    crewText: () => null,
    trainingUntilMs: () => null,
    frames: new FrameMemory(),
    log: new LogRing(env.nowMs),
    test: new LiveTest({ checks: [], env, onLine: () => undefined }),
    fitted: [],
    hardware: async () => [],
    actions,
    pageHandlers: undefined,
    truth: undefined,
    emulatedGlass: undefined,
    bench: undefined,
    ...changes,
  };
}

export const testPin = '20260301';

/** A page with a PIN of its own and time that passes when told. */
export function makePage(changes: Partial<UnitView> = {}, world = makeWorld('local-page')) {
  const view = makeView(world, changes);
  const { env } = world;
  const attempts = new Attempts(env.nowMonoMs);
  const pin = { fits: async (given: string) => given === testPin };
  return { view, world, attempts, page: new LocalPage({ view, pin, attempts, env }) };
}
