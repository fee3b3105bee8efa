import {
  answerOnce,
  type Command,
  type CommandContext,
  type CommandLine,
  LineSession,
  requiredOption,
  UsageError,
} from '../command.ts';
import { isLatLon } from '../geo/geo.ts';
import { jsonOfLine } from '../geo/json-line.ts';
import { type Carriageway, carriageways } from './line-file.ts';
import { type ParsedNetwork, parseNetwork, parseStake, type RoadNetwork } from './network.ts';
import { fieldsOf } from './read-line.ts';
import { summaryOf } from './summary.ts';
import { readMoment } from './validity.ts';

/** Digits printed: millimetres of offset, 0.1 mm of position. */
const offsetDigits = 3;
const degreeDigits = 9;

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function refused(error: string): CommandLine {
  return { print: { error }, ok: false };
}

function readNetwork(
  context: CommandContext,
  path = requiredOption(context, 'network'),
): ParsedNetwork {
  const bytes = context.readFile(path);
  const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(bytes);
  return parseNetwork(text, { at: context.nowS() * 1000 });
}

function networkOf(context: CommandContext): RoadNetwork {
  const parsed = readNetwork(context);
  if (parsed.ok) return parsed.network;
  const [first] = parsed.problems;
  const where = first?.feature === null ? '' : `feature ${first?.feature}, `;
  const count = parsed.problems.length;
  throw new UsageError(
    `the network file has ${count} problems (xinlu network check lists them); ` +
      `the first: ${where}${first?.code}: ${first?.message}`,
  );
}

/** A moment in an input line: Unix seconds, or a date or moment in ISO 8601. */
function momentOf(at: unknown): number | null {
  return typeof at === 'number' && Number.isFinite(at) ? at * 1000 : readMoment(at);
}

function locateLine(network: RoadNetwork, line: string): CommandLine {
  const input = jsonOfLine(line);
  const { courseDeg = null, at = null } = fieldsOf(input);
  if (!isLatLon(input)) return refused('bad-position');
  const isCourse = courseDeg === null || Number.isFinite(courseDeg);
  if (!isCourse) return refused('bad-course');
  const atMs = at === null ? undefined : momentOf(at);
  if (atMs === null) return refused('bad-moment');
  const { lat, lon } = input;
  const query = { lat, lon, courseDeg: courseDeg as number | null };
  const place = network.locate(atMs === undefined ? query : { ...query, atMs });
  if ('error' in place) return { print: place, ok: false };
  const { section, stake, stakeM, side, direction } = place;
  const offsetM = rounded(place.offsetM, offsetDigits);
  return { print: { section, stake, stakeM, offsetM, side, direction }, ok: true };
}

function pointLine(network: RoadNetwork, line: string): CommandLine {
  const { section, stake: text, carriageway = 'both' } = fieldsOf(jsonOfLine(line));
  const stake = typeof text === 'string' ? parseStake(text) : null;
  if (typeof section !== 'string') return refused('bad-section');
  if (stake === null) return refused('bad-stake');
  if (!carriageways.includes(carriageway as Carriageway)) return refused('bad-carriageway');
  const { prefix, stakeM } = stake;
  const place = network.point(section, stakeM, carriageway as Carriageway, { prefix });
  if ('error' in place) return { print: place, ok: false };
  const { lat, lon } = place;
  const print = { lat: rounded(lat, degreeDigits), lon: rounded(lon, degreeDigits) };
  return { print, ok: true };
}

/** One line a problem; for a good file, one line that says what is in it. */
function checkLines(parsed: ParsedNetwork): CommandLine[] {
  if (!parsed.ok) return parsed.problems.map((problem) => ({ print: problem, ok: false }));
  return [{ print: { ok: true, ...summaryOf(parsed.network) }, ok: true }];
}

export const networkCommands: readonly Command[] = [
  {
    words: ['stake', 'locate'],
    usage: 'stake locate --network N.geojson < {lat, lon, courseDeg?, at?} lines',
    options: ['network'],
    readsStdin: true,
    start: (context) => {
      const network = networkOf(context);
      return new LineSession((line) => [locateLine(network, line)]);
    },
  },
  {
    words: ['stake', 'point'],
    usage: 'stake point --network N.geojson < {section, stake, carriageway?} lines',
    options: ['network'],
    readsStdin: true,
    start: (context) => {
      const network = networkOf(context);
      return new LineSession((line) => [pointLine(network, line)]);
    },
  },
  {
    words: ['network', 'check'],
    usage: 'network check FILE: everything that is wrong with a road network file, a line each',
    options: ['network'],
    readsStdin: false,
    start: (context) => answerOnce(checkLines(readNetwork(context, context.positionals[0]))),
  },
];
