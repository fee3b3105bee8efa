import { html } from 'ghtml';
import { type DutyName, duties } from '../../../protocols/scan-code/fields.ts';
import { type ScanView, shownVerdict } from '../../scan-page/view.ts';
import type { Reading } from '../http/reading.ts';
import { receiptCard } from '../receipt/receipt-card.ts';
import { callList } from '../shared/calls.ts';
import { layout } from '../shared/layout.ts';
import { speechOf } from '../shared/speech.ts';
import { topBar } from '../shared/top-bar.ts';
import { band } from './band.ts';
import type { Speech } from './context.ts';
import { documentsCard } from './documents-card.ts';
import { identityCard } from './identity-card.ts';
import { incidentCard } from './incident-card.ts';
import { matchCard } from './match-card.ts';
import { scanMessages } from './messages.ts';
import { nextCard } from './next-card.ts';
import { ratingCard } from './rating-card.ts';

/** Digits of a coordinate in the data attributes: a tenth of a metre. */
const coordinateDigits = 6;
const onSceneDuties: readonly DutyName[] = ['on-scene', 'working'];
const onSceneStages = ['arrived', 'working'];

/** What programs read off the page. Scan code, "Opening and redeeming" 5. */
export function dataAttributes(view: ScanView): Record<string, string> {
  const { report, kind, standing } = view;
  const at = kind === 'revoked' ? null : (report.position ?? report.signedPosition);
  return {
    'data-verdict': shownVerdict(view),
    'data-presence': standing,
    'data-unit-id': String(report.unit.unitId),
    'data-issued-at': String(report.issuedAt),
    'data-lat': at?.lat.toFixed(coordinateDigits) ?? '',
    'data-lon': at?.lon.toFixed(coordinateDigits) ?? '',
    'data-match': kind === 'present' ? (report.match?.join(',') ?? '') : '',
  };
}

/** Whether people stand beside traffic now. */
function isOnScene({ kind, report }: ScanView): boolean {
  if (kind === 'static' || kind === 'revoked') return false;
  const duty = duties[report.duty];
  return (
    (duty !== undefined && onSceneDuties.includes(duty)) ||
    onSceneStages.includes(report.incident?.stage ?? '')
  );
}

function topLines(view: ScanView, speech: Speech): string {
  const { t } = speech;
  const safety = isOnScene(view) ? html`<p class="safety" role="note">${t('safety')}</p>` : '';
  const training = view.report.unit.training ? html`<p class="drill">${t('training')}</p>` : '';
  return html`!${safety}!${topBar(speech, `/v/${view.report.scanId}`)}!${training}`;
}

function footer({ report, identity }: ScanView, { t, language }: Speech): string {
  const isSample = identity?.organisation.sample || report.place?.sample;
  return html`<footer>!${callList(language)}
!${isSample ? html`<p>${t('sampleNote')}</p>` : ''}
<p>${t('privacy')}</p>
<p>${t('unitNumber')} ${report.unit.unitId} · ${t('scanNumber', { number: report.scanId.slice(0, 8) })}</p>
</footer>`;
}

/** Two columns where there is room and enough to fill them. */
function columns(first: string, second: string): string {
  if (second === '') return html`<div class="column">!${first}</div>`;
  return html`<div class="columns"><div>!${first}</div><div>!${second}</div></div>`;
}

/** The page of a scan, whole, in one language; works without script. */
export function scanPage(view: ScanView, reading: Reading): string {
  const speech: Speech = speechOf(scanMessages, reading);
  const name =
    view.identity === null
      ? speech.t('titleUnknown')
      : speech.pick(view.identity.organisation.nameZh, view.identity.organisation.nameEn);
  const body = html`!${topLines(view, speech)}
<main>
!${band(view, speech)}
!${columns(
    matchCard(view, speech) + identityCard(view, speech) + documentsCard(view, speech),
    incidentCard(view, speech) +
      ratingCard(view, speech) +
      nextCard(view, speech) +
      receiptCard(view, reading),
  )}
</main>
!${footer(view, speech)}`;
  return layout({
    language: reading.language,
    elder: reading.elder,
    title: `${name} · ${speech.t('brand')}`,
    stylesheet: `/v/${view.report.scanId}/seen.css`,
    attributes: dataAttributes(view),
    body,
  });
}
