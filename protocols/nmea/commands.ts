import { type Command, type CommandLine, UsageError } from '../command.ts';
import { utcMidnightMs } from './calendar.ts';
import { NmeaDecoder } from './decoder.ts';
import type { GnssFix } from './fix.ts';

/** A fix as `nmea decode` prints it: its time in ISO 8601 with milliseconds. */
function printed({ timeMs, ...rest }: GnssFix): Record<string, unknown> {
  return { time: timeMs === null ? null : new Date(timeMs).toISOString(), ...rest };
}

function pivotMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  const midnight =
    parts === null
      ? undefined
      : utcMidnightMs(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  if (midnight === undefined) {
    throw new UsageError(`--pivot ${text} is not a date; write it as 2024-06-30`);
  }
  return midnight;
}

const decode: Command = {
  words: ['nmea', 'decode'],
  usage: 'nmea decode [--pivot DATE]  NMEA 0183 bytes on stdin, one line for each epoch',
  options: ['pivot'],
  readsStdin: true,
  start: ({ options }) => {
    const decoder = new NmeaDecoder({ pivotMs: pivotMs(options.pivot) });
    const lines = (fixes: readonly GnssFix[]): CommandLine[] =>
      fixes.map((fix) => ({ print: printed(fix), ok: fix.valid }));
    return {
      push: (chunk) => lines(decoder.push(chunk)),
      // Refused are epochs that are no fix, and sentences that were damaged. The latter have no
      // line of their own: the last epoch, which is still open here, carries the exit code.
      end: () => {
        const last = lines(decoder.end());
        const damaged = Object.values(decoder.counts.refused).some((count) => count > 0);
        if (!damaged) return last;
        return last.length === 0
          ? [{ print: undefined, ok: false }]
          : last.map((line) => ({ ...line, ok: false }));
      },
    };
  },
};

export const nmeaCommands: readonly Command[] = [decode];
