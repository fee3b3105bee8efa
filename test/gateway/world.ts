import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenAuthority } from '../../gateway/authority/authority.ts';
import { type GatewayConfig, gatewayConfig } from '../../gateway/config.ts';
import type { GatewayEnv } from '../../gateway/environment.ts';
import { createGateway, type Gateway, type GatewayAddresses } from '../../gateway/gateway.ts';
import { readConfig } from '../../protocols/config/config.ts';
import { isPostgresUrl } from '../../protocols/store/postgres-store.ts';
import { storePlace } from '../support/store-place.ts';

/** Lines that were logged, newest last. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The real clock (or one that far from it) and chance, with a log that is kept. */
export function realEnv(lines: LogLine[] = [], shiftMs = 0): GatewayEnv {
  const keep = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, fields: fields as LogLine['fields'] });
  };
  return {
    nowMs: () => Date.now() + shiftMs,
    nowMonoMs: () => performance.now(),
    randomBytes: (size) => randomBytes(size),
    log: { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') },
  };
}

/** Free ports on loopback, no server behind. */
export function testConfig(dataDir: string, words: readonly string[] = []): GatewayConfig {
  const given = [
    `dataDir=${dataDir}`,
    'allowHttpCodes=true',
    'httpPort=0',
    'unitsPort=0',
    'mqttPort=0',
    'adminPort=0',
    'fleetPort=0',
    'serverUrl=http://127.0.0.1:9',
    ...words,
  ];
  return readConfig('gateway', gatewayConfig, { env: {}, words: given });
}

export interface World {
  readonly gateway: Gateway;
  readonly addresses: GatewayAddresses;
  readonly dataDir: string;
  readonly fleetCaPem: string;
  readonly log: readonly LogLine[];
  admin(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
  ): Promise<{ status: number; body: unknown }>;
  stop(): Promise<void>;
}

/** A folder that goes away with `remove`. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'xinlu-gateway-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * A running gateway on free ports. `keepDataDir`: its folder is the caller's, and stays.
 * `shiftMs`: it lives that far from now. `openAuthority`: who issues certificates.
 */
export async function startWorld(
  words: readonly string[] = [],
  keepDataDir?: string,
  shiftMs = 0,
  openAuthority?: OpenAuthority,
): Promise<World> {
  const folder = temporaryFolder();
  const dataDir = keepDataDir ?? folder.path;
  const log: LogLine[] = [];
  const place = await storePlace(join(dataDir, 'gateway.sqlite'));
  const onPostgres = isPostgresUrl(place) ? [`storeUrl=${place}`] : [];
  const config = testConfig(dataDir, [...onPostgres, ...words]);
  const gateway = createGateway(config, realEnv(log, shiftMs), openAuthority);
  const addresses = await gateway.start();
  const token = readFileSync(join(dataDir, 'admin.token'), 'ascii');
  return {
    gateway,
    addresses,
    dataDir,
    log,
    fleetCaPem: readFileSync(addresses.fleetCaFile, 'ascii'),
    admin: async (method, path, body) => {
      const response = await fetch(`${addresses.adminUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
    stop: async () => {
      await gateway.stop();
      folder.remove();
    },
  };
}

/** Waits until `holds` is true; fails with `what` after `msMax`. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  msMax = 5000,
): Promise<void> {
  const endMs = Date.now() + msMax;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`still waiting for ${what} after ${msMax} ms`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}
