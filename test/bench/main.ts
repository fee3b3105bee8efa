import { benchCode } from './code.bench.ts';
import { benchEdge } from './edge.bench.ts';
import { benchFleet } from './fleet.bench.ts';
import { benchFrame } from './frame.bench.ts';
import { benchIngest } from './ingest.bench.ts';
import { benchNetwork } from './network.bench.ts';
import { type BenchRow, meetsGoal } from './row.ts';
import { benchUnit } from './unit.bench.ts';

/** Name → bench; `npm run bench -- code` runs one. */
const benches: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  code: benchCode,
  frame: benchFrame,
  ingest: benchIngest,
  edge: benchEdge,
  unit: benchUnit,
  network: benchNetwork,
  fleet: benchFleet,
};

function goalText({ goal }: BenchRow): string {
  if (goal === null) return 'reported';
  return 'atLeast' in goal ? `goal ≥ ${goal.atLeast}` : `goal ≤ ${goal.atMost}`;
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

function line(bench: BenchRow): string {
  const ours = `${figure(bench.product)} ${bench.unit}`;
  const theirs = `${bench.limitName} ${figure(bench.limit)}`;
  const mark = meetsGoal(bench) ? '' : '  (missed)';
  return `${bench.name.padEnd(44)} ${ours.padStart(18)}  ratio ${bench.ratio.toFixed(2)} to ${theirs}; ${goalText(bench)}${mark}`;
}

const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const result of await bench()) process.stdout.write(`${line(result)}\n`);
}
