import type { Display } from '../hardware/display.ts';
import { keyFingerprint } from '../protocols/enrolment/request.ts';
import type { Agent, AgentOwner, AgentParts, AgentStart } from './agent-parts.ts';
import type { Standing } from './agent-standing.ts';
import { Attempts } from './attempts.ts';
import { buildUnit } from './build-unit.ts';
import type { ScreenFacts } from './code/screen-facts.ts';
import { Wiping } from './commands/wiping.ts';
import { type DeviceConfig, doorsOf } from './config.ts';
import type { DeviceEnv } from './environment.ts';
import type { Credentials } from './identity/credentials.ts';
import type { Enrolment } from './identity/enrolment.ts';
import { openIdentity } from './identity/open-identity.ts';
import { openRenewal } from './identity/open-renewal.ts';
import type { Renewal } from './identity/renewal.ts';
import { LocalPage } from './local-page/local-page.ts';
import { openLocalPin } from './local-page/pin.ts';
import { LogRing } from './log/log-ring.ts';
import { pageView } from './page-view.ts';
import { powerDown } from './power-down.ts';
import { StartOrder } from './start-order.ts';
import { wipeIfMarked } from './store/wipe.ts';
import { UnitUpdates } from './update/open-updates.ts';
import { openUplink, type UplinkOwner } from './uplink/open-uplink.ts';
import type { Uplink } from './uplink/uplink.ts';
import { uplinkOwner } from './uplink-owner.ts';

const bootIdBytes = 8;

const nobody: AgentOwner = {
  onBroken: () => undefined,
  onPowerBack: () => undefined,
  onReboot: () => undefined,
  onWipe: () => undefined,
  onRelaunch: () => undefined,
};

/** @param owner whoever runs it; nobody: the agent is left as it is */
export function createAgent(
  config: DeviceConfig,
  env: DeviceEnv,
  parts: AgentParts = {},
  owner: AgentOwner = nobody,
): Agent {
  return new UnitAgent(config, env, parts, owner);
}

class UnitAgent implements Agent {
  readonly #config: DeviceConfig;
  readonly #env: DeviceEnv;
  readonly #log: LogRing;
  readonly #parts: AgentParts;
  readonly #owner: AgentOwner;
  readonly #bootId: string;
  #standing: Standing | null = null;
  #credentials: Credentials | null = null;
  #enrolment: Enrolment | null = null;
  #uplink: Uplink | null = null;
  #renewal: Renewal | null = null;
  readonly #updates = new UnitUpdates();
  /** The ignition is off: the unit stands by while it has power. */
  #standsBy = false;
  #wiping: Wiping | null = null;
  #healthReason: string | null = null;
  readonly #order: StartOrder;

  constructor(config: DeviceConfig, env: DeviceEnv, parts: AgentParts, owner: AgentOwner) {
    this.#config = config;
    this.#log = new LogRing(env.nowMs);
    this.#env = { ...env, log: this.#log.over(env.log) };
    this.#parts = parts;
    this.#owner = owner;
    this.#order = new StartOrder(env.log);
    this.#bootId = Buffer.from(env.randomBytes(bootIdBytes)).toString('hex');
  }

