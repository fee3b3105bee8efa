import type { ScanReport } from '../../protocols/http/link-bodies.ts';
import type { ScreenContent } from '../../protocols/messages/down-schemas.ts';
import { dutyNumber } from '../../protocols/scan-code/fields.ts';
import { matchShapes } from '../../protocols/scan-code/match.ts';
import { matchWords } from '../../protocols/scan-code/words.ts';
import { html, type Markup } from './html.ts';
import {
  type KeptName,
  keptTexts,
  pageTexts,
  type RefusalName,
  refusalTexts,
  type Text,
} from './messages.ts';
import { both, type PageData, pageOf, type Tone } from './page-frame.ts';

const nothingDue = { unitId: null, issuedAt: null, lat: null, lon: null, match: null } as const;

/** A code that is not kept, or not now: what was found and what to do. */
export function refusalPage(name: RefusalName): string {
  const { title, found, advice } = refusalTexts[name];
  const tone: Tone = name === 'unavailable' ? 'warn' : 'bad';
  const inside = html`<p>${both(found)}</p>
<p>${both(advice)}</p>`;
  return pageOf({ verdict: name, ...nothingDue }, tone, title, { above: null, inside, marks: [] });
}

const tones: Readonly<Record<KeptName, Tone>> = {
  candidate: 'good',
  offline: 'warn',
  replayed: 'warn',
  stale: 'warn',
  early: 'warn',
  revoked: 'bad',
  static: 'good',
};

function keptName({ verdict, offlineIssued }: ScanReport): KeptName {
  if (verdict !== 'fresh') return verdict;
  return offlineIssued ? 'offline' : 'candidate';
}

function matchBox(match: ScanReport['match']): Markup | null {
  if (match === null) return null;
  const [first, second, shape] = match;
  const { zh, en } = matchShapes[shape] ?? { zh: '', en: '' };
  return html`<div class="match"><p>${both(pageTexts.matchTitle)}</p>
<strong>${matchWords[first] ?? ''} ${matchWords[second] ?? ''}</strong>
<span>${zh} <span lang="en">${en}</span></span></div>`;
}

function row(name: Text, value: string | Markup | null): Markup | null {
  if (value === null || value === '') return null;
  return html`<dt>${both(name)}</dt><dd>${value}</dd>`;
}

/** China Standard Time, all year. */
function timeText(atMs: number): string {
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

function placeText({ place }: ScanReport): string | null {
  return place === null ? null : `${place.section} ${place.stake} ${place.directionText}`.trim();
}

function facts(report: ScanReport, screen: ScreenContent | undefined): Markup {
  const { unit } = report;
  const holder = screen === undefined ? null : both({ zh: screen.title, en: screen.titleEn });
  const rows = [
    row(pageTexts.unit, unit.serial),
    row(pageTexts.plate, screen?.plate ?? null),
    row(pageTexts.holder, holder),
    row(pageTexts.place, placeText(report)),
    row(pageTexts.time, timeText(report.scannedAtMs)),
  ].filter((one) => one !== null);
  return html`<dl>${rows}</dl>`;
}

const duties = new Set([dutyNumber('on-scene'), dutyNumber('working'), dutyNumber('towing')]);

function dataOf({ verdict, unit, issuedAt, signedPosition, match }: ScanReport): PageData {
  const { lat = null, lon = null } = signedPosition ?? {};
  return { verdict, unitId: unit.unitId, issuedAt, lat, lon, match };
}

/** The gateway's own page of a kept scan while the server is away: names the unit, links there. */
export function shortPage(
  report: ScanReport,
  screen: ScreenContent | undefined,
  pageUrl: string,
): string {
  const name = keptName(report);
  const { title, found, advice } = keptTexts[name];
  const above = duties.has(report.duty)
    ? html`<p class="safety">${both(pageTexts.safety)}</p>`
    : null;
  const marks = [
    ...(screen?.sample === true ? [pageTexts.sample] : []),
    ...(report.unit.training ? [pageTexts.training] : []),
  ];
  const inside = html`<p>${both(found)}</p>
${matchBox(report.match)}
<p>${both(advice)}</p>
${facts(report, screen)}
<p>${both(pageTexts.kept)}</p>
<a class="act" href="${pageUrl}" rel="noreferrer">${both(pageTexts.openPage)}</a>`;
  return pageOf(dataOf(report), tones[name], title, { above, inside, marks });
}
