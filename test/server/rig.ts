import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import type { ScanReport } from '../../protocols/http/link-bodies.ts';
import { isPostgresUrl } from '../../protocols/store/postgres-store.ts';
import type { ServerConfig } from '../../server/config.ts';
import { createLinkToken } from '../../server/link/create-token.ts';
import { dataFiles } from '../../server/secrets.ts';
import { createServer, type Server } from '../../server/server.ts';
import { storePlace } from '../support/store-place.ts';

/** 2026-06-01 12:00:00 in China. */
export const startMs = Date.UTC(2026, 5, 1, 4, 0, 0);

/** A credit server on a folder of its own, with a clock the test sets. */
export interface Rig {
  readonly server: Server;
  readonly dataDir: string;
  readonly clock: { ms: number };
  /** Bearer key of a linked gateway. */
  readonly toServerKey: string;
  close(): Promise<void>;
}

/** Numbers that look random and are the same in every run. */
export function seededBytes(seed: string): (bytes: number) => Buffer {
  let count = 0;
  return (bytes) => {
    count += 1;
    return createHash('shake256', { outputLength: bytes }).update(`${seed}:${count}`).digest();
  };
}

export function rigConfig(dataDir: string, overrides: Partial<ServerConfig> = {}): ServerConfig {
  return {
    dataDir,
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'http://127.0.0.1:8080',
    storeUrl: '',
    codeAddress: 'https://XL.EXAMPLE.CN/',
    allowHttpCodes: false,
    adminPort: 0,
    gatewayUrl: 'http://127.0.0.1:9',
    gatewayCaFile: '',
    trustedProxies: ['127.0.0.1', '::1'],
    sampleData: true,
    cookieSecure: 'auto',
    logLevel: 'silent',
    ...overrides,
  };
}

/** Takes the steps an operator takes: a token, and its one use. */
export async function linkGateway(server: Server, gatewayId: string, seed: string) {
  const { token } = await createLinkToken(server.store, {
    nowMs: () => startMs,
    randomBytes: seededBytes(seed),
  });
  const response = await server.app.inject({
    method: 'POST',
    url: '/link/v1/claim',
    payload: { token, gatewayId },
  });
  return response.json() as { linkId: string; toServerKey: string; toGatewayKey: string };
}

