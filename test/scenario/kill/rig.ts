import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { Child, until } from '../../support/child.ts';
import { freePorts } from '../../support/free-port.ts';
import type { Random } from '../../support/random.ts';

const root = new URL('../../..', import.meta.url).pathname;
const tsx = ['--import', 'tsx'];
const settleMs = 120_000;
/** Share of the faults that wait until records flow. */
const flowingShare = 0.85;

/** A unit process with every record that its outbox said to have accepted. */
class Unit {
  readonly serial: string;
  readonly child: Child;
  /** Mark → where the outbox put it. */
  readonly accepted = new Map<number, { readonly seq: number; readonly epoch: string }>();
  fingerprint = '';
  drained = false;
  /** Something was accepted, or acknowledged, since this was last set to false. */
  isAccepting = false;
  isAcknowledged = false;

  constructor(serial: string, words: readonly string[]) {
    this.serial = serial;
    const script = join(root, 'test/scenario/kill/unit-process.ts');
    this.child = new Child(serial, [...tsx, script, ...words], (line) => this.#hear(line));
  }

  /** A kill may cut the last line short: what was not said whole was not said. */
  #hear(line: string): void {
    if (!line.endsWith('}')) return;
    const word = JSON.parse(line) as Record<string, never>;
    if (word.accepted !== undefined) {
      this.accepted.set(word.accepted, { seq: word.seq as never, epoch: word.epoch as never });
      this.isAccepting = true;
    }
    if (word.acknowledged) this.isAcknowledged = true;
    this.fingerprint = word.fingerprint ?? this.fingerprint;
    this.drained = word.drained ?? this.drained;
  }
}

export interface Losses {
  readonly accepted: number;
  readonly lost: number;
  readonly twice: number;
  readonly faults: number;
}

/** Gateway and units in processes of their own, killed and started again at random. */
export class KillRig {
  readonly #folder = mkdtempSync(join(tmpdir(), 'xinlu-kill-'));
  readonly #gatewayScript: string;
  #gateway: Child | null = null;
  #units: Unit[] = [];
  #adminUrl = '';

  constructor(gatewayScript: 'gateway/main.ts' | 'test/scenario/kill/mutant-gateway.ts') {
    this.#gatewayScript = gatewayScript;
  }

  get #gatewayData(): string {
    return join(this.#folder, 'gateway');
  }

  async start(unitCount: number): Promise<void> {
    const [http, units, mqtt, admin] = await freePorts(4);
    this.#adminUrl = `http://127.0.0.1:${admin}`;
    let ready = false;
    const words = [
      `dataDir=${this.#gatewayData}`,
      ...[`httpPort=${http}`, `unitsPort=${units}`, `mqttPort=${mqtt}`, `adminPort=${admin}`],
      'fleetPort=0',
      'allowHttpCodes=true',
      'logLevel=warn',
    ];
    const script = join(root, this.#gatewayScript);
    this.#gateway = new Child('gateway', [...tsx, script, ...words], () => {
      ready = true;
    });
    this.#gateway.start();
    await until(`the gateway is ready\n${this.#gateway.log}`, settleMs, () => ready);
    this.#units = Array.from({ length: unitCount }, (_, index) => {
      const serial = `XL-KILL-${index}`;
      return new Unit(serial, [
        `dataDir=${join(this.#folder, serial)}`,
        `serial=${serial}`,
        `gatewayUrl=https://127.0.0.1:${units}`,
        `fleetCaFile=${join(this.#gatewayData, 'fleet-ca.pem')}`,
        'codeAddress=http://127.0.0.1:1/',
        'allowHttpCodes=true',
      ]);
    });
    await Promise.all(this.#units.map((unit) => this.#enrol(unit)));
  }

  async #enrol(unit: Unit): Promise<void> {
    await this.#cli([
      'unit',
      'register',
      '--serial',
      unit.serial,
      '--model',
      'kill',
      '--kind',
      'tow-truck',
    ]);
    unit.child.start();
    await until(`${unit.serial} names its key`, settleMs, () => unit.fingerprint !== '');
    const words = ['unit', 'enrol', '--serial', unit.serial, '--fingerprint', unit.fingerprint];
    await until(`${unit.serial} is approved`, settleMs, () =>
      this.#cli(words).then(
        () => true,
        () => false,
      ),
    );
  }

  #cli(words: readonly string[]): Promise<void> {
    const at = ['--data', this.#gatewayData, '--admin', this.#adminUrl];
    const script = join(root, 'gateway/cli.ts');
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [...tsx, script, ...words, ...at], { cwd: root }, (error, out) =>
        error === null ? resolve() : reject(new Error(`${words.join(' ')}: ${out}`)),
      );
    });
  }

  /**
   * kill -9 of a process drawn by chance, at a moment drawn by chance while records flow (and now
   * and then while they do not yet); it starts again at once.
   */
  async fault(random: Random, gatewayShare: number): Promise<void> {
    const atGateway = random.next() < gatewayShare;
    const unit = random.pick(this.#units);
    if (random.next() < flowingShare) {
      await until('records flow again', settleMs, () =>
        atGateway ? this.#units.some(({ isAcknowledged }) => isAcknowledged) : unit.isAccepting,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, random.whole(0, 500)));
    const victim = atGateway && this.#gateway ? this.#gateway : unit.child;
    await victim.kill();
    for (const each of atGateway ? this.#units : [unit]) {
      each.isAccepting = false;
      each.isAcknowledged = false;
    }
    victim.start();
  }

  /** Lets everything arrive, then counts what the gateway's store holds. */
  async settle(faults: number): Promise<Losses> {
    for (const { serial } of this.#units) writeFileSync(join(this.#folder, serial, 'enough'), '');
    await until('every outbox is empty', settleMs, () =>
      this.#units.every(({ drained }) => drained),
    );
    await this.#gateway?.kill('SIGTERM');
    return this.#count(faults);
  }

  async #count(faults: number): Promise<Losses> {
    const stored = await storedMarks(join(this.#gatewayData, 'gateway.sqlite'));
    const losses = { accepted: 0, lost: 0, twice: 0, faults };
    for (const { serial, accepted } of this.#units) {
      for (const [mark, { seq, epoch }] of accepted) {
        const copies = stored.get(`${serial} ${mark}`) ?? [];
        losses.accepted += 1;
        if (!copies.includes(`${epoch} ${seq}`)) losses.lost += 1;
        if (copies.length > 1) losses.twice += 1;
      }
    }
    return losses;
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...this.#units.map(({ child }) => child), this.#gateway].map((c) => c?.kill()),
    );
    rmSync(this.#folder, { recursive: true });
  }
}

/** `serial mark` → every place (epoch seq) at which the gateway's store has it. */
async function storedMarks(file: string): Promise<Map<string, string[]>> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  const rows = await new Promise<{ serial: string; mark: number; place: string }[]>(
    (resolve, reject) => {
      database.all(
        `SELECT serial, lat_e7 AS mark, epoch || ' ' || seq AS place
         FROM fix JOIN epoch USING (epoch_no)`,
        (error, found) => (error ? reject(error) : resolve(found as never)),
      );
    },
  );
  await new Promise((resolve) => database.close(resolve));
  const marks = new Map<string, string[]>();
  for (const { serial, mark, place } of rows) {
    const key = `${serial} ${mark}`;
    marks.set(key, [...(marks.get(key) ?? []), place]);
  }
  return marks;
}
