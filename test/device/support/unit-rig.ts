import { join } from 'node:path';
import { createAgent } from '../../../device/agent.ts';
import type { Agent } from '../../../device/agent-parts.ts';
import { checkDeviceConfig, type DeviceConfig } from '../../../device/config.ts';
import type { EnrolmentAnswer } from '../../../device/identity/enrolment-client.ts';
import type { RenewalAnswer } from '../../../device/identity/renewal-client.ts';
import { unitKeys } from '../../../device/identity/unit-keys.ts';
import type { StateJson } from '../../../device/local-page/state-json.ts';
import { GnssModule, type TruePosition } from '../../../hardware/emulator/gnss-module.ts';
import { type Authority, makeAuthority, makeGrant } from './fake-authority.ts';
import { FakeComposer } from './fake-composer.ts';
import { FakeGateway } from './fake-gateway.ts';
import { makeWorld, startMs, type World } from './world.ts';

export const rigSerial = 'XL-TEST-0001';

export interface RigOptions {
  readonly folder: string;
  readonly seed?: string;
  readonly wallMs?: number;
  readonly config?: Partial<DeviceConfig>;
  readonly gateway?: FakeGateway;
  readonly approved?: boolean;
}

export function configOf(folder: string, more: Partial<DeviceConfig> = {}): DeviceConfig {
  return checkDeviceConfig({
    dataDir: folder,
    serial: rigSerial,
    model: 'rig',
    gatewayUrl: 'https://127.0.0.1:1',
    fleetCaFile: join(folder, 'none.pem'),
    codeAddress: 'https://xl.example.cn/',
    allowHttpCodes: false,
    display: 'png-lcd',
    displayPath: '',
    gnss: 'nmea',
    gnssPath: 'emulator:gnss',
    position: '',
    backlight: '',
    panel: 'no-panel',
    panelPath: '',
    modem: 'no-modem',
    modemPath: '',
    watchdog: 'none',
    holdUpS: 8,
    localHost: '127.0.0.1',
    localPort: 0,
    serviceHost: '',
    servicePort: 0,
    shiftHoursMax: 12,
    rotationS: 0,
    ttlS: 0,
    duty: 'patrol',
    redialFirstMs: 3_000,
    releaseKey: '',
    updateFolder: '',
    parkedS: 600,
    logLevel: 'info',
    ...more,
  });
}

const sizes = {
  'png-lcd': ['rgb24', 1024, 600],
  'png-eink-demo': ['mono1', 800, 480],
  'png-eink': ['mono1', 800, 480],
  'web-kiosk': ['rgb24', 1280, 800],
} as const;

/** A truck going north-east at 20 m/s. */
export function truePosition(atMs: number): TruePosition {
  const seconds = ((atMs - startMs) / 1000) % 10_000;
  return {
    lat: 38 + seconds * 1e-4,
    lon: 114.5 + seconds * 1e-4,
    altM: 75,
    speedMps: 20,
    courseDeg: 45,
  };
}

/** A whole unit on a virtual clock: emulated receiver, plain frames, a gateway in memory. */
export class UnitRig {
  readonly world: World;
  readonly gnss: GnssModule;
  readonly composer: FakeComposer;
  readonly gateway: FakeGateway;
  readonly asked: string[] = [];
  /** Nonces of the questions for a fresh certificate. */
  readonly renewals: string[] = [];
  approved: boolean;
  agent: Agent;
  readonly #hasReceiver: boolean;
  url = '';

  private constructor(
    options: RigOptions,
    world: World,
    gateway: FakeGateway,
    authority: Authority,
  ) {
    this.world = world;
    this.gateway = gateway;
    this.approved = options.approved ?? true;
    this.gnss = new GnssModule({ source: truePosition, env: world.clock.env() });
    const config = configOf(options.folder, options.config ?? {});
    this.#hasReceiver = config.gnss !== 'fixed';
    const [format, width, height] = sizes[config.display as keyof typeof sizes];
    this.composer = new FakeComposer(format, width, height);
    this.agent = createAgent(config, world.env, {
      emulators: { ports: { gnss: this.gnss.port } },
      composer: this.composer,
      dial: gateway.dial,
      ask: async (body): Promise<EnrolmentAnswer> => {
        this.asked.push(body.nonce);
        if (body.nonce === '') {
          return { kind: 'challenge', nonce: 'nonce', gatewayMs: world.clock.nowMs() };
        }
        if (!this.approved) return { kind: 'pending', retryAfterMs: 5_000 };
        return { kind: 'granted', grant: await makeGrant(authority, gateway, body.csr) };
      },
      askRenewal: async (body): Promise<RenewalAnswer> => {
        this.renewals.push(body.nonce);
        return body.nonce === ''
          ? { kind: 'challenge', nonce: 'renewal-nonce' }
          : { kind: 'unreachable', reason: 'no gateway in this test' };
      },
      truth: (atMs) => truePosition(atMs),
    });
  }

  static async make(options: RigOptions): Promise<UnitRig> {
    const world = makeWorld(options.seed ?? 'rig', options.wallMs);
    const { signer } = await unitKeys(options.folder);
    const gateway = options.gateway ?? new FakeGateway(rigSerial, signer.publicKey);
    return new UnitRig(options, world, gateway, await makeAuthority(startMs));
  }

  async start(): Promise<void> {
    if (this.#hasReceiver) this.gnss.start();
    this.url = (await this.agent.start()).localUrl;
  }

  async stop(): Promise<void> {
    this.gnss.stop();
    // What the stop waits for may need time to pass.
    let stopped = false;
    const done = this.agent.stop().then(() => {
      stopped = true;
    });
    while (!stopped) await this.world.pass(100);
    await done;
  }

  async state(): Promise<StateJson> {
    return (await (await fetch(`${this.url}/state.json`)).json()) as StateJson;
  }

  async health(): Promise<{ ok: boolean; reasons?: string[] }> {
    return (await (await fetch(`${this.url}/healthz`)).json()) as { ok: boolean };
  }

  /** Lets time pass until a code stands on the glass. */
  async untilCode(limitMs = 20_000): Promise<StateJson> {
    const from = this.composer.states.length;
    await this.world.until(
      () => this.composer.states.slice(from).some(({ code }) => code !== null),
      limitMs,
    );
    // The panel draws in real time.
    for (let turn = 0; turn < 100; turn += 1) {
      await this.world.pass(100);
      const state = await this.state();
      if (state.url !== null) return state;
    }
    throw new Error('the composed code never stood on the glass');
  }
}
