import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import pino from 'pino';
import { HealthBeat, openWatchdog, systemTimers } from '../hardware/open.ts';
import type { Watchdog } from '../hardware/watchdog.ts';
import { printableConfig } from '../protocols/config/config.ts';
import { CodedError } from '../protocols/errors.ts';
import { createAgent } from './agent.ts';
import type { AgentParts, AgentStart } from './agent-parts.ts';
import { type DeviceConfig, deviceConfig, readDeviceConfig } from './config.ts';
import type { DeviceEnv } from './environment.ts';
import { wordsOfImage } from './identity/fleet-ca.ts';
import { MemoryTidy } from './memory-tidy.ts';
import { launchedIn } from './update/launched.ts';

/** A store that breaks again and again is a broken disk: the supervisor decides then. */
const restartsMax = 3;

/** A third of the 30 s that systemd waits (hardware.md, section 5). */
const beatMs = 10_000;

/** Keys that name a file or folder, by whichever program they belong to. */
const pathKeys = [
  'dataDir',
  'fleetCaFile',
  'displayPath',
  'updateFolder',
  'track',
  'network',
] as const;

function callerFolder(): string {
  return process.env.INIT_CWD ?? process.cwd();
}

function isFilePath(path: string): boolean {
  return path !== '' && !path.startsWith('emulator:');
}

/** Relative paths are the caller's. */
export function inCallersFolder<Config extends DeviceConfig>(config: Config): Config {
  const paths = pathKeys
    .map((name) => [name, (config as Record<string, unknown>)[name]] as const)
    .filter(([, path]) => typeof path === 'string' && isFilePath(path))
    .map(([name, path]) => [name, resolve(callerFolder(), path as string)]);
  return Object.freeze({ ...config, ...Object.fromEntries(paths) });
}

/** What a process of the unit is called with. */
export interface DeviceArguments {
  readonly fileText: string | undefined;
  readonly printConfig: boolean;
  readonly words: readonly string[];
}

/** `--config FILE`, `--print-config` and `key=value` words. Throws CodedError `bad-config`. */
export function readArguments(args: readonly string[]): DeviceArguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { config: { type: 'string' }, 'print-config': { type: 'boolean' } },
    });
    const folder = process.env.INIT_CWD ?? process.cwd();
    const fileText =
      values.config === undefined
        ? undefined
        : readFileSync(resolve(folder, values.config), 'utf8');
    const printConfig = values['print-config'] === true;
    const own = fileText === undefined ? [] : wordsOfImage(fileText, values.config ?? '');
    return { fileText, printConfig, words: [...own, ...positionals] };
  } catch (error) {
    throw new CodedError('bad-config', (error as Error).message);
  }
}

/** Where the kernel does not tell, every process counts as a boot: intervals start anew then. */
function bootIdOfKernel(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return randomBytes(16).toString('hex');
  }
}

/** The real world: clocks, chance, timers, one line of JSON a log entry on stderr. */
export function systemEnv(nowMs: () => number, logLevel: string): DeviceEnv {
  return {
    nowMs,
    nowMonoMs: () => performance.now(),
    randomBytes,
    timers: systemTimers,
    machine: { bootId: bootIdOfKernel(), uptimeMs: () => uptime() * 1000 },
    log: pino({ level: logLevel }, pino.destination({ dest: 2, sync: true })),
  };
}

