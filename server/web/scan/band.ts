import { html } from 'ghtml';
import type { PageKind, ScanView } from '../../scan-page/view.ts';
import { icon } from '../shared/layout.ts';
import { lengthText, type Speech } from './context.ts';
import { bandIcons } from './drawings.ts';
import type { ScanMessageKey } from './messages.ts';

interface BandTexts {
  readonly title: ScanMessageKey;
  readonly text: ScanMessageKey;
  /** What to do now. */
  readonly action: ScanMessageKey;
}

/** A driver's "different" outweighs a valid signature. */
type BandKind = PageKind | 'mismatch';

const bandTexts: Readonly<Record<BandKind, BandTexts>> = {
  present: { title: 'presentTitle', text: 'presentText', action: 'presentDo' },
  rescan: { title: 'rescanTitle', text: 'rescanText', action: 'rescanDo' },
  'view-only': { title: 'viewOnlyTitle', text: 'viewOnlyText', action: 'viewOnlyDo' },
  offline: { title: 'offlineTitle', text: 'offlineText', action: 'offlineDo' },
  stale: { title: 'staleTitle', text: 'staleText', action: 'staleDo' },
  early: { title: 'earlyTitle', text: 'earlyText', action: 'earlyDo' },
  revoked: { title: 'revokedTitle', text: 'revokedText', action: 'revokedDo' },
  mismatch: { title: 'mismatchTitle', text: 'mismatchText', action: 'mismatchDo' },
  static: { title: 'staticTitle', text: 'staticText', action: 'staticDo' },
};

/** The verdict in words: what is true of this code, and what to do. */
export function band(view: ScanView, speech: Speech): string {
  const { kind, report, standing } = view;
  const shown: BandKind = view.matchAnswer === 'different' ? 'mismatch' : kind;
  const { title, text, action } = bandTexts[shown];
  const seconds = kind === 'early' ? report.earlyS : report.lateS;
  const said = standing === 'taken' ? 'rescanTakenText' : text;
  return html`<section class="band band-${shown}" aria-labelledby="verdict">
<h1 id="verdict">!${icon(bandIcons[shown])}<span>${speech.t(title)}</span></h1>
<p>${speech.t(said, { time: lengthText(speech, seconds ?? 0) })}</p>
<p class="action"><b>${speech.t('whatToDo')}</b>${speech.t(action)}</p>
</section>`;
}
