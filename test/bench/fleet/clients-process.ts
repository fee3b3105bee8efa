import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { batchRecordsMax, sealBatch } from '../../../protocols/messages/batch.ts';
import type { Signer } from '../../../protocols/signed/ed25519.ts';
import { type FleetFile, fixOf, serialOf, signerOf } from './bench-unit.ts';
import { serve } from './child.ts';
import { WireClient } from './wire-client.ts';

/** Handshakes under way at once: as many as a listener's backlog takes with ease. */
const dialsMax = 200;
const unitsPerAddress = 4_000;
const redialMs = 500;
const settleMsMax = 30_000;

interface BenchUnit {
  readonly index: number;
  readonly signer: Signer;
  readonly epoch: string;
  client: WireClient | undefined;
  session: Buffer | undefined;
  seq: number;
  /** Sequence number → when it was written, for those not yet acknowledged. */
  readonly sent: Map<number, number>;
  onAck: () => void;
}

const units: BenchUnit[] = [];
let fleet: FleetFile;
let latenciesMs: number[] = [];
let acknowledged = 0;

function unitOf(index: number): BenchUnit {
  let unit = units[index];
  if (unit === undefined) {
    unit = {
      ...{ index, signer: signerOf(index), epoch: randomBytes(8).toString('hex') },
      ...{ client: undefined, session: undefined, seq: 0, sent: new Map(), onAck: () => undefined },
    };
    units[index] = unit;
  }
  return unit;
}

function heard(unit: BenchUnit, channel: string, payload: Buffer): void {
  if (channel !== 'ack') return;
  const envelope = JSON.parse(payload.toString('utf8')) as { payload: string };
  const text = Buffer.from(envelope.payload, 'base64url').toString('utf8');
  const { upTo } = JSON.parse(text) as { upTo: number };
  const now = performance.now();
  for (const [seq, atMs] of unit.sent) {
    if (seq > upTo) continue;
    latenciesMs.push(now - atMs);
    unit.sent.delete(seq);
    acknowledged += 1;
  }
  unit.onAck();
}

async function dial(unit: BenchUnit, port: number): Promise<boolean> {
  const { index } = unit;
  const client = new WireClient({
    ...{ port, serial: serialOf(index), caPem: fleet.caPem, keyPem: fleet.keyPem },
    certificatePem: fleet.certificates[index] ?? '',
    session: unit.session,
    localAddress: `127.0.0.${2 + Math.floor(index / unitsPerAddress)}`,
    onMessage: (channel, payload) => heard(unit, channel, payload),
    onClosed: () => {
      unit.session = client.session ?? unit.session;
      unit.client = undefined;
    },
  });
  await client.ready;
  unit.client = client;
  return client.isResumed;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function send(unit: BenchUnit, records: number): void {
  const atMs = Date.now();
  const batch = Array.from({ length: records }, () => {
    unit.seq += 1;
    return fixOf(unit.index, unit.seq, atMs);
  });
  unit.sent.set(unit.seq, performance.now());
  const { signer, epoch, index } = unit;
  unit.client?.publish(sealBatch(serialOf(index), { enrolment: 1, epoch }, batch, signer));
}

/** Each unit by itself, spread over `spreadMs`, again and again until it is in. */
async function connectAll(ask: { port: number; from: number; to: number; spreadMs: number }) {
  const { port, from, to, spreadMs } = ask;
  const startedMs = performance.now();
  let [free, resumed, failed] = [dialsMax, 0, 0];
  const waiting: (() => void)[] = [];
  const connectOne = async (unit: BenchUnit) => {
    await wait(Math.random() * spreadMs);
    for (;;) {
      if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      free -= 1;
      try {
        if (await dial(unit, port)) resumed += 1;
        return;
      } catch {
        failed += 1;
      } finally {
        free += 1;
        waiting.shift()?.();
      }
      await wait(Math.random() * redialMs);
    }
  };
  const wanted = Array.from({ length: to - from }, (_, at) => unitOf(from + at));
  await Promise.all(wanted.filter(({ client }) => client === undefined).map(connectOne));
  return { seconds: (performance.now() - startedMs) / 1000, resumed, failed };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function told(seconds: number) {
  const sorted = latenciesMs.sort((a, b) => a - b);
  return {
    records: acknowledged,
    perSecond: acknowledged / seconds,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    open: units.reduce((sum, { sent }) => sum + sent.size, 0),
  };
}

function reset(): void {
  latenciesMs = [];
  acknowledged = 0;
  for (const { sent } of units) sent.clear();
}

/** Until everything under way is acknowledged, or nobody answers any more. */
async function settled(): Promise<void> {
  const endMs = performance.now() + settleMsMax;
  while (units.some(({ sent }) => sent.size > 0) && performance.now() < endMs) await wait(50);
}

/** Units `0…to` send one fix each `periodMs`, each at a moment of its own. */
async function pace({ to, periodMs, forMs }: { to: number; periodMs: number; forMs: number }) {
  reset();
  const timers = units.slice(0, to).map((unit) => {
    const startMs = Math.random() * periodMs;
    const timer = { stop: () => clearTimeout(first) };
    const first = setTimeout(() => {
      send(unit, 1);
      const each = setInterval(() => send(unit, 1), periodMs);
      timer.stop = () => clearInterval(each);
    }, startMs);
    return timer;
  });
  await wait(forMs);
  for (const timer of timers) timer.stop();
  await settled();
  return told(forMs / 1000);
}

/** Units send full batches as fast as they are acknowledged, `window` of them under way. */
async function saturate({ to, window, forMs }: { to: number; window: number; forMs: number }) {
  reset();
  const busy = units.slice(0, to);
  const startedMs = performance.now();
  for (const unit of busy) {
    unit.onAck = () => {
      const isOver = performance.now() - startedMs > forMs;
      while (!isOver && unit.sent.size < window) send(unit, batchRecordsMax);
    };
    unit.onAck();
  }
  await wait(forMs);
  for (const unit of busy) unit.onAck = () => undefined;
  const seconds = (performance.now() - startedMs) / 1000;
  const { perSecond, ...rest } = told(seconds);
  await settled();
  return { ...rest, perSecond: perSecond * batchRecordsMax };
}

serve({
  fleet: ({ file }: { file: string }) => {
    fleet = JSON.parse(readFileSync(file, 'utf8')) as FleetFile;
  },
  connect: connectAll,
  pace,
  saturate,
  cut: async () => {
    for (const unit of units) unit.client?.cut();
    await wait(100);
  },
});