  /**
   * In this order, each standing on the ones before: keys, store and clock · panel · cab ·
   * receiver · local page · crew · enrolment or uplink · commands · status · code. `stop` goes back in reverse:
   * "off" stands on the glass first, then the line to the gateway, the page, the receiver and the
   * cab end, and the store with everything still to be said closes last.
   */
  async start(): Promise<AgentStart> {
    const order = this.#order;
    try {
      const { dataDir } = this.#config;
      order.begun('wipe', async () => void (await wipeIfMarked(dataDir)));
      const standing = await this.#build();
      this.#standing = standing;
      await order.start('cab', standing.cab);
      await order.start('receiver', standing.feed);
      const localUrl = await this.#startPage(standing);
      await order.start('crew', standing.crew);
      await this.#startIdentity(standing);
      await this.#startCommands(standing);
      await order.start('status', standing.status);
      if (!this.#standsBy) standing.screen.start();
      order.begun('code', () => standing.screen.stop());
      const fingerprint = keyFingerprint(standing.base.signer.publicKey);
      return { localUrl, enrolled: this.#credentials !== null, fingerprint };
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#order.stop();
    this.#standing = null;
  }

  #build(): Promise<Standing> {
    return buildUnit({
      config: this.#config,
      env: this.#env,
      parts: this.#parts,
      log: this.#log,
      bootId: this.#bootId,
      order: this.#order,
      hooks: {
        facts: () => this.#facts(),
        changed: () => this.#changed(),
        tellState: () => this.#tellState(),
        ignition: (on) => this.#ignition(on),
        onReading: (display) => this.#readingChanged(display),
        onBroken: () => this.#owner.onBroken(),
        isOnline: () => this.#uplink?.online === true,
        reboot: () => this.#owner.onReboot(),
        wipe: () => this.#wiping?.begin(),
      },
    });
  }

  async #startPage(standing: Standing): Promise<string> {
    const [config, env, parts, log] = [this.#config, this.#env, this.#parts, this.#log];
    const view = pageView({ config, env, parts, standing, log, facts: () => this.#facts() });
    const pin = await openLocalPin(config.dataDir, env);
    const page = new LocalPage({ view, pin, attempts: new Attempts(env.nowMonoMs), env });
    const [url = ''] = await page.start(doorsOf(config));
    this.#order.begun('local page', () => page.stop());
    return url;
  }

  async #startCommands({ base, commands }: Standing): Promise<void> {
    const wiping = new Wiping({
      env: this.#env,
      base,
      dataDir: this.#config.dataDir,
      changed: () => this.#changed(),
      onDecided: () => this.#owner.onWipe(),
    });
    this.#wiping = wiping;
    this.#order.begun('wiping', () => wiping.stop());
    await this.#order.start('commands', commands);
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
    this.#order.begun('line to the gateway', () => this.#hangUp());
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
    const owner = this.#uplinkOwner(this.#standing, credentials);
    this.#uplink = openUplink(this.#standing.base, owner, this.#env);
    this.#uplink.start();
    this.#updates.start({
      ...{ config: this.#config, env: this.#env, standing: this.#standing },
      launched: this.#parts.launched,
      credentials: () => this.#credentials ?? credentials,
      standsBy: () => this.#standsBy,
      relaunch: () => this.#owner.onRelaunch(),
    });
    this.#startRenewal(this.#standing, credentials).catch((error: unknown) =>
      this.#env.log.error({ error: String(error) }, 'the certificate will not be renewed'),
    );
    this.#changed();
  }

  async #startRenewal({ base }: Standing, credentials: Credentials): Promise<void> {
    this.#renewal = await openRenewal({
      config: this.#config,
      env: this.#env,
      base,
      credentials,
      ask: this.#parts.askRenewal,
      onRenewed: (renewed) => {
        this.#credentials = renewed;
      },
    });
    if (this.#standing !== null) this.#renewal.start();
  }

  #uplinkOwner(standing: Standing, credentials: Credentials): UplinkOwner {
    const { base, screen, cab, commands, roster, crew } = standing;
    return uplinkOwner({
      config: this.#config,
      bootId: this.#bootId,
      dial: this.#parts.dial,
      base,
      screen,
      cab,
      commands,
      roster,
      crew,
      log: this.#env.log,
      updates: this.#updates,
      credentials: () => this.#credentials ?? credentials,
      changed: () => this.#changed(),
    });
  }

  #changed(): void {
    this.#uplink?.timeChanged();
    this.#standing?.screen.changed();
    this.#tellState();
  }

  /** To the gateway and to the lamps. */
  #tellState(): void {
    if (this.#standing === null) return;
    const { screen, display, status, cab } = this.#standing;
    const fault = screen.fault() !== null || !display.health().ok;
    const online = this.#uplink?.online === true;
    cab.show({ code: screen.code() !== null, online, fault });
    status.changed();
  }

  /** A panel leaves its range of temperatures, or comes back, without anybody drawing on it. */
  #readingChanged(display: Display): void {
    const { reason } = display.health();
    if (reason === this.#healthReason) return;
    this.#healthReason = reason;
    this.#changed();
  }

  ailment(): string | null {
    if (this.#standing?.screen.isStalled() === true) return 'display-loop';
    return this.#standing?.base.store.isStalled() === true ? 'outbox' : null;
  }

  #ignition(on: boolean): void {
    this.#standing?.base.recorder.event('ignition', on ? 'on' : 'off');
    this.#standing?.status.changed();
    if (on && this.#standsBy) this.#owner.onPowerBack();
    if (on || this.#standsBy || this.#standing === null) return;
    this.#standsBy = true;
    const { base, screen } = this.#standing;
    const done = powerDown({
      env: this.#env,
      holdUpMs: this.#config.holdUpS * 1000,
      steps: [
        ['off on the glass', () => screen.stop()],
        ['last words to the gateway', () => this.#hangUp()],
        ['trusted time on disk', () => base.lastGood.save()],
      ],
    });
    void done.then(() => this.#tellState());
  }

  async #hangUp(): Promise<void> {
    this.#enrolment?.stop();
    this.#renewal?.stop();
    await this.#updates.stop();
    await this.#uplink?.stop();
  }

  #facts(): ScreenFacts {
    const { state, clock } = this.#standing?.base ?? {};
    const nowMs = clock?.now()?.ms ?? null;
    const incident = state?.incident ?? null;
    return {
      serial: this.#config.serial,
      identity: this.#credentials?.identity ?? null,
      enrolment: this.#enrolment?.screen() ?? null,
      suspended: state?.suspended ?? false,
      content: state?.config?.screen ?? null,
      training: state?.training(nowMs) ?? true,
      duty: state?.duty ?? 0,
      incidentRef: incident?.ref ?? 0,
      incidentPlace: incident?.place ?? null,
      crewText: this.#standing?.crewText.current(nowMs)?.text ?? null,
      link: this.#uplink?.online === true ? 'online' : 'offline',
      gnss: this.#standing?.feed.word() ?? 'silent',
    };
  }
}
