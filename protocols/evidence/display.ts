import { readCodeBytes } from '../scan-code/code.ts';
import type { SignedRecord } from './signed-records.ts';

/** Times by the unit's clock, Unix ms: from included, to not. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How long the code on a glass can be taken after a `shown` record; null: it shows none. */
function shownStretch({ record }: SignedRecord): Stretch | null {
  if (record.kind !== 'shown' || record.values.code === null) return null;
  if (record.values.decodedOk === false) return null;
  const reading = readCodeBytes(record.values.code);
  if (!reading.ok) return null;
  const { issuedAt, ttlS } = reading.code.fields;
  if (ttlS === 'static') return null;
  return { fromMs: record.happenedAtMs, toMs: (issuedAt + ttlS) * 1000 };
}

/** When a unit is known to have shown what its records say: no record in between is missing. */
function knownStretches(records: readonly SignedRecord[]): Stretch[] {
  const byNumber = records.toSorted(
    (a, b) => a.epoch.localeCompare(b.epoch) || a.record.seq - b.record.seq,
  );
  return byNumber.flatMap((next, index) => {
    const one = byNumber[index - 1];
    if (one === undefined || one.epoch !== next.epoch) return [];
    const isNext = next.record.seq === one.record.seq + 1;
    const stretch = { fromMs: one.record.happenedAtMs, toMs: next.record.happenedAtMs };
    return isNext && stretch.toMs > stretch.fromMs ? [stretch] : [];
  });
}

/** Stretches in the order of time, those that touch made one. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const done: Stretch[] = [];
  for (const one of stretches.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = done.at(-1);
    if (last === undefined || one.fromMs > last.toMs) done.push(one);
    else done[done.length - 1] = { ...last, toMs: Math.max(last.toMs, one.toMs) };
  }
  return done;
}

function without(stretch: Stretch, covers: readonly Stretch[]): Stretch[] {
  let left: Stretch[] = [stretch];
  for (const { fromMs, toMs } of covers) {
    left = left.flatMap((one) => [
      { fromMs: one.fromMs, toMs: Math.min(one.toMs, fromMs) },
      { fromMs: Math.max(one.fromMs, toMs), toMs: one.toMs },
    ]);
    left = left.filter((one) => one.toMs > one.fromMs);
  }
  return left;
}

/**
 * The longest time within a span in which a unit is known to have had no code on its glass that a
 * phone could take; null: there is none. Where records are missing nothing is known, and nothing
 * is held against the unit.
 */
export function longestWithoutCode(
  records: readonly SignedRecord[],
  span: Stretch,
): Stretch | null {
  const covers = joined(records.flatMap((one) => shownStretch(one) ?? []));
  let longest: Stretch | null = null;
  for (const known of joined(knownStretches(records))) {
    const within = {
      fromMs: Math.max(known.fromMs, span.fromMs),
      toMs: Math.min(known.toMs, span.toMs),
    };
    if (within.toMs <= within.fromMs) continue;
    for (const bare of without(within, covers)) {
      const ms = bare.toMs - bare.fromMs;
      if (longest === null || ms > longest.toMs - longest.fromMs) longest = bare;
    }
  }
  return longest;
}

/** What a panel is made for, degrees Celsius; beyond, it may show nothing. hardware.md. */
export const panelTemperatureC = { min: 0, max: 50 } as const;

/** What the unit itself said was wrong with its glass in a stretch. */
export function displayExcuses(
  records: readonly SignedRecord[],
  { fromMs, toMs }: Stretch,
): readonly ('screen-fault' | 'panel-temperature')[] {
  const then = records.filter(
    ({ record }) => record.happenedAtMs >= fromMs && record.happenedAtMs <= toMs,
  );
  const states = then.flatMap(({ record }) => (record.kind === 'status' ? [record.values] : []));
  const isFaulty = states.some(({ displayFault }) => displayFault !== null && displayFault !== '');
  const isBeyond = states.some(({ panelTemperatureC: degrees }) => {
    return degrees !== null && (degrees < panelTemperatureC.min || degrees > panelTemperatureC.max);
  });
  return [
    ...(isFaulty ? (['screen-fault'] as const) : []),
    ...(isBeyond ? (['panel-temperature'] as const) : []),
  ];
}
