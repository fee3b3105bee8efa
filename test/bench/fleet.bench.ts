import { batchRecordsMax } from '../../protocols/messages/batch.ts';
import { Child } from './fleet/child.ts';
import { temporaryFolder } from './folder.ts';
import { bareInsertsPerSecond } from './ingest.bench.ts';
import { type BenchRow, row } from './row.ts';

/** A province's fleet, and many of them: ten with XINLU_LONG=1, whose certificates take minutes. */
const fleetUnits = 1_050;
const manyUnits = (process.env.XINLU_LONG === '1' ? 10 : 2) * fleetUnits;
const fewUnits = 100;

/** One fix each 5 s from a fleet: the same number of records a second from few and from many. */
const fixMs = 5_000;
const paceMs = 10_000;
/** After a gateway loss a unit waits this long at most before its first try. wire.md, "MQTT". */
const spreadMs = 30_000;
const saturation = { to: fewUnits, window: 4, forMs: 8_000 } as const;

/** What the rows are held to: performance.md and reliability.md, R3. */
const aims = { cpuPercent: 30, p99Ms: 50 + 25, fleetBackS: 60, manyBackS: 180 } as const;

interface Told {
  readonly records: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Never acknowledged. */
  readonly open: number;
}

interface Cost extends Told {
  readonly cpuPercent: number;
  readonly cpuMsPerRecord: number;
}

interface Connected {
  readonly seconds: number;
  readonly resumed: number;
  readonly failed: number;
  readonly cpuMsEach: number;
}

/** Whoever serves in a process of its own, and units in another. */
class Pair {
  server: Child;
  readonly #clients = new Child('clients-process.ts');
  port = 0;

  constructor(server: Child) {
    this.server = server;
  }

  async takeFleet(file: string): Promise<void> {
    await this.#clients.ask('fleet', { file });
  }

  async connect(from: number, to: number, within = 0): Promise<Connected> {
    const before = await this.server.ask<number>('cpuMs');
    const ask = { port: this.port, from, to, spreadMs: within };
    const done = await this.#clients.ask<Omit<Connected, 'cpuMsEach'>>('connect', ask);
    const after = await this.server.ask<number>('cpuMs');
    return { ...done, cpuMsEach: (after - before) / (to - from) };
  }

  async pace(to: number, periodMs: number): Promise<Cost> {
    const ask = { to, periodMs, forMs: paceMs };
    const cost = await this.#cost(() => this.#clients.ask<Told>('pace', ask), paceMs, 1);
    if (cost.open > 0) throw new Error(`${cost.open} fixes of ${to} units were not acknowledged`);
    return cost;
  }

  /** Full batches as fast as they are acknowledged. */
  saturate(): Promise<Cost> {
    const { forMs } = saturation;
    const asked = () => this.#clients.ask<Told>('saturate', saturation);
    return this.#cost(asked, forMs, batchRecordsMax);
  }

  async cut(): Promise<void> {
    await this.#clients.ask('cut');
  }

  /** The units too. */
  async stop(): Promise<void> {
    await this.#clients.stop();
    await this.server.stop();
  }

  /** @param each records of one acknowledgement */
  async #cost(work: () => Promise<Told>, forMs: number, each: number): Promise<Cost> {
    const before = await this.server.ask<number>('cpuMs');
    const told = await work();
    const cpuMs = (await this.server.ask<number>('cpuMs')) - before;
    const cpuMsPerRecord = cpuMs / (told.records * each);
    return { ...told, cpuPercent: (cpuMs / forMs) * 100, cpuMsPerRecord };
  }
}

/** A gateway with its fleet, and a bare broker beside it. */
class FleetRig {
  readonly #folder = temporaryFolder();
  readonly #dataDir = this.#folder.file('gateway');
  #file = '';
  pair = new Pair(new Child('gateway-process.ts'));

