import { connect, type Socket } from 'node:net';
import { Terminals } from '../../../gateway/jt808/terminals.ts';
import {
  bcdOfTime,
  decodeFrame,
  encodeMessage,
  type HeaderVersion,
  type Jt808Message,
  type Jt808MessageId,
  type Jt808SentBodies,
  Jt808Splitter,
  readMessage,
  type SentLocationReport,
} from '../../../protocols/jt808/jt808.ts';
import {
  type LogLine,
  pause,
  TestClock,
  type TestStore,
  temporaryStore,
  testEnv,
} from '../scan/kit.ts';

export const plate = '冀F·示801';

/** The terminal side of a connection, over real loopback TCP. */
export class TestTerminal {
  readonly phone: string;
  readonly version: HeaderVersion;
  readonly received: Jt808Message[] = [];
  isClosed = false;
  readonly socket: Socket;
  readonly #splitter = new Jt808Splitter();
  #read = 0;
  #serial = 0;

  constructor(port: number, phone: string, version: HeaderVersion = '2013') {
    this.phone = phone;
    this.version = version;
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.isClosed = true;
    });
    this.socket.on('data', (chunk) => {
      for (const wire of this.#splitter.push(chunk)) {
        const frame = decodeFrame(wire);
        if ('error' in frame) throw new Error(`the platform sent ${frame.error}`);
        const message = readMessage(frame);
        if ('error' in message) throw new Error(`the platform sent ${message.error}`);
        this.received.push(message);
      }
    });
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  frames<Id extends Jt808MessageId>(id: Id, body: Jt808SentBodies[Id]): Uint8Array[] {
    const { phone, version } = this;
    const frames = encodeMessage({ phone, version, serial: this.#serial }, id, body);
    this.#serial += frames.length;
    return frames;
  }

  send<Id extends Jt808MessageId>(id: Id, body: Jt808SentBodies[Id]): void {
    for (const frame of this.frames(id, body)) this.write(frame);
  }

  /** The next answer that nobody has read yet; null when the connection closed instead. */
  async next(): Promise<Jt808Message | null> {
    while (this.received.length <= this.#read && !this.isClosed) await pause(2);
    const message = this.received[this.#read] ?? null;
    this.#read += 1;
    return message;
  }

  async ask<Id extends Jt808MessageId>(id: Id, body: Jt808SentBodies[Id]) {
    this.send(id, body);
    return this.next();
  }

  async closed(): Promise<void> {
    while (!this.isClosed) await pause(2);
  }

  register(device = 'T-000001', plateSent = plate) {
    return this.ask('0x0100', {
      ...{ province: 13, city: 100, maker: 'MAKER', model: 'M1' },
      ...{ terminalId: device.slice(0, 7), plateColor: 1, plate: plateSent },
    });
  }

  authenticate(token: string) {
    const rest = this.version === '2019' ? { imei: '860000000000000', software: 'v1' } : {};
    return this.ask('0x0102', { token, ...rest });
  }

  hangUp(): void {
    this.socket.destroy();
  }
}

export interface TerminalRig {
  readonly clock: TestClock;
  readonly kept: TestStore;
  readonly log: LogLine[];
  readonly terminals: Terminals;
  readonly port: number;
  connect(phone: string, version?: HeaderVersion): TestTerminal;
  /** Enters a terminal and answers its code. */
  enter(phone: string, vehicleId?: string): Promise<string>;
  /** A terminal that is entered, connected and let in. */
  admitted(phone: string, version?: HeaderVersion): Promise<TestTerminal>;
  stop(): Promise<void>;
}

/** The listener on a free port, on a store of its own, by a clock that the test moves. */
export async function startTerminalRig(): Promise<TerminalRig> {
  const clock = new TestClock();
  const kept = await temporaryStore();
  const log: LogLine[] = [];
  const terminals = new Terminals({ store: kept.store, env: testEnv(clock, log), timers: clock });
  await terminals.start();
  const at = { host: '127.0.0.1', port: 0, setting: 'jt808Port' };
  const port = await terminals.listener.start(at);
  const made: TestTerminal[] = [];
  const rig: TerminalRig = {
    ...{ clock, kept, log, terminals, port },
    connect: (phone, version) => {
      const terminal = new TestTerminal(port, phone, version);
      made.push(terminal);
      return terminal;
    },
    enter: async (phone, vehicleId) => {
      const given = { phone, plate, vehicleId: vehicleId ?? null };
      const result = await terminals.book.register(given, 'clerk');
      if (!result.ok) throw new Error(result.message);
      return result.terminal.code;
    },
    admitted: async (phone, version) => {
      const code = await rig.enter(phone);
      const terminal = rig.connect(phone, version);
      const answer = await terminal.authenticate(code);
      if (answer?.id !== '0x8001' || answer.body.result !== 0) throw new Error('not let in');
      return terminal;
    },
    stop: async () => {
      for (const terminal of made) terminal.hangUp();
      await terminals.listener.stop();
      await terminals.stop();
      await kept.remove();
    },
  };
  return rig;
}

/** A report at a moment; `alarm` and `status` are the bits as sent. */
export function reportAt(atMs: number, rest: Partial<SentLocationReport> = {}): SentLocationReport {
  return {
    ...{ alarm: 0, status: 0b11, latitudeE6: 38_050_000, longitudeE6: 114_600_000 },
    ...{ altitudeM: 60, speedDkmh: 360, direction: 90, timeBcd: bcdOfTime(atMs), items: [] },
    ...rest,
  };
}