/** Says what is wrong, in one line for people, and sets the exit code. */
export function reportFailure(error: unknown): void {
  if (!(error instanceof CodedError)) throw error;
  process.stderr.write(`xinlu-device: ${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}

type RunEnd = 'asked' | 'broken' | 'power-back' | 'reboot' | 'wiped' | 'relaunch';

function launchedParts(parts: AgentParts): AgentParts {
  const launched = launchedIn(process.env, process.pid);
  return launched === null ? parts : { ...parts, launched };
}

/** Runs one agent to its end, beating for systemd as long as it is well. */
async function runOnce(
  config: DeviceConfig,
  env: DeviceEnv,
  parts: AgentParts,
  watchdog: Watchdog,
  onStart: (started: AgentStart) => void,
): Promise<RunEnd> {
  let end: (why: RunEnd) => void = () => undefined;
  const ended = new Promise<RunEnd>((resolveEnd) => {
    end = resolveEnd;
  });
  const onSignal = () => end('asked');
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const agent = createAgent(config, env, parts, {
    onBroken: () => end('broken'),
    onPowerBack: () => end('power-back'),
    onReboot: () => end('reboot'),
    onWipe: () => end('wiped'),
    onRelaunch: () => end('relaunch'),
  });
  const beat = new HealthBeat(watchdog, [() => agent.ailment()], env.timers, beatMs);
  const tidy = new MemoryTidy(globalThis.gc, env.timers);
  try {
    onStart(await agent.start());
    watchdog.ready();
    beat.start();
    tidy.start();
    return await ended;
  } finally {
    tidy.stop();
    beat.stop();
    await agent.stop();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** The machine under the process, as far as a command may reach it. */
export interface SystemPort {
  /** Takes the machine down to come back. Rejects when it does not let itself be told. */
  reboot(): Promise<void>;
}

/** How long the system may take to end this process after it was told to reboot, ms. */
const rebootMsMax = 60_000;

/** The real machine, by way of systemd. */
const systemdMachine: SystemPort = {
  reboot: async () => {
    await promisify(execFile)('systemctl', ['reboot']);
    await delay(rebootMsMax);
  },
};

/**
 * Runs a unit until SIGINT or SIGTERM. When its store breaks, the ignition comes back, or it was
 * wiped, the agent is stopped and begun anew: the opening then puts a broken store aside
 * (reliability.md, R6). It ends for another release, whose start is the launcher's. After a reboot that did not come the unit goes on, and says so.
 * @param partsOf what stands in place of real parts
 */
export async function serve(
  config: DeviceConfig,
  env: DeviceEnv,
  partsOf: () => AgentParts = () => ({}),
  system: SystemPort = systemdMachine,
): Promise<void> {
  const socket = config.watchdog === 'systemd' ? process.env.NOTIFY_SOCKET : undefined;
  const watchdog = await openWatchdog(socket);
  let isFirst = true;
  const onStart = (started: AgentStart) => {
    if (!isFirst) return;
    isFirst = false;
    process.stdout.write(`${JSON.stringify({ ready: true, serial: config.serial, ...started })}\n`);
  };
  let brokenRuns = 0;
  while (brokenRuns <= restartsMax) {
    const why = await runOnce(config, env, launchedParts(partsOf()), watchdog, onStart);
    if (why === 'asked' || why === 'relaunch') {
      watchdog.stopping(why === 'asked' ? 'asked to stop' : 'another release is to run');
      return;
    }
    if (why === 'broken') brokenRuns += 1;
    if (why === 'reboot') {
      await system.reboot().catch((error: unknown) => {
        env.log.error({ error: String(error) }, 'the machine does not reboot');
      });
    }
  }
  process.exitCode = 1;
}

/**
 * Ends the process once everything has stopped in order. The library of the control panel leaves
 * timers behind that nothing can end; stdout may be a pipe that has yet to take the last line.
 */
export function leave(): void {
  process.stdout.write('', () => process.exit());
}

/** The whole process of a unit on real parts. */
export async function runDevice(args: readonly string[], nowMs: () => number): Promise<void> {
  try {
    const { fileText, printConfig, words } = readArguments(args);
    const config = inCallersFolder(readDeviceConfig({ fileText, env: process.env, words }));
    if (printConfig) {
      process.stdout.write(`${JSON.stringify(printableConfig(deviceConfig, config), null, 2)}\n`);
      return;
    }
    await serve(config, systemEnv(nowMs, config.logLevel));
  } catch (error) {
    reportFailure(error);
  }
}