  async enrol(units: number): Promise<void> {
    const { server } = this.pair;
    this.#file = await server.ask('enrol', { dataDir: this.#dataDir, units });
    await this.pair.takeFleet(this.#file);
    this.pair.port = await server.ask('start', { dataDir: this.#dataDir });
  }

  /** A broker that checks, signs and keeps nothing, with the first of the units. */
  async bare(units: number): Promise<Pair> {
    const pair = new Pair(new Child('bare-broker-process.ts'));
    const ask = { dataDir: this.#dataDir, file: this.#file };
    await pair.takeFleet(this.#file);
    pair.port = await pair.server.ask('start', ask);
    await pair.connect(0, units);
    return pair;
  }

  memoryBytes(): Promise<number> {
    return this.pair.server.ask('memoryBytes');
  }

  /** Stops in order and starts again in a new process; the sessions are gone. */
  async restart(): Promise<void> {
    const { pair } = this;
    await pair.server.ask('stop');
    await pair.server.stop();
    await pair.cut();
    pair.server = new Child('gateway-process.ts');
    pair.port = await pair.server.ask('start', { dataDir: this.#dataDir });
  }

  async stop(): Promise<void> {
    await this.pair.server.ask('stop').catch(() => undefined);
    await this.pair.stop();
    this.#folder.remove();
  }
}

function backRows(units: number, back: Connected, aimS: number): BenchRow[] {
  const name = `${named(units)} back`;
  const share = Math.round((back.resumed / units) * 100);
  const within = ['the aim (R3)', aimS] as const;
  const spread = ['the time between two of them', spreadMs / units] as const;
  return [
    row(`${name}, ${share} % by ticket`, 's', back.seconds, within, { atMost: 1 }),
    row(`${name}, CPU of each`, 'ms', back.cpuMsEach, spread, null),
  ];
}

function named(units: number): string {
  return `${units.toLocaleString('en')} units`;
}

/**
 * A whole gateway and a fleet over TLS, each in a process of its own: a fleet at real rates, the
 * most that goes through, everybody back after a restart, and what a record and a connection cost
 * as the fleet grows.
 */
export async function benchFleet(): Promise<BenchRow[]> {
  const rig = new FleetRig();
  try {
    await rig.enrol(manyUnits);
    return [...(await throughput(rig)), ...(await growth(rig))];
  } finally {
    await rig.stop();
  }
}

/** Of few units, in turns with a broker that does nothing else. */
async function throughput(rig: FleetRig): Promise<BenchRow[]> {
  await rig.pair.connect(0, fewUnits);
  const bare = await rig.bare(fewUnits);
  const ours = await rig.pair.saturate();
  const theirs = await bare.saturate();
  await bare.stop();
  const name = 'bare aedes, the same batches';
  const sqlite = await bareInsertsPerSecond();
  const perSecond = ours.perSecond;
  const cpuUs = [ours, theirs].map(({ cpuMsPerRecord }) => cpuMsPerRecord * 1000);
  return [
    row('saturation', 'records/s', perSecond, [name, theirs.perSecond], null),
    row('saturation', 'records/s', perSecond, ['bare SQLite batches', sqlite], null),
    row('saturation, CPU a record', 'µs', cpuUs[0] ?? 0, [name, cpuUs[1] ?? 0], null),
  ];
}

/** Paced and restarted, with few units, a fleet, and many. */
async function growth(rig: FleetRig): Promise<BenchRow[]> {
  const { pair } = rig;
  const few = await pair.pace(fewUnits, (fixMs * fewUnits) / fleetUnits);
  await rig.restart();
  const fleetStartBytes = await rig.memoryBytes();
  await pair.connect(0, fleetUnits);
  const fleetBytes = (await rig.memoryBytes()) - fleetStartBytes;
  const fleet = await pair.pace(fleetUnits, fixMs);
  const bare = await rig.bare(fleetUnits);
  const reference = await bare.pace(fleetUnits, fixMs);
  await bare.stop();
  await rig.restart();
  const fleetBack = await pair.connect(0, fleetUnits, spreadMs);
  await rig.restart();
  const manyStartBytes = await rig.memoryBytes();
  const manyBack = await pair.connect(0, manyUnits, spreadMs);
  const manyBytes = (await rig.memoryBytes()) - manyStartBytes;
  const many = await pair.pace(manyUnits, (fixMs * manyUnits) / fleetUnits);
  const kilobytes = (bytes: number, units: number) => bytes / units / 1024;
  const atFew = [`at ${named(fewUnits)}`, few.cpuMsPerRecord] as const;
  const atFleet = [`at ${named(fleetUnits)}`, kilobytes(fleetBytes, fleetUnits)] as const;
  const name = named(fleetUnits);
  const { cpuPercent, p50Ms, p99Ms } = fleet;
  return [
    row(`${name}, CPU`, '% of a core', cpuPercent, ['the aim', aims.cpuPercent], { atMost: 1 }),
    row(`${name}, CPU`, '% of a core', cpuPercent, ['bare aedes', reference.cpuPercent], null),
    row(`${name}, fix to acknowledged p50`, 'ms', p50Ms, ['bare aedes', reference.p50Ms], null),
    row(`${name}, fix to acknowledged p99`, 'ms', p99Ms, ['bare aedes', reference.p99Ms], null),
    row(`${name}, fix to acknowledged p99`, 'ms', p99Ms, ['the aim', aims.p99Ms], { atMost: 1 }),
    ...backRows(fleetUnits, fleetBack, aims.fleetBackS),
    ...backRows(manyUnits, manyBack, aims.manyBackS),
    row(`CPU a record at ${name}`, 'ms', fleet.cpuMsPerRecord, atFew, { atMost: 1.5 }),
    row(`CPU a record at ${named(manyUnits)}`, 'ms', many.cpuMsPerRecord, atFew, { atMost: 1.5 }),
    row(`memory a unit at ${named(manyUnits)}`, 'KB', kilobytes(manyBytes, manyUnits), atFleet, {
      atMost: 1.5,
    }),
  ];
}
