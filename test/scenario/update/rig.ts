import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keySigner } from '../../../device/identity/key-files.ts';
import { Child, until } from '../../support/child.ts';
import { freePorts } from '../../support/free-port.ts';
import { installProgram, nextVersion, root } from './program.ts';
import { authorise, makeBundle, newReleaseKey, signBundle } from './tools.ts';

const waitMs = 240_000;
export const serial = 'XL-UPDATE-01';

/** What the gateway says of a release. */
export interface ReleaseView {
  readonly releaseId: string;
  readonly state: string;
  readonly stateReason: string;
  readonly units: Readonly<Record<string, number>>;
}

/** A real gateway and a real unit in processes of their own; the rig is the unit's supervisor. */
export class UpdateRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'xinlu-update-'));
  readonly #releaseKey = keySigner(createPrivateKey(newReleaseKey()));
  readonly #gateway: Child;
  readonly unit: Child;
  #adminUrl = '';
  #localUrl = '';
  #supervising = true;
  #fingerprint = '';
  starts = 0;

  private constructor([http, units, mqtt, admin, fleet]: readonly number[]) {
    const data = join(this.folder, 'gateway');
    this.#adminUrl = `http://127.0.0.1:${admin}`;
    const ports = [`httpPort=${http}`, `unitsPort=${units}`, `mqttPort=${mqtt}`];
    this.#gateway = new Child(
      'gateway',
      [
        ...['--import', 'tsx', join(root, 'gateway/main.ts'), `dataDir=${data}`, ...ports],
        ...[`adminPort=${admin}`, `fleetPort=${fleet}`, 'allowHttpCodes=true', 'logLevel=warn'],
        `releaseKey=${Buffer.from(this.#releaseKey.publicKey).toString('base64url')}`,
      ],
      () => undefined,
    );
    this.unit = new Child(
      'unit',
      [
        join(this.folder, 'package', 'device', 'simulate.js'),
        ...[`dataDir=${join(this.folder, 'unit')}`, `serial=${serial}`, 'model=rig'],
        ...[`gatewayUrl=https://127.0.0.1:${units}`, `fleetCaFile=${join(data, 'fleet-ca.pem')}`],
        ...['codeAddress=http://127.0.0.1:1/', 'allowHttpCodes=true', 'localPort=0'],
        ...['gnss=fixed', 'position=38.04,114.51', 'display=web-kiosk', 'watchdog=none'],
        ...['parkedS=1', 'redialFirstMs=200', 'logLevel=warn'],
      ],
      (line) => this.#hear(line),
    );
  }

  static async make(): Promise<UpdateRig> {
    const rig = new UpdateRig(await freePorts(5));
    installProgram(join(rig.folder, 'package'));
    return rig;
  }

  get log(): string {
    return `gateway: ${this.#gateway.log}\nunit: ${this.unit.log}`;
  }

  #hear(line: string): void {
    if (!line.startsWith('{') || !line.endsWith('}')) return;
    const said = JSON.parse(line) as { localUrl?: string; fingerprint?: string };
    this.#localUrl = said.localUrl ?? this.#localUrl;
    this.#fingerprint = said.fingerprint ?? this.#fingerprint;
  }

  /** Starts all, enrols and commissions the unit, and waits for its first code. */
  async start(): Promise<void> {
    this.#gateway.start();
    await this.until(
      'the gateway answers',
      async () => (await this.admin('GET', '/units')) !== null,
    );
    await this.admin('POST', '/units', { serial, model: 'rig', role: 'kiosk', vehicleId: null });
    void this.#supervise();
    await this.until('the unit names its key', () => this.#fingerprint !== '');
    await this.until('the unit is approved', async () => {
      const body = { fingerprint: this.#fingerprint };
      const answer = await this.admin('POST', `/units/${serial}/approve`, body);
      return (answer as { state?: string } | null)?.state === 'enrolled';
    });
    await this.until('a code stands on the glass', () => this.hasCode());
    const { publicKey } = (await this.admin('GET', '/deploy-key')) as { publicKey: string };
    const nowS = Math.floor(Date.now() / 1000);
    const span = { fromS: nowS - 60, toS: nowS + 86_400 };
    const statement = authorise(this.#releaseKey, { publicKey, number: 1, ...span });
    await this.admin('POST', '/deploy-key', statement as object);
  }

  /** As systemd does: whatever ends is started again. */
  async #supervise(): Promise<void> {
    while (this.#supervising) {
      this.#localUrl = '';
      this.starts += 1;
      this.unit.start();
      await this.unit.ended();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** A release of the installed program with another version, imported and given to everybody. */
  async release(version: string, counter: number, breakage = ''): Promise<string> {
    const tree = join(this.folder, version);
    nextVersion(join(this.folder, 'package'), tree, version, breakage);
    const made = makeBundle({
      ...{ tree, libraryRoot: root, counter, models: ['rig'], architectures: [process.arch] },
      ...{ nowS: Math.floor(Date.now() / 1000), days: 30, quality: 4 },
    });
    const signed = signBundle(made.bytes, this.#releaseKey);
    const path = join(this.folder, `${version}.xup`);
    writeFileSync(path, signed?.bytes ?? '');
    const imported = (await this.admin('POST', '/releases', { path })) as ReleaseView;
    if (imported.state !== 'imported') throw new Error(JSON.stringify(imported));
    const wish = { percent: 100, reason: 'test', attemptsMin: 1, failurePercentMax: 0 };
    await this.admin('POST', `/releases/${imported.releaseId}/start`, wish);
    return imported.releaseId;
  }

  async view(releaseId: string): Promise<ReleaseView | undefined> {
    const all = (await this.admin('GET', '/releases')) as ReleaseView[] | null;
    return all?.find((one) => one.releaseId === releaseId);
  }

  /** Null: the gateway does not answer (yet). */
  async admin(method: string, path: string, body?: object): Promise<unknown> {
    try {
      const token = readFileSync(join(this.folder, 'gateway', 'admin.token'), 'ascii');
      const answer = await fetch(`${this.#adminUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return await answer.json();
    } catch {
      return null;
    }
  }

  /** Whether an unexpired code stands on the glass, by the unit's own health. */
  async hasCode(): Promise<boolean> {
    if (this.#localUrl === '') return false;
    try {
      return ((await (await fetch(`${this.#localUrl}/healthz`)).json()) as { ok: boolean }).ok;
    } catch {
      return false;
    }
  }

  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    await until(what, waitMs, holds).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.log}`);
    });
  }

  async stop(): Promise<void> {
    this.#supervising = false;
    await this.unit.kill();
    await this.#gateway.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