export async function openRig(overrides: Partial<ServerConfig> = {}): Promise<Rig> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xinlu-server-'));
  const clock = { ms: startMs };
  const place = await storePlace(dataFiles.store(dataDir));
  const storeUrl = isPostgresUrl(place) ? place : '';
  const server = await createServer(rigConfig(dataDir, { storeUrl, ...overrides }), {
    nowMs: () => clock.ms,
    randomBytes: seededBytes(dataDir),
    log: pino({ level: 'silent' }),
  });
  const { toServerKey } = await linkGateway(server, 'gateway-1', `${dataDir}:token`);
  return {
    server,
    dataDir,
    clock,
    toServerKey,
    close: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** 32 hex digits of a test's own name. */
export function scanIdOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

/** A fresh first opening of the sample tow truck on an incident; change what the test is about. */
export function reportOf(name: string, changes: Partial<ScanReport> = {}): ScanReport {
  const issuedAt = startMs / 1000 - 5;
  return {
    v: 1,
    scanId: scanIdOf(name),
    presenceId: `key-of-${name}.${issuedAt}`,
    candidate: true,
    verdict: 'fresh',
    earlyS: null,
    lateS: null,
    match: [0, 37, 3],
    unit: {
      unitId: 7,
      serial: 'XL-DEMO-0001',
      kind: 0,
      vehicleId: 'veh-demo-tow-1',
      training: false,
    },
    duty: 4,
    issuedAt,
    ttlS: 600,
    scannedAtMs: startMs,
    offlineIssued: false,
    unitOnline: true,
    position: { lat: 38.0421234, lon: 114.512345, source: 'signed', errorM: 11.2, ageS: 3 },
    signedPosition: { lat: 38.04212, lon: 114.51235 },
    place: {
      section: 'G4',
      stake: 'K234+567',
      stakeM: 234_567,
      direction: 'INC',
      directionText: '石家庄方向',
      offsetM: 3,
      sample: true,
    },
    incident: {
      id: 'inc-1',
      ref: 12,
      kind: 'rescue',
      stage: 'working',
      summary: '小客车爆胎，占用应急车道',
      placeText: 'G4 K234+567 石家庄方向',
      reportedAtMs: startMs - 40 * 60_000,
      assignedAtMs: startMs - 37 * 60_000,
      arrivedAtMs: startMs - 22 * 60_000,
      arrivalMinutes: 18,
      linkedBy: 'code',
    },
    ...changes,
  };
}

/** The patrol car on an act of enforcement. */
export function patrolReportOf(name: string, changes: Partial<ScanReport> = {}): ScanReport {
  const base = reportOf(name);
  return {
    ...base,
    unit: { ...base.unit, serial: 'XL-DEMO-0002', vehicleId: 'veh-demo-patrol-1' },
    incident: base.incident && {
      ...base.incident,
      kind: 'enforcement',
      summary: '车辆遗洒，路面清理与现场调查',
    },
    ...changes,
  };
}

export function post(rig: Rig, messages: readonly unknown[], bearerKey = rig.toServerKey) {
  return rig.server.app.inject({
    method: 'POST',
    url: '/link/v1/messages',
    headers: { authorization: `Bearer ${bearerKey}` },
    payload: { v: 1, messages },
  });
}

/** Delivers a scan as its gateway does. */
export async function deliver(rig: Rig, report: ScanReport): Promise<void> {
  const response = await post(rig, [{ id: `scan:${report.scanId}`, type: 'scan', body: report }]);
  if (response.json().accepted?.length !== 1) throw new Error(`refused: ${response.body}`);
}

/** A browser as far as the server can tell: keeps cookies by path, fetches the style. */
export class Phone {
  readonly #rig: Rig;
  readonly #headers: Record<string, string>;
  readonly #cookies = new Map<string, string>();

  constructor(rig: Rig, headers: Record<string, string> = {}) {
    this.#rig = rig;
    this.#headers = headers;
  }

  async get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    return this.#inject({ method: 'GET', url, headers });
  }

  /** Opens the page of a scan; the style is fetched too unless the browser only fetched ahead. */
  async open(scanId: string, withStyle = true): Promise<Page> {
    const response = await this.get(`/v/${scanId}`);
    if (withStyle) await this.get(`/v/${scanId}/seen.css`);
    return new Page(response);
  }

  async post(url: string, form: Readonly<Record<string, string>> | string): Promise<Page> {
    const response = await this.#inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    });
    return new Page(response);
  }

  async #inject(options: InjectOptions): Promise<LightMyRequestResponse> {
    const path = new URL(String(options.url), 'http://phone').pathname;
    const cookie = [...this.#cookies]
      .filter(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))
      .map(([, pair]) => pair)
      .join('; ');
    const headers = { ...this.#headers, ...options.headers, ...(cookie && { cookie }) };
    const response = await this.#rig.server.app.inject({ ...options, headers });
    for (const { name, value, path: prefix } of response.cookies) {
      this.#cookies.set(String(prefix ?? '/'), `${name}=${value}`);
    }
    return response;
  }
}

/** What a page says, read off its markup. */
export class Page {
  readonly response: LightMyRequestResponse;

  constructor(response: LightMyRequestResponse) {
    this.response = response;
  }

  get status(): number {
    return this.response.statusCode;
  }

  get html(): string {
    return this.response.body;
  }

  /** The markup with its character references resolved, to look for addresses. */
  get unescaped(): string {
    return this.html.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  }

  /** A data attribute of `<html>`; undefined when it is not there at all. */
  data(name: string): string | undefined {
    const tag = /<html[^>]*>/.exec(this.html)?.[0] ?? '';
    return new RegExp(` data-${name}="([^"]*)"`).exec(tag)?.[1];
  }

  get token(): string {
    return /name="token" value="([^"]+)"/.exec(this.html)?.[1] ?? '';
  }

  get hasRatingForm(): boolean {
    return /action="\/v\/[0-9a-f]{32}\/rating/.test(this.html);
  }
}
