import { join } from 'node:path';
import type { Display } from '../hardware/display.ts';
import type { HardwareEnv } from '../hardware/environment.ts';
import type { AgentParts } from './agent-parts.ts';
import type { Cab } from './cab/cab.ts';
import type { CodeScreen } from './code/code-screen.ts';
import type { FrameMemory } from './code/frame-memory.ts';
import type { ScreenFacts } from './code/screen-facts.ts';
import type { Commands } from './commands/commands.ts';
import type { DeviceConfig } from './config.ts';
import type { Crew } from './crew/crew.ts';
import type { CrewText } from './crew/crew-text.ts';
import type { Roster } from './crew/roster.ts';
import { type DeviceEnv, hardwareEnvOf } from './environment.ts';
import { type Foundation, files } from './foundation.ts';
import type { LiveTest } from './live-test/live-test.ts';
import type { GnssFeed } from './position/gnss-feed.ts';
import { softwareVersion } from './recorder.ts';
import { boardTemperatureC, diskFreeMb, type Status, type StatusReporter } from './status.ts';
import { openRefreshFile } from './store/refresh-file.ts';

/** The parts that stand once the unit is started. */
export interface Standing {
  readonly base: Foundation;
  readonly display: Display;
  readonly screen: CodeScreen;
  readonly feed: GnssFeed;
  readonly status: StatusReporter;
  readonly cab: Cab;
  readonly frames: FrameMemory;
  readonly roster: Roster;
  readonly crew: Crew;
  readonly crewText: CrewText;
  readonly test: LiveTest;
  readonly commands: Commands;
}

/** What the parts tell the agent, and ask of it. */
export interface UnitHooks {
  facts(): ScreenFacts;
  isOnline(): boolean;
  /** Something that screen and status show is different now. */
  changed(): void;
  /** Something that lamps and status show is different now. */
  tellState(): void;
  ignition(on: boolean): void;
  /** Temperature of the panel or reception may have changed. */
  onReading(display: Display): void;
  /** The store failed in use. */
  onBroken(): void;
  /** A command wants the machine to begin anew. */
  reboot(): void;
  /** A command wants everything gone that makes it this unit. */
  wipe(): void;
}

/** What the parts of this unit get from the agent. */
export async function partsEnv(
  { dataDir }: Pick<DeviceConfig, 'dataDir'>,
  env: DeviceEnv,
  { emulators }: AgentParts,
  panelTemperatureC: () => number | null,
): Promise<HardwareEnv> {
  const refreshMemory = await openRefreshFile(join(dataDir, files.refreshes), env.machine);
  return { ...hardwareEnvOf(env, emulators), panelTemperatureC, refreshMemory };
}

/** The `status` record, as it is now. */
export async function readStatus(
  {
    base,
    display,
    screen,
    feed,
    cab,
  }: Pick<Standing, 'base' | 'display' | 'screen' | 'feed' | 'cab'>,
  bootId: string,
  dataDir: string,
): Promise<Status> {
  const { clock, outbox, state } = base;
  const health = display.health();
  return {
    softwareVersion,
    bootId: bootId,
    supplyV: null,
    ignition: cab.ignition,
    modemDbm: cab.modemDbm,
    boardTemperatureC: await boardTemperatureC(),
    panelTemperatureC: health.temperatureC,
    diskFreeMb: await diskFreeMb(dataDir),
    clockUncertaintyMs: clock.now()?.uncertaintyMs ?? null,
    queueRecords: outbox.waitingRecords,
    gnssState: feed.word(),
    displayFault: screen.fault() ?? health.reason,
    duty: state.dutyName,
  };
}
