import type { Display } from '../hardware/display.ts';
import type { Emulators } from '../hardware/environment.ts';
import { keyFingerprint } from '../protocols/enrolment/request.ts';
import type { LatLon } from '../protocols/geo/geo.ts';
import type { CodeScreen } from './code/code-screen.ts';
import { openCodeScreen } from './code/open-code-screen.ts';
import type { ScreenFacts } from './code/screen-facts.ts';
import { obeyCommand } from './commands.ts';
import type { DeviceConfig } from './config.ts';
import { type DeviceEnv, hardwareEnvOf } from './environment.ts';
import { type Foundation, layFoundation } from './foundation.ts';
import type { Credentials } from './identity/credentials.ts';
import type { Enrolment } from './identity/enrolment.ts';
import type { AskGateway } from './identity/enrolment-client.ts';
import { openIdentity } from './identity/open-identity.ts';
import { LocalPage } from './local-page/local-page.ts';
import type { UnitView } from './local-page/unit-view.ts';
import { GnssFeed } from './position/gnss-feed.ts';
import { openReceiver } from './position/open-receiver.ts';
import { PositionTracker } from './position/position.ts';
import { softwareVersion } from './recorder.ts';
import type { ScreenComposer } from './screen/screen.ts';
import { diskFreeMb, type Status, StatusReporter } from './status.ts';
import { openUplink, type UplinkOwner } from './uplink/open-uplink.ts';
import type { Dial } from './uplink/session.ts';
import type { Uplink } from './uplink/uplink.ts';

const bootIdBytes = 8;

/** What stands in place of real parts: the simulation and the tests. */
export interface AgentParts {
  readonly emulators?: Emulators;
  readonly composer?: ScreenComposer;
  readonly dial?: Dial;
  readonly ask?: AskGateway;
  /** Simulated units only: where the antenna truly was, Unix ms. */
  readonly truth?: (atMs: number) => LatLon | null;
}

/** What a started unit says of itself: all that a bench without its screen needs. */
export interface AgentStart {
  readonly localUrl: string;
  readonly enrolled: boolean;
  /** Of the unit's key, as its enrolment screen shows it. */
  readonly fingerprint: string;
}

/** A unit: everything between a receiver, a panel and the gateway. */
export interface Agent {
  /** Rejects with a CodedError when configuration, port or store do not allow it. */
  start(): Promise<AgentStart>;
  stop(): Promise<void>;
}

/**
 * @param onBroken the store failed in use: stop this agent and start another, which puts the
 *   store aside
 */
export function createAgent(
  config: DeviceConfig,
  env: DeviceEnv,
  parts: AgentParts = {},
  onBroken: () => void = () => undefined,
): Agent {
  return new UnitAgent(config, env, parts, onBroken);
}

/** The parts that stand once the unit is started. */
interface Standing {
  readonly base: Foundation;
  readonly display: Display;
  readonly screen: CodeScreen;
  readonly feed: GnssFeed;
  readonly status: StatusReporter;
}

class UnitAgent implements Agent {
  readonly #config: DeviceConfig;
  readonly #env: DeviceEnv;
  readonly #parts: AgentParts;
  readonly #onBroken: () => void;
  readonly #bootId: string;
  #standing: Standing | null = null;
  #credentials: Credentials | null = null;
  #enrolment: Enrolment | null = null;
  #uplink: Uplink | null = null;
  /** Undoes what `start` did, last first. */
  readonly #undo: (() => Promise<void> | void)[] = [];

  constructor(config: DeviceConfig, env: DeviceEnv, parts: AgentParts, onBroken: () => void) {
    this.#config = config;
    this.#env = env;
    this.#parts = parts;
    this.#onBroken = onBroken;
    this.#bootId = Buffer.from(env.randomBytes(bootIdBytes)).toString('hex');
  }

