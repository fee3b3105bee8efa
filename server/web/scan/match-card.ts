import { html } from 'ghtml';
import { matchWords } from '../../../protocols/scan-code/words.ts';
import type { ScanView } from '../../scan-page/view.ts';
import type { Speech } from './context.ts';
import { shapeDrawing, shapeName } from './drawings.ts';
import { placeText } from './place.ts';

function answered({ matchAnswer, report }: ScanView, speech: Speech): string {
  const { t } = speech;
  if (matchAnswer === 'same') return html`<p class="done" role="status">${t('matchSameDone')}</p>`;
  return html`<div class="alarm" role="status"><p><b>${t('matchDifferentDone')}</b></p>
<p>${t('matchDifferentPlace', { place: placeText(report, speech) })}</p></div>`;
}

function question({ report, formToken }: ScanView, { t, link }: Speech): string {
  return html`<form method="post" action="${link(`/v/${report.scanId}/match#match`)}">
<input type="hidden" name="token" value="${formToken}">
<div class="pair">
<button class="button" name="answer" value="same">${t('matchSame')}</button>
<button class="button warn" name="answer" value="different">${t('matchDifferent')}</button>
</div></form>`;
}

/** The words and shape that stand on the screen, and the question whether they do. */
export function matchCard(view: ScanView, speech: Speech): string {
  const { report, matchAnswer } = view;
  const { t } = speech;
  if (view.kind !== 'present' || report.match === null) return '';
  const [first = '', second = ''] = [matchWords[report.match[0]], matchWords[report.match[1]]];
  const shape = t(shapeName(report.match[2]));
  return html`<section class="card match" id="match" aria-labelledby="match-title">
<h2 id="match-title">${t('matchTitle')}</h2>
<div class="words" role="group" aria-label="${t('matchWordsLabel', { first, second, shape })}">
<b lang="zh-CN">${first}</b><b lang="zh-CN">${second}</b>
<span class="figure">!${shapeDrawing(report.match[2], shape)}<small>${shape}</small></span>
</div>
<p class="ask">${t('matchQuestion')}</p>
!${t('matchLanguageNote') === '' ? '' : html`<p class="hint">${t('matchLanguageNote')}</p>`}
!${matchAnswer === null ? question(view, speech) : answered(view, speech)}
<p class="hint">${t('matchWhy')}</p>
</section>`;
}
