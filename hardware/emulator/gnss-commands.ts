import { HardwareError } from '../errors.ts';

/** What the module can be told. */
export interface ModuleSettings {
  periodMs: number;
  baudRate: number;
  /** Every how many epochs a sentence is sent; 0 never. */
  readonly every: Record<'GGA' | 'GSA' | 'RMC', number>;
}

export interface ModuleAnswer {
  /** Sentence bodies or binary frames to send back. */
  readonly replies: readonly (string | Uint8Array)[];
  readonly coldStart: boolean;
}

const SILENT: ModuleAnswer = { replies: [], coldStart: false };
const COLD: ModuleAnswer = { replies: [], coldStart: true };
const PCAS_BAUD_RATES = [4800, 9600, 19200, 38400, 57600, 115200];
const PERIODS_MS = [100, 200, 250, 500, 1000, 2000, 5000, 10_000];

type Command = (fields: readonly string[], settings: ModuleSettings) => ModuleAnswer;

/** Commands by sentence address (hardware.md, section 5). */
const COMMANDS: Readonly<Record<string, Command>> = {
  PCAS00: () => SILENT,
  PCAS01: ([code], settings) => {
    settings.baudRate = oneOf(PCAS_BAUD_RATES[integer(code)], PCAS_BAUD_RATES, 'PCAS01');
    return SILENT;
  },
  PCAS02: ([period], settings) => {
    settings.periodMs = oneOf(integer(period), PERIODS_MS, 'PCAS02');
    return SILENT;
  },
  PCAS03: ([gga, , gsa, , rmc], settings) => {
    settings.every.GGA = everyOf(gga, settings.every.GGA);
    settings.every.GSA = everyOf(gsa, settings.every.GSA);
    settings.every.RMC = everyOf(rmc, settings.every.RMC);
    return SILENT;
  },
  PCAS04: ([systems]) => {
    oneOf(integer(systems), [1, 2, 3, 4, 5, 6, 7], 'PCAS04');
    return SILENT;
  },
  PCAS06: () => ({ replies: ['GPTXT,01,01,02,SW=XINLU-EMULATOR,1.0'], coldStart: false }),
  PCAS10: ([kind]) => (oneOf(integer(kind), [0, 1, 2, 3], 'PCAS10') >= 2 ? COLD : SILENT),
  PCAS11: ([model]) => {
    oneOf(integer(model), [0, 1, 2, 3, 4, 5, 6, 7], 'PCAS11');
    return SILENT;
  },
  PMTK104: () => COLD,
  PMTK220: ([period], settings) => {
    settings.periodMs = oneOf(integer(period), PERIODS_MS, 'PMTK220');
    return { replies: ['PMTK001,220,3'], coldStart: false };
  },
  PMTK605: () => ({ replies: ['PMTK705,XINLU_EMULATOR,0001'], coldStart: false }),
  PAIR062: ([kind, every], settings) => {
    if (kind === '0') settings.every.GGA = everyOf(every, 1);
    if (kind === '4') settings.every.RMC = everyOf(every, 1);
    return { replies: ['PAIR001,062,0'], coldStart: false };
  },
  PQTMCFGMSGRATE: () => ({ replies: ['PQTMCFGMSGRATE,OK'], coldStart: false }),
};

/** Obeys one sentence body; throws `illegal-input` for what the module does not know. */
export function obeySentence(body: string, settings: ModuleSettings): ModuleAnswer {
  const [address = '', ...fields] = body.split(',');
  const command = COMMANDS[address];
  if (command === undefined) throw new HardwareError('illegal-input', `sentence ${body}`);
  return command(fields, settings);
}

/** Obeys one UBX message of class and id with its payload; only CFG-RATE is known. */
export function obeyUbx(message: Uint8Array, settings: ModuleSettings): ModuleAnswer {
  const [messageClass = 0, id = 0] = message;
  if (messageClass !== 0x06 || id !== 0x08 || message.length !== 10) {
    throw new HardwareError('illegal-input', `UBX ${messageClass}-${id}`);
  }
  settings.periodMs = (message[4] ?? 0) | ((message[5] ?? 0) << 8);
  return { replies: [ubxFrame(Uint8Array.of(0x05, 0x01, 2, 0, 0x06, 0x08))], coldStart: false };
}

/** Sync bytes and the 8-bit Fletcher sum of u-blox around a message. */
export function ubxFrame(message: Uint8Array): Uint8Array {
  return Uint8Array.of(0xb5, 0x62, ...message, ...ubxSum(message));
}

export function ubxSum(message: Uint8Array): readonly [number, number] {
  let first = 0;
  let second = 0;
  for (const byte of message) {
    first = (first + byte) & 0xff;
    second = (second + first) & 0xff;
  }
  return [first, second];
}

function everyOf(field: string | undefined, present: number): number {
  return field === undefined || field === '' ? present : integer(field);
}

function integer(field: string | undefined): number {
  return field !== undefined && /^\d{1,5}$/.test(field) ? Number(field) : -1;
}

function oneOf(value: number | undefined, allowed: readonly number[], what: string): number {
  if (value === undefined || !allowed.includes(value)) {
    throw new HardwareError('illegal-input', `${what} value ${value}`);
  }
  return value;
}
