import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import type { TruePosition } from '../../hardware/emulator/gnss-module.ts';
import { type ConfigSources, key, readConfig } from '../../protocols/config/config.ts';
import { CodedError } from '../../protocols/errors.ts';
import type { LatLon } from '../../protocols/geo/geo.ts';
import { parseNetwork, parseStake } from '../../protocols/network/network.ts';
import { TrackCsv, type TrackPoint } from '../../protocols/track/track.ts';
import type { AgentParts } from '../agent-parts.ts';
import { checkDeviceConfig, deviceConfig, fixedPosition } from '../config.ts';
import type { DeviceEnv } from '../environment.ts';
import type { BenchControls } from '../local-page/bench.ts';
import { benchControls } from './controls.ts';
import { Drive } from './drive.ts';
import { Odometer } from './odometer.ts';
import { emulatorNames, makeWorld } from './world.ts';

/** The keys of a unit, and what its emulated world needs beside them. */
export const simulationConfig = Type.Object({
  ...deviceConfig.properties,
  track: key.text('Recorded track to drive: CSV of time,lat,lon; empty: the unit stands', {
    default: '',
  }),
  network: key.text('Road network to drive on, GeoJSON', { default: '' }),
  section: key.text('Section of the network', { default: '' }),
  startStake: key.text('Where the drive begins, K234+567', { default: 'K0+000' }),
  direction: key.text('INC or DEC: towards increasing or decreasing stakes at first', {
    default: 'INC',
  }),
});
export type SimulationConfig = Readonly<Static<typeof simulationConfig>>;

/** Reads and checks the configuration. Throws CodedError `bad-config`. */
export function readSimulationConfig(sources: ConfigSources): SimulationConfig {
  const config = readConfig('device', simulationConfig, sources);
  const drives = config.track !== '';
  const gnssPath = drives ? `emulator:${emulatorNames.gnss}` : config.gnssPath;
  checkDeviceConfig(config);
  return Object.freeze({ ...config, gnssPath });
}

function refuse(keyName: string, why: string): never {
  throw new CodedError('bad-config', `device.${keyName} ${why}`);
}

function textOf(keyName: 'track' | 'network', path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8');
  } catch (error) {
    return refuse(keyName, `cannot be read: ${(error as Error).message}`);
  }
}

/** The points of a track, damaged lines left out. */
export function trackPoints(csv: string): TrackPoint[] {
  const reader = new TrackCsv();
  return csv
    .split('\n')
    .map((text) => reader.line(text))
    .flatMap((line) => (line !== null && 'point' in line ? [line.point] : []));
}

/** The drive of a configuration, beginning now. Throws CodedError `bad-config`. */
export function planDrive(config: SimulationConfig, startMs: number): Drive {
  const parsed = parseNetwork(textOf('network', config.network));
  if (!parsed.ok)
    return refuse('network', parsed.problems.map(({ message }) => message).join('; '));
  const stake = parseStake(config.startStake);
  if (stake === null) return refuse('startStake', 'must read K234+567');
  const { section, direction } = config;
  if (direction !== 'INC' && direction !== 'DEC') return refuse('direction', 'must be INC or DEC');
  const points = trackPoints(textOf('track', config.track));
  const { network } = parsed;
  try {
    const route = { network, section, startStakeM: stake.stakeM, direction } as const;
    return new Drive(route, new Odometer(points), startMs);
  } catch (error) {
    return refuse('section', (error as Error).message);
  }
}

/** The emulated world of one unit. */
export interface Simulation {
  /** Parts for an agent. */
  readonly parts: AgentParts;
  start(): Promise<void>;
  stop(): void;
}

/** Where a unit that does not drive stands: its surveyed position, or nowhere. */
function standing(config: SimulationConfig): LatLon | null {
  return config.gnss === 'fixed' ? fixedPosition(config) : null;
}

/** Where a unit's antenna is, over time; null: it has no receiver to emulate. */
function routeOf(config: SimulationConfig, startMs: number) {
  if (config.track === '') return null;
  const drive = planDrive(config, startMs);
  return (atMs: number): TruePosition | null => drive.at(atMs);
}

function truthOf(config: SimulationConfig, route: ReturnType<typeof routeOf>) {
  if (route === null) {
    const place = standing(config);
    return place === null ? {} : { truth: () => place };
  }
  const truth = (atMs: number): LatLon | null => {
    const position = route(atMs);
    return position === null ? null : { lat: position.lat, lon: position.lon };
  };
  return { truth };
}

/** The emulated parts of the simulated unit, hands on them, and the truth behind them. */
export function simulate(
  config: SimulationConfig,
  env: Pick<DeviceEnv, 'nowMs' | 'nowMonoMs' | 'timers'>,
): Simulation {
  const route = routeOf(config, env.nowMs());
  const world = makeWorld(config, env, route);
  const bench = benchControls(world, env);
  return {
    parts: { ...world.parts, ...truthOf(config, route), ...(hasHands(bench) ? { bench } : {}) },
    start: () => world.start(),
    stop: () => world.stop(),
  };
}

/** A kiosk on a page has nothing to press or pull. */
function hasHands(bench: BenchControls): boolean {
  return bench.groups().length > 0;
}
