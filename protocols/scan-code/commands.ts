import {
  answerOnce,
  type Command,
  type CommandContext,
  type CommandLine,
  LineSession,
  requiredOption,
  UsageError,
} from '../command.ts';
import { readCodeLink, type ScanCode } from './code.ts';
import { duties } from './fields.ts';
import { readKeyFile } from './key-file.ts';
import { matchOf, matchText } from './match.ts';
import { judge, type KeyLookup, type Verdict } from './verdict.ts';

/** A coordinate is exact to the cell, about a metre: six decimals say no more than is known. */
function degrees(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e6) / 1e6;
}

function fieldsOf(code: ScanCode | null) {
  const fields = code?.fields;
  return {
    version: fields?.version ?? null,
    kind: fields?.kind ?? null,
    unitId: fields?.unitId ?? null,
    issuedAt: fields?.issuedAt ?? null,
    ttlS: fields?.ttlS ?? null,
    duty: fields?.duty ?? null,
    lat: degrees(fields?.lat ?? null),
    lon: degrees(fields?.lon ?? null),
    fixAgeS: fields?.fixAgeS ?? null,
    incidentRef: fields?.incidentRef ?? null,
  };
}

/** One line of `code verify`: all keys always there, null where unknown. */
export function verdictLine(verdict: Verdict): CommandLine {
  const code = 'code' in verdict ? verdict.code : null;
  const matchKey = 'key' in verdict && verdict.verdict !== 'static' ? verdict.key.matchKey : null;
  const match = code !== null && matchKey !== null ? matchOf(code.bytes, matchKey) : null;
  return {
    print: {
      verdict: verdict.verdict,
      reason: verdict.verdict === 'malformed' ? verdict.reason : null,
      lateS: verdict.verdict === 'stale' ? verdict.lateS : null,
      earlyS: verdict.verdict === 'early' ? verdict.earlyS : null,
      ...fieldsOf(code),
      match,
      matchWord: match === null ? null : matchText(match),
    },
    ok: verdict.verdict === 'fresh' || verdict.verdict === 'static',
  };
}

function atOption(text: string | undefined, context: CommandContext): number {
  if (text === undefined) return context.nowS();
  const at = Number(text);
  if (text.trim() === '' || !Number.isFinite(at)) {
    throw new UsageError(`--at takes Unix seconds, not "${text}"`);
  }
  return at;
}

function verifyLine(line: string, keys: KeyLookup, defaultAtS: number): CommandLine {
  const [url = '', atText = ''] = line.split('\t', 2);
  const atS = atText.trim() === '' ? defaultAtS : Number(atText);
  if (!Number.isFinite(atS)) return verdictLine({ verdict: 'malformed', reason: 'time' });
  return verdictLine(judge(readCodeLink(url), keys, { atS }));
}

const verify: Command = {
  words: ['code', 'verify'],
  usage: 'code verify --keys KEYS.json [--at UNIX_S] < links, each with an optional tab and second',
  options: ['keys', 'at'],
  readsStdin: true,
  start: (context) => {
    const path = requiredOption(context, 'keys');
    const keyFile = readKeyFile(Buffer.from(context.readFile(path)).toString('utf8'));
    if (!keyFile.ok) throw new UsageError(`${path}: ${keyFile.message}`);
    const { keys } = keyFile;
    const at = atOption(context.options.at, context);
    return new LineSession((line) => [verifyLine(line, keys, at)]);
  },
};

const kindNames = ['vehicle screen', 'kiosk screen', 'person card', 'vehicle plate'];

function forPeople({ fields, bytes }: ScanCode): string {
  const issued = new Date(fields.issuedAt * 1000).toISOString();
  const life = fields.ttlS === 'static' ? 'printed, never expires' : `lives ${fields.ttlS} s`;
  const place =
    fields.lat === null
      ? 'none'
      : `${degrees(fields.lat)}, ${degrees(fields.lon)} (WGS-84), fix ${fields.fixAgeS} s old`;
  return [
    `version   ${fields.version} (Ed25519)`,
    `kind      ${fields.kind} ${kindNames[fields.kind]}`,
    `unit      ${fields.unitId}`,
    `issued    ${issued} (${fields.issuedAt}), ${life}`,
    `duty      ${fields.duty} ${duties[fields.duty]}`,
    `place     ${place}`,
    `incident  ${fields.incidentRef === 0 ? 'none' : fields.incidentRef}`,
    `bytes     ${bytes.toString('hex')}`,
    'The signature is not checked here: see code verify.',
  ].join('\n');
}

const show: Command = {
  words: ['code', 'show'],
  usage: 'code show URL',
  options: [],
  readsStdin: false,
  start: ({ positionals }) => {
    const [url] = positionals;
    if (url === undefined) throw new UsageError('which code? usage: xinlu code show URL');
    const reading = readCodeLink(url);
    return answerOnce([
      reading.ok
        ? { print: forPeople(reading.code), ok: true }
        : { print: `malformed (${reading.malformed}): this is not a Xinlu code`, ok: false },
    ]);
  },
};

export const scanCodeCommands: readonly Command[] = [show, verify];
