import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Standing } from '../agent-standing.ts';
import { diskFreeMb } from '../status.ts';
import { readIfThere, writeDurably } from '../store/durable-file.ts';
import type { Finding, LiveCheck } from './live-test.ts';

/** Less is too little for three days without a line. */
const diskFreeMbMin = 100;

export interface CheckParts extends Pick<Standing, 'base' | 'display' | 'screen' | 'feed' | 'cab'> {
  readonly dataDir: string;
  randomBytes(count: number): Uint8Array;
  isOnline(): boolean;
}

function pass(detail: string | number | null = ''): Finding {
  return { result: 'pass', detail: String(detail ?? '') };
}

function fail(detail: string): Finding {
  return { result: 'fail', detail };
}

const notFitted: Finding = { result: 'not-fitted', detail: '' };

function gnss({ feed }: CheckParts): Finding {
  const word = feed.word();
  if (word !== 'fix') return fail(word);
  const { satsUsed = null } = feed.last ?? {};
  return pass(satsUsed === null ? '' : `${satsUsed}-sats`);
}

async function modem({ cab }: CheckParts): Promise<Finding> {
  if (!cab.hasModem) return notFitted;
  const report = await cab.askModemNow();
  if (report === null) return fail('no-answer');
  if (report.sim !== 'ready') return fail(`sim-${report.sim ?? 'unknown'}`);
  return report.registered === false ? fail('no-network') : pass(`${report.rssiDbm ?? '?'}dBm`);
}

/** A decoded code on the glass is all there is to ask of a screen. */
function screen({ display, screen: codes }: CheckParts): Finding {
  const fault = codes.fault() ?? display.health().reason;
  if (fault !== null) return fail(fault);
  return codes.code() === null ? fail(codes.notice() ?? 'no-code') : pass();
}

function buttons({ cab }: CheckParts): Finding {
  if (cab.isPanelLinked === null) return notFitted;
  return cab.isPanelLinked ? pass() : fail('no-answer');
}

function clock({ base }: CheckParts): Finding {
  const reading = base.clock.now();
  return reading === null ? fail('no-time') : pass(reading.source);
}

/** Writes and reads back, as keys and marks are written. */
async function disk({ dataDir, randomBytes }: CheckParts): Promise<Finding> {
  const path = join(dataDir, 'self-test');
  const word = Buffer.from(randomBytes(16)).toString('hex');
  await writeDurably(path, word);
  const back = await readIfThere(path);
  await rm(path, { force: true });
  if (back !== word) return fail('misread');
  const freeMb = await diskFreeMb(dataDir);
  return freeMb !== null && freeMb < diskFreeMbMin ? fail('full') : pass(`${freeMb ?? '?'}MB`);
}

function link(parts: CheckParts): Finding {
  return parts.isOnline() ? pass() : fail('offline');
}

function power({ cab }: CheckParts): Finding {
  if (cab.ignition === null) return notFitted;
  return pass(cab.ignition ? 'ignition-on' : 'ignition-off');
}

const looks = { gnss, modem, screen, buttons, clock, disk, link, power } as const;

/** What a technician wants to see go green, in this order. */
export function liveChecks(parts: CheckParts): LiveCheck[] {
  return (Object.keys(looks) as (keyof typeof looks)[]).map((part) => ({
    part,
    look: () => looks[part](parts),
  }));
}
