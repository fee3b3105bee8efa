import { closeSync, constants, openSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { HardwareError } from '../errors.ts';
import type { Native } from '../native.ts';
import type { EpdBus, Level } from './epd-bus.ts';

/** Where the panel's board hangs. The defaults are those of the maker's Pi board. */
export interface EpdWiring {
  /** Default `/dev/spidev0.0`. */
  readonly spi?: string;
  /** Default 4 MHz, what the maker uses. */
  readonly speedHz?: number;
  /** Default `/dev/gpiochip0`; the lines are numbers on it. */
  readonly gpio?: string;
  readonly resetLine?: number;
  readonly dataCommandLine?: number;
  readonly busyLine?: number;
  /** Absent: the board has no supply switch. */
  readonly powerLine?: number;
}

const SPI_IOC_WR_MODE = 0x40016b01;
const SPI_IOC_WR_MAX_SPEED_HZ = 0x40046b04;
const GPIO_V2_GET_LINE = 0xc250b407;
const GPIO_V2_GET_VALUES = 0xc010b40e;
const GPIO_V2_SET_VALUES = 0xc010b40f;
const LINE_INPUT = 0x4n;
const LINE_OUTPUT = 0x8n;
/** struct gpio_v2_line_request: 64 offsets, name, configuration, number of lines, descriptor. */
const REQUEST = { bytes: 592, consumerAt: 256, flagsAt: 288, linesAt: 560, fdAt: 588 } as const;

const writeFd = promisify(write);

/** E-paper wires on Linux: spidev, and GPIO lines through the second character device API. */
export class LinuxEpdBus implements EpdBus {
  readonly #wiring: EpdWiring;
  readonly #loadNative: () => Promise<Native>;
  #native: Native | null = null;
  #spi: number | null = null;
  #outputs: number | null = null;
  #busy: number | null = null;

  constructor(wiring: EpdWiring, loadNative: () => Promise<Native>) {
    this.#wiring = wiring;
    this.#loadNative = loadNative;
  }

  async start(): Promise<void> {
    this.#native = await this.#loadNative();
    const { resetLine = 17, dataCommandLine = 25, busyLine = 24, powerLine } = this.#wiring;
    const outputs = [resetLine, dataCommandLine, ...(powerLine === undefined ? [] : [powerLine])];
    try {
      this.#spi = openDevice(this.#wiring.spi ?? '/dev/spidev0.0');
      const speed = Buffer.alloc(4);
      speed.writeUInt32LE(this.#wiring.speedHz ?? 4_000_000);
      this.#call(this.#spi, SPI_IOC_WR_MODE, Uint8Array.of(0));
      this.#call(this.#spi, SPI_IOC_WR_MAX_SPEED_HZ, speed);
      this.#outputs = this.#request(outputs, LINE_OUTPUT);
      this.#busy = this.#request([busyLine], LINE_INPUT);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const fd of [this.#spi, this.#outputs, this.#busy]) {
      if (fd !== null) closeSync(fd);
    }
    this.#spi = null;
    this.#outputs = null;
    this.#busy = null;
  }

  power(on: boolean): void {
    if (this.#wiring.powerLine !== undefined) this.#set(2, on ? 1 : 0);
  }

  reset(level: Level): void {
    this.#set(0, level);
  }

  dataCommand(level: Level): void {
    this.#set(1, level);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#spi === null) throw new HardwareError('port-closed', 'spidev');
    const { bytesWritten } = await writeFd(this.#spi, bytes);
    if (bytesWritten !== bytes.length) throw new HardwareError('write-failed', 'spidev');
  }

  busyLevel(): Level {
    const values = valuesOf(0n, 1n);
    this.#call(this.#busy, GPIO_V2_GET_VALUES, values);
    return (values[0] ?? 0) & 1 ? 1 : 0;
  }

  #request(lines: readonly number[], direction: bigint): number {
    const gpio = this.#wiring.gpio ?? '/dev/gpiochip0';
    const chip = openDevice(gpio);
    const request = Buffer.alloc(REQUEST.bytes);
    for (const [index, line] of lines.entries()) request.writeUInt32LE(line, index * 4);
    request.write('xinlu', REQUEST.consumerAt, 'ascii');
    request.writeBigUInt64LE(direction, REQUEST.flagsAt);
    request.writeUInt32LE(lines.length, REQUEST.linesAt);
    try {
      this.#call(chip, GPIO_V2_GET_LINE, request);
    } finally {
      closeSync(chip);
    }
    return request.readInt32LE(REQUEST.fdAt);
  }

  #set(index: number, level: Level): void {
    const mask = 1n << BigInt(index);
    this.#call(this.#outputs, GPIO_V2_SET_VALUES, valuesOf(level === 1 ? mask : 0n, mask));
  }

  #call(fd: number | null, request: number, value: Uint8Array): void {
    if (fd === null || this.#native === null) throw new HardwareError('port-closed', 'gpio');
    if (this.#native.ioctl(fd, request, value) < 0) {
      throw new HardwareError('not-here', `ioctl ${request.toString(16)} was refused`);
    }
  }
}

/** struct gpio_v2_line_values: bits, then which of them count. */
function valuesOf(bits: bigint, mask: bigint): Buffer {
  const values = Buffer.alloc(16);
  values.writeBigUInt64LE(bits, 0);
  values.writeBigUInt64LE(mask, 8);
  return values;
}

function openDevice(path: string): number {
  try {
    return openSync(path, constants.O_RDWR);
  } catch {
    throw new HardwareError('not-here', path);
  }
}
