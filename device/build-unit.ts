import { join } from 'node:path';
import type { AgentParts } from './agent-parts.ts';
import { partsEnv, readStatus, type Standing, type UnitHooks } from './agent-standing.ts';
import { Cab } from './cab/cab.ts';
import { openCabParts } from './cab/open-cab.ts';
import { FrameMemory } from './code/frame-memory.ts';
import { openCodeScreen } from './code/open-code-screen.ts';
import type { DeviceConfig } from './config.ts';
import type { DeviceEnv } from './environment.ts';
import { type Foundation, files, layFoundation } from './foundation.ts';
import { LogFile } from './log/log-file.ts';
import type { LogRing } from './log/log-ring.ts';
import { openPeople } from './open-people.ts';
import { GnssFeed } from './position/gnss-feed.ts';
import { openReceiver } from './position/open-receiver.ts';
import { PositionTracker } from './position/position.ts';
import { softwareVersion } from './recorder.ts';
import type { StartOrder } from './start-order.ts';
import { StatusReporter } from './status.ts';

export interface UnitSetup {
  readonly config: DeviceConfig;
  readonly env: DeviceEnv;
  readonly parts: AgentParts;
  readonly log: LogRing;
  readonly bootId: string;
  /** Takes what runs once it is built. */
  readonly order: StartOrder;
  readonly hooks: UnitHooks;
}

type Machinery = Pick<Standing, 'display' | 'screen' | 'feed' | 'cab' | 'frames'>;

/** Panel, cab and receiver of the configuration. The panel runs already. */
async function openMachinery(setup: UnitSetup, base: Foundation): Promise<Machinery> {
  const { config, env, parts, order, hooks } = setup;
  const hardwareEnv = await partsEnv(config, env, parts, () => cab.temperatureC);
  const cabParts = await openCabParts(config, hardwareEnv);
  const positions = new PositionTracker();
  const receiver = await openReceiver(config, hardwareEnv);
  const frames = new FrameMemory();
  const { clock, recorder, state } = base;
  const cab: Cab = new Cab({
    ...cabParts,
    env,
    event: (name, detail) => recorder.event(name, detail),
    setDuty: (duty) => {
      state.stateDuty(duty);
      hooks.changed();
    },
    nextCode: () => screen.nextCode(),
    daylight: (level) => void display.light(level),
    ignition: (on) => hooks.ignition(on),
    onReading: () => hooks.onReading(display),
  });
  const { display, screen } = await openCodeScreen({
    config,
    env,
    hardwareEnv,
    base,
    positions,
    composer: parts.composer,
    framebuffer: parts.framebuffer,
    facts: hooks.facts,
    onFault: hooks.tellState,
    onNewCode: (code, picture, mode) => {
      frames.keep(code, picture, mode);
      hooks.tellState();
    },
  });
  order.begun('display', () => display.stop());
  const feed = new GnssFeed({
    receiver,
    clock,
    positions,
    recorder,
    isOffDuty: () => state.dutyName === 'off-duty',
    onChanged: hooks.changed,
  });
  return { display, screen, feed, cab, frames };
}

/** Keys, store, clock and log, which run; panel, cab, receiver and people, which do not yet. */
export async function buildUnit(setup: UnitSetup): Promise<Standing> {
  const { config, env, bootId, order, hooks } = setup;
  const base = await layFoundation(config, env, hooks.onBroken);
  order.begun('store', () => base.store.close());
  const logFile = new LogFile(join(config.dataDir, files.log), setup.log, env.timers);
  await order.start('log', logFile);
  await order.start('last trusted time', base.lastGood);
  await order.start('housekeeping', base.housekeeping);
  base.recorder.event('started', softwareVersion);
  const machinery = await openMachinery(setup, base);
  const status = new StatusReporter({
    env,
    read: () => readStatus({ base, ...machinery }, bootId, config.dataDir),
    write: (values) => void base.recorder.write('status', values),
  });
  const people = await openPeople({ config, env, base, machinery, logFile, hooks });
  return { base, ...machinery, status, ...people };
}
