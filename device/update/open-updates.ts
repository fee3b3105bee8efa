import type { ReleaseMessage } from '../../protocols/messages/down-schemas.ts';
import { publicKeyFromRaw } from '../../protocols/signed/ed25519.ts';
import type { Standing } from '../agent-standing.ts';
import type { DeviceConfig } from '../config.ts';
import type { DeviceEnv } from '../environment.ts';
import type { Credentials } from '../identity/credentials.ts';
import { installedAmong } from './base.ts';
import { UpdateClient } from './client.ts';
import type { UnitFacts } from './conditions.ts';
import type { BundleSource } from './download.ts';
import { gatewaySource } from './gateway-source.ts';
import type { Launched } from './launched.ts';
import { updateLimits } from './limits.ts';
import { nodeDisk } from './node-disk.ts';
import { Stillness } from './stillness.ts';

export interface UpdateSetup {
  readonly config: DeviceConfig;
  readonly env: DeviceEnv;
  readonly standing: Pick<Standing, 'base' | 'screen' | 'display' | 'feed' | 'cab'>;
  /** Undefined: nobody launched this program, and so nobody would start another. */
  readonly launched: Launched | undefined;
  credentials(): Credentials;
  standsBy(): boolean;
  relaunch(): void;
}

/** The pinned key: of the image before the one of the enrolment. Null: this unit takes none. */
function releaseKeyOf({ releaseKey }: DeviceConfig, { grant }: Credentials) {
  const text = releaseKey === '' ? (grant.releaseKey ?? '') : releaseKey;
  return publicKeyFromRaw(Buffer.from(text, 'base64url'));
}

function factsOf(
  setup: UpdateSetup,
  stillness: Stillness,
  acknowledgedAgoMs: number | null,
): UnitFacts {
  const { config, env, standing, standsBy } = setup;
  const { base, screen, display, feed, cab } = standing;
  const nowMs = base.clock.now()?.ms ?? null;
  const code = screen.code();
  const isWell = screen.fault() === null && display.health().ok;
  stillness.look(feed.last);
  const { incident, dutyName } = base.state;
  const isIdle = dutyName === config.duty || dutyName === 'off-duty';
  return {
    hasCode: isWell && code !== null && nowMs !== null && nowMs < code.validUntilMs,
    acknowledgedAgoMs,
    stillMs: stillness.stillMs(env.nowMonoMs(), updateLimits.fixAgeMsMax),
    isBusy: incident !== null || !isIdle,
    isScanned: screen.echo() !== null,
    standsBy: standsBy(),
    health: {
      screen: isWell,
      gnss: feed.word() !== 'silent',
      clock: nowMs !== null,
      panel: cab.ignition !== null || cab.temperatureC !== null,
      modem: cab.modemDbm !== null,
    },
  };
}

/** The client of this unit, not started; null where there is no launcher or no release key. */
function openClient(
  setup: UpdateSetup,
  acknowledgedAgoMs: () => number | null,
): UpdateClient | null {
  const { config, env, standing, launched, credentials, relaunch } = setup;
  const { clock, recorder, tlsKey } = standing.base;
  const releaseKey = releaseKeyOf(config, credentials());
  if (launched === undefined || releaseKey === null) return null;
  const trustedMs = () => clock.now()?.ms ?? null;
  const { gatewayUrl } = config;
  const sourceOf = (id: string): BundleSource =>
    gatewaySource({ gatewayUrl, tlsKey, credentials, trustedMs }, id);
  const stillness = new Stillness();
  return new UpdateClient({
    ...{ env, disk: nodeDisk, launched, releaseKey, trustedMs, sourceOf },
    model: config.model,
    architecture: process.arch,
    nodeMajor: Number.parseInt(process.versions.node, 10),
    parkedMs: config.parkedS * 1000,
    depotFolder: config.updateFolder,
    installedAmong: (wanted) => installedAmong(wanted, launched.libraryFolder),
    facts: () => factsOf(setup, stillness, acknowledgedAgoMs()),
    report: (state, { id, version }, reason, receivedBytes) =>
      recorder.write('update', { release: id, version, state, reason, receivedBytes }),
    restart: relaunch,
  });
}

/** Updates as the agent sees them: nothing happens before `start`, and without a launcher never. */
export class UnitUpdates {
  #client: UpdateClient | null = null;
  /** In this run; null: the gateway has acknowledged nothing yet. */
  #acknowledgedMonoMs: number | null = null;
  #nowMonoMs = () => 0;

  start(setup: UpdateSetup): void {
    this.#nowMonoMs = setup.env.nowMonoMs;
    this.#client = openClient(setup, () => this.#acknowledgedAgoMs());
    this.#client?.start();
  }

  offered(release: ReleaseMessage['release']): void {
    this.#client?.offered(release);
  }

  acknowledged(): void {
    this.#acknowledgedMonoMs = this.#nowMonoMs();
  }

  async stop(): Promise<void> {
    await this.#client?.stop();
  }

  #acknowledgedAgoMs(): number | null {
    return this.#acknowledgedMonoMs === null ? null : this.#nowMonoMs() - this.#acknowledgedMonoMs;
  }
}
