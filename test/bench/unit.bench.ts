import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { temporaryFolder } from './folder.ts';
import { type BenchRow, median, row } from './row.ts';
import { fileMb, residentMb, sizeMb, UnitRig, unpackUnit, usedS } from './unit-rig.ts';

/** hardware.md, section 9, A6; the memory is an aim of our own. */
const aims = { cpuPercent: 3, memoryMb: 120 } as const;
/** The unit gives memory back once a minute. */
const settleMs = 70_000;
/** Three codes of an LCD. */
const windowMs = 60_000;
const samples = 12;
const displays = ['png-eink', 'png-lcd'] as const;

interface Idle {
  readonly cpuPercent: number;
  readonly memoryMb: number;
}

/** What processes use while nothing happens to them: their share of a core, and their memory. */
async function idle(pids: readonly number[]): Promise<Idle[]> {
  await setTimeout(settleMs);
  const before = pids.map(usedS);
  const startedMs = performance.now();
  const memory = pids.map((): number[] => []);
  for (let sample = 0; sample < samples; sample += 1) {
    await setTimeout(windowMs / samples);
    for (const [index, pid] of pids.entries()) memory[index]?.push(residentMb(pid));
  }
  const lastedS = (performance.now() - startedMs) / 1000;
  return pids.map((pid, index) => ({
    cpuPercent: ((usedS(pid) - (before[index] ?? 0)) / lastedS) * 100,
    memoryMb: median(memory[index] ?? []),
  }));
}

/** A Node.js that does nothing: what no unit can go below. */
async function bareNodeMb(): Promise<number> {
  const bare = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 60_000)']);
  await setTimeout(1_000);
  const megabytes = residentMb(bare.pid ?? 0);
  bare.kill();
  await once(bare, 'exit');
  return megabytes;
}

function sizeRows(tree: string): BenchRow[] {
  const whole = ['npm ci of everything', sizeMb('node_modules')] as const;
  const installed = sizeMb(tree);
  const node = fileMb(`${tree}/usr/lib/xinlu-device/bin/node`);
  return [
    row('installed unit', 'MB', installed, whole, null),
    row('installed unit without Node.js', 'MB', installed - node, whole, null),
  ];
}

/**
 * Enrolled units as they are installed, on a real gateway, standing still: what they use of
 * processor, memory and disk.
 */
export async function benchUnit(): Promise<BenchRow[]> {
  const folder = temporaryFolder();
  const tree = folder.file('tree');
  await unpackUnit(tree);
  const rig = new UnitRig(folder.file('rig'), tree);
  try {
    await rig.start();
    const pids: number[] = [];
    for (const display of displays) {
      pids.push(await rig.startUnit(`XL-${display.toUpperCase()}`, display));
    }
    const bareMb = await bareNodeMb();
    const idles = await idle(pids);
    return [
      ...idles.flatMap(({ cpuPercent, memoryMb }, index) => {
        const name = `idle unit, ${displays[index]}`;
        const goal = { atMost: 1 };
        return [
          row(`${name}, CPU`, '%', cpuPercent, ['the aim', aims.cpuPercent], goal),
          row(`${name}, memory`, 'MB', memoryMb, ['the aim', aims.memoryMb], goal),
          row(`${name}, memory`, 'MB', memoryMb, ['an idle Node.js', bareMb], null),
        ];
      }),
      ...sizeRows(tree),
    ];
  } finally {
    await rig.stop();
    folder.remove();
  }
}
