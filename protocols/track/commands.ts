import { type Command, type CommandLine, type CommandSession, LineSession } from '../command.ts';
import { findStops, jumps, lengthM, TrackCsv, type TrackPoint } from './track.ts';

/** Most fixes read from one file: eleven days at one a second. */
export const trackPointsMax = 1_000_000;

const metresDigits = 1;

function stopsSession(): CommandSession {
  const csv = new TrackCsv();
  const points: TrackPoint[] = [];
  let lines = 0;
  const answer = (text: string): CommandLine[] => {
    lines += 1;
    const line = csv.line(text);
    if (line === null) return [];
    if ('error' in line) return [{ print: { error: line.error, line: lines }, ok: false }];
    if (points.length < trackPointsMax) points.push(line.point);
    else return [{ print: { error: 'too-many-points', line: lines }, ok: false }];
    return [];
  };
  const atEnd = (): CommandLine[] => [
    ...findStops(points).map((stop) => ({ print: stop, ok: true })),
    { print: { lengthM: rounded(lengthM(points)), jumps: jumps(points).length }, ok: true },
  ];
  return new LineSession(answer, atEnd);
}

function rounded(metres: number): number {
  return Number(metres.toFixed(metresDigits));
}

export const trackCommands: readonly Command[] = [
  {
    words: ['track', 'stops'],
    usage: 'track stops < time,lat,lon CSV: stops of 60 s within 30 m, then length and jumps',
    options: [],
    readsStdin: true,
    start: stopsSession,
  },
];
