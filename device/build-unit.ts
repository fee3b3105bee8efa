import type { Display } from '../hardware/display.ts';
import type { AgentParts } from './agent-parts.ts';
import { partsEnv, readStatus, type Standing } from './agent-standing.ts';
import { Cab } from './cab/cab.ts';
import { openCabParts } from './cab/open-cab.ts';
import { openCodeScreen } from './code/open-code-screen.ts';
import type { ScreenFacts } from './code/screen-facts.ts';
import type { DeviceConfig } from './config.ts';
import type { DeviceEnv } from './environment.ts';
import { layFoundation } from './foundation.ts';
import { GnssFeed } from './position/gnss-feed.ts';
import { openReceiver } from './position/open-receiver.ts';
import { PositionTracker } from './position/position.ts';
import { softwareVersion } from './recorder.ts';
import type { StartOrder } from './start-order.ts';
import { StatusReporter } from './status.ts';

/** What the parts tell the agent, and ask of it. */
export interface UnitHooks {
  facts(): ScreenFacts;
  /** Something that screen and status show is different now. */
  changed(): void;
  /** Something that lamps and status show is different now. */
  tellState(): void;
  ignition(on: boolean): void;
  /** Temperature of the panel or reception may have changed. */
  onReading(display: Display): void;
  /** The store failed in use. */
  onBroken(): void;
}

export interface UnitSetup {
  readonly config: DeviceConfig;
  readonly env: DeviceEnv;
  readonly parts: AgentParts;
  readonly bootId: string;
  /** Takes what runs once it is built. */
  readonly order: StartOrder;
  readonly hooks: UnitHooks;
}

/** Keys, store and clock, which run; panel, cab and receiver, which do not yet. */
export async function buildUnit(setup: UnitSetup): Promise<Standing> {
  const { config, env, parts, bootId, order, hooks } = setup;
  const base = await layFoundation(config, env, hooks.onBroken);
  order.begun('store', () => base.store.close());
  await order.start('last trusted time', base.lastGood);
  await order.start('housekeeping', base.housekeeping);
  base.recorder.event('started', softwareVersion);
  const panelTemperatureC = () => cab.temperatureC;
  const hardwareEnv = await partsEnv(config, env, parts, panelTemperatureC);
  const cabParts = await openCabParts(config, hardwareEnv);
  const positions = new PositionTracker();
  const receiver = await openReceiver(config, hardwareEnv);
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
    onNewCode: hooks.tellState,
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
  const status: StatusReporter = new StatusReporter({
    env,
    read: () => readStatus({ base, display, screen, feed, status, cab }, bootId, config.dataDir),
    write: (values) => void recorder.write('status', values),
  });
  return { base, display, screen, feed, status, cab };
}
