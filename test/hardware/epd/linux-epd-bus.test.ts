import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LinuxEpdBus } from '../../../hardware/epd/linux-epd-bus.ts';
import type { Native } from '../../../hardware/native.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xinlu-epd-'));
  await writeFile(join(folder, 'spi'), '');
  await writeFile(join(folder, 'gpio'), '');
});
afterEach(() => rm(folder, { recursive: true }));

/** A kernel that knows the three calls on GPIO lines; lines by number. */
function kernel() {
  const lines = new Map<number, number>([[24, 1]]);
  const requested: number[][] = [];
  const directions: bigint[] = [];
  const ofFd = new Map<number, number[]>();
  const native: Native = {
    sendDatagram: () => false,
    ioctl(fd, request, value) {
      const view = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      if (request === 0xc250b407) {
        expect(view.length).toBe(592);
        const count = view.readUInt32LE(560);
        const offsets = Array.from({ length: count }, (_, index) => view.readUInt32LE(index * 4));
        const lineFd = openSync(join(folder, 'gpio'), 'r');
        requested.push(offsets);
        directions.push(view.readBigUInt64LE(288));
        ofFd.set(lineFd, offsets);
        view.writeInt32LE(lineFd, 588);
      } else if (request === 0xc010b40f || request === 0xc010b40e) {
        const offsets = ofFd.get(fd) ?? [];
        let bits = view.readBigUInt64LE(0);
        const mask = view.readBigUInt64LE(8);
        for (const [index, line] of offsets.entries()) {
          const bit = 1n << BigInt(index);
          if ((mask & bit) === 0n) continue;
          if (request === 0xc010b40f) lines.set(line, (bits & bit) === 0n ? 0 : 1);
          else bits = lines.get(line) === 1 ? bits | bit : bits & ~bit;
        }
        view.writeBigUInt64LE(bits, 0);
      }
      return 0;
    },
  };
  return { lines, requested, directions, native };
}

describe('e-paper wires on Linux', () => {
  it('asks for the lines of the maker’s board and drives each of them', async () => {
    const { lines, requested, directions, native } = kernel();
    const wiring = { spi: join(folder, 'spi'), gpio: join(folder, 'gpio'), powerLine: 18 };
    const bus = new LinuxEpdBus(wiring, async () => native);
    await bus.start();
    expect(requested).toEqual([[17, 25, 18], [24]]);
    expect(directions).toEqual([8n, 4n]);
    bus.power(true);
    bus.reset(1);
    bus.dataCommand(1);
    expect([lines.get(17), lines.get(25), lines.get(18)]).toEqual([1, 1, 1]);
    bus.dataCommand(0);
    expect([lines.get(17), lines.get(25), lines.get(18)]).toEqual([1, 0, 1]);
    expect(bus.busyLevel()).toBe(1);
    lines.set(24, 0);
    expect(bus.busyLevel()).toBe(0);
    await bus.write(Uint8Array.of(0x04));
    await bus.write(Uint8Array.of(1, 2));
    await bus.stop();
    expect([...(await readFile(join(folder, 'spi')))]).toEqual([4, 1, 2]);
  });

  it('names the device that is not there, and refuses bytes when closed', async () => {
    const wiring = { spi: join(folder, 'none'), gpio: join(folder, 'gpio') };
    const bus = new LinuxEpdBus(wiring, async () => kernel().native);
    await expect(bus.start()).rejects.toThrow(/not-here.*none/);
    await expect(bus.write(Uint8Array.of(1))).rejects.toThrow(/port-closed/);
    expect(() => bus.busyLevel()).toThrow(/port-closed/);
  });
});