  /**
   * In this order, each standing on the ones before: keys, store and clock · panel · receiver ·
   * local page · enrolment or uplink · status · code. `stop` goes back in reverse: "off" stands on
   * the glass first, then the line to the gateway, the page and the receiver end, and the store
   * with everything still to be said closes last.
   */
  async start(): Promise<AgentStart> {
    try {
      const standing = await this.#build();
      this.#standing = standing;
      await standing.feed.start();
      this.#undo.push(() => standing.feed.stop());
      const localUrl = await this.#startPage(standing);
      await this.#startIdentity(standing);
      standing.status.start();
      this.#undo.push(() => standing.status.stop());
      standing.screen.start();
      this.#undo.push(() => standing.screen.stop());
      const fingerprint = keyFingerprint(standing.base.signer.publicKey);
      return { localUrl, enrolled: this.#credentials !== null, fingerprint };
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) {
      try {
        await undo();
      } catch (error) {
        this.#env.log.error({ error: String(error) }, 'a part did not stop in order');
      }
    }
    this.#standing = null;
  }

  async #build(): Promise<Standing> {
    const config = this.#config;
    const env = this.#env;
    const base = await layFoundation(config, env, this.#onBroken);
    this.#undo.push(() => base.store.close());
    base.lastGood.start();
    this.#undo.push(() => base.lastGood.stop());
    base.housekeeping.start();
    this.#undo.push(() => base.housekeeping.stop());
    base.recorder.event('started', softwareVersion);
    const hardwareEnv = hardwareEnvOf(env, this.#parts.emulators);
    const positions = new PositionTracker();
    const receiver = await openReceiver(config, hardwareEnv);
    const { display, screen } = await openCodeScreen({
      config,
      env,
      hardwareEnv,
      base,
      positions,
      composer: this.#parts.composer,
      facts: () => this.#facts(),
      onFault: () => this.#standing?.status.changed(),
    });
    this.#undo.push(() => display.stop());
    const { clock, recorder, state } = base;
    const feed = new GnssFeed({
      receiver,
      clock,
      positions,
      recorder,
      isOffDuty: () => state.dutyName === 'off-duty',
      onChanged: () => this.#changed(),
    });
    const status: StatusReporter = new StatusReporter({
      env,
      read: () => this.#readStatus({ base, display, screen, feed, status }),
      write: (values) => void recorder.write('status', values),
    });
    return { base, display, screen, feed, status };
  }

  async #startPage(standing: Standing): Promise<string> {
    const page = new LocalPage(this.#view(standing));
    const url = await page.start(this.#config.localHost, this.#config.localPort);
    this.#undo.push(() => page.stop());
    return url;
  }

  async #startIdentity({ base }: Standing): Promise<void> {
    const identity = await openIdentity({
      config: this.#config,
      env: this.#env,
      base,
      ask: this.#parts.ask,
      onGranted: (credentials) => this.#enrolled(credentials),
      onCodeChanged: () => this.#changed(),
    });
    this.#undo.push(async () => {
      this.#enrolment?.stop();
      await this.#uplink?.stop();
    });
    if (identity.enrolled) {
      this.#enrolled(identity.credentials);
    } else {
      this.#enrolment = identity.enrolment;
      identity.enrolment.start();
    }
  }

  #enrolled(credentials: Credentials): void {
    if (this.#standing === null) return;
    this.#credentials = credentials;
    this.#enrolment = null;
    const owner = this.#owner(this.#standing, credentials);
    this.#uplink = openUplink(this.#standing.base, owner, this.#env);
    this.#uplink.start();
    this.#changed();
  }

  #owner({ base, screen }: Standing, credentials: Credentials): UplinkOwner {
    const { serial, model, redialFirstMs } = this.#config;
    const { state, recorder, clock } = base;
    const changed = () => this.#changed();
    return {
      serial,
      model,
      bootId: this.#bootId,
      redialFirstMs,
      dial: this.#parts.dial,
      credentials,
      onLink: changed,
      onTime: changed,
      onConfig: (message) => {
        const applied = state.setConfig(message);
        const reason = applied ? null : 'older than the one in use';
        void recorder.write('configReported', { version: message.version, applied, reason });
        changed();
      },
      onIncident: ({ incident }) => {
        state.setIncident(incident);
        changed();
      },
      onScanned: (issuedAt, openedAtMs) => screen.scanned(issuedAt, openedAtMs),
      onCommand: (message) => {
        const targets = {
          nextCode: () => screen.nextCode(),
          setSuspended: (suspended: boolean) => state.setSuspended(suspended),
        };
        const result = obeyCommand(message, targets, clock.now()?.ms ?? null);
        void recorder.write('commandResult', result);
        changed();
      },
    };
  }

  #changed(): void {
    this.#uplink?.timeChanged();
    this.#standing?.screen.changed();
    this.#standing?.status.changed();
  }

  #facts(): ScreenFacts {
    const state = this.#standing?.base.state;
    const incident = state?.incident ?? null;
    return {
      serial: this.#config.serial,
      identity: this.#credentials?.identity ?? null,
      enrolment: this.#enrolment?.screen() ?? null,
      suspended: state?.suspended ?? false,
      content: state?.config?.screen ?? null,
      training: state?.training ?? true,
      duty: state?.duty ?? 0,
      incidentRef: incident?.ref ?? 0,
      incidentPlace: incident?.place ?? null,
      link: this.#uplink?.online === true ? 'online' : 'offline',
      gnss: this.#standing?.feed.word() ?? 'silent',
    };
  }

  async #readStatus({ base, display, screen, feed }: Standing): Promise<Status> {
    const { clock, outbox, state } = base;
    const health = display.health();
    return {
      softwareVersion,
      bootId: this.#bootId,
      supplyV: null,
      ignition: null,
      modemDbm: null,
      boardTemperatureC: null,
      panelTemperatureC: health.temperatureC,
      diskFreeMb: await diskFreeMb(this.#config.dataDir),
      clockUncertaintyMs: clock.now()?.uncertaintyMs ?? null,
      queueRecords: outbox.waitingRecords,
      gnssState: feed.word(),
      displayFault: screen.fault() ?? health.reason,
      duty: state.dutyName,
    };
  }

  #view({ base, display, screen }: Standing): UnitView {
    return {
      facts: () => this.#facts(),
      code: () => screen.code(),
      echo: () => screen.echo(),
      notice: () => screen.notice(),
      fault: () => screen.fault() ?? display.health().reason,
      glass: () => display.glass?.() ?? null,
      nowMs: () => base.clock.now()?.ms ?? null,
      waiting: () => base.outbox.waitingRecords,
      pageHandlers: display.pageHandlers,
      truth: this.#parts.truth,
    };
  }
}
