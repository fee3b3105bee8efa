import { join } from 'node:path';
import type { Display } from '../hardware/display.ts';
import type { HardwareEnv } from '../hardware/environment.ts';
import type { AgentParts } from './agent-parts.ts';
import type { Cab } from './cab/cab.ts';
import type { CodeScreen } from './code/code-screen.ts';
import type { ScreenFacts } from './code/screen-facts.ts';
import type { DeviceConfig } from './config.ts';
import { type DeviceEnv, hardwareEnvOf } from './environment.ts';
import { type Foundation, files } from './foundation.ts';
import type { UnitView } from './local-page/unit-view.ts';
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
  { base, display, screen, feed, cab }: Standing,
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

/** What the local page may look at. */
export function unitView(
  { base, display, screen, cab }: Standing,
  facts: () => ScreenFacts,
  parts: AgentParts,
): UnitView {
  return {
    facts,
    code: () => screen.code(),
    echo: () => screen.echo(),
    notice: () => screen.notice(),
    fault: () => screen.fault() ?? display.health().reason,
    ignition: () => cab.ignition,
    panelTemperatureC: () => display.health().temperatureC,
    glass: () => display.glass?.() ?? null,
    nowMs: () => base.clock.now()?.ms ?? null,
    waiting: () => base.outbox.waitingRecords,
    pageHandlers: display.pageHandlers,
    truth: parts.truth,
    emulatedGlass: parts.glass,
    bench: parts.bench,
  };
}
