import { EventEmitter } from 'node:events';
import type { FixRefusal, GnssFix } from '../../protocols/nmea/nmea.ts';
import type { BytePort } from '../byte-port.ts';
import type { HardwareEnv } from '../environment.ts';
import type { GnssEvents, GnssReceiver, GnssState } from '../gnss.ts';
import { PortLink } from '../serial/port-link.ts';

export const GPSD_LIMITS = { lineBytesMax: 16_384, silenceMsMax: 5000 } as const;

const WATCH = Buffer.from('?WATCH={"enable":true,"json":true};\n', 'ascii');
/** TPV status of gpsd: dead reckoning, with and without GNSS, and simulation. */
const ESTIMATED = [5, 6];
const SIMULATED = 8;

/** Where gpsd holds the receiver already: its JSON, one object a line. */
export class GpsdReceiver extends EventEmitter<GnssEvents> implements GnssReceiver {
  readonly #port: BytePort;
  readonly #link: PortLink;
  readonly #env: HardwareEnv;
  #state: GnssState = 'starting';
  #line = '';
  #sky: { readonly satsUsed: number | null; readonly hdop: number | null } = {
    satsUsed: null,
    hdop: null,
  };

  constructor(port: BytePort, env: HardwareEnv) {
    super();
    this.#port = port;
    this.#link = new PortLink(port, env.timers, {
      opened: () => this.#opened(),
      heard: (bytes) => this.#heard(bytes),
      closed: () => this.#closed(),
    });
    this.#env = env;
  }

  get state(): GnssState {
    return this.#state;
  }

  start(): Promise<void> {
    return this.#link.start();
  }

  stop(): Promise<void> {
    return this.#link.stop();
  }

  #opened(): void {
    this.#line = '';
    if (this.#state === 'unplugged') this.#become('starting');
    this.#watchSilence();
    // A lost request is followed by a closed line, and asked again then.
    this.#port.write(WATCH).catch(() => undefined);
  }

  #heard(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte !== 0x0a) {
        if (this.#line.length < GPSD_LIMITS.lineBytesMax) this.#line += String.fromCharCode(byte);
        continue;
      }
      const line = this.#line;
      this.#line = '';
      this.#take(objectOf(line));
    }
  }

  #closed(): void {
    this.#link.unwatch();
    this.#become('unplugged');
  }

  #take(message: Readonly<Record<string, unknown>>): void {
    if (message.class === 'SKY') {
      this.#sky = { satsUsed: numberOf(message.uSat), hdop: numberOf(message.hdop) };
    }
    if (message.class !== 'TPV') return;
    this.#watchSilence();
    const fix = fixOf(message, this.#sky);
    this.#become(fix.valid ? 'fix' : 'no-fix');
    this.emit('fix', { fix, receivedMonoMs: this.#env.nowMonoMs() });
  }

  #watchSilence(): void {
    this.#link.watch(GPSD_LIMITS.silenceMsMax, () => this.#become('silent'));
  }

  #become(state: GnssState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.emit('state', state);
  }
}

function fixOf(
  tpv: Readonly<Record<string, unknown>>,
  sky: { readonly satsUsed: number | null; readonly hdop: number | null },
): GnssFix {
  const timeMs = typeof tpv.time === 'string' ? Date.parse(tpv.time) : Number.NaN;
  const time = { timeMs: Number.isNaN(timeMs) ? null : timeMs };
  const reason = refusalOf(tpv, time.timeMs);
  if (reason !== null) {
    const nowhere = { lat: null, lon: null, altM: null, speedMps: null, courseDeg: null };
    return { ...time, ...nowhere, fix: 'none', ...sky, valid: false, reason };
  }
  return {
    ...time,
    lat: numberOf(tpv.lat),
    lon: numberOf(tpv.lon),
    altM: numberOf(tpv.altMSL),
    speedMps: numberOf(tpv.speed),
    courseDeg: numberOf(tpv.track),
    fix: tpv.mode === 3 ? '3d' : '2d',
    ...sky,
    valid: true,
    reason: null,
  };
}

function refusalOf(
  tpv: Readonly<Record<string, unknown>>,
  timeMs: number | null,
): FixRefusal | null {
  if (tpv.status === SIMULATED) return 'simulated';
  if (ESTIMATED.some((status) => status === tpv.status)) return 'estimated';
  if (tpv.mode !== 2 && tpv.mode !== 3) return 'no-position';
  const [lat, lon] = [numberOf(tpv.lat), numberOf(tpv.lon)];
  if (lat === null || lon === null || Math.abs(lat) > 90 || Math.abs(lon) > 180) {
    return 'no-position';
  }
  return timeMs === null ? 'no-time' : null;
}

function objectOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
