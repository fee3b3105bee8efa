import { html } from 'ghtml';
import { type RatingProblem, scoreMax, wordsCharsMax } from '../../scan-page/forms.ts';
import type { ScanView } from '../../scan-page/view.ts';
import type { Speech } from './context.ts';
import type { ScanMessageKey } from './messages.ts';

const levels: readonly (readonly [points: number, name: ScanMessageKey])[] = [
  [100, 'rateLevel100'],
  [80, 'rateLevel80'],
  [60, 'rateLevel60'],
  [30, 'rateLevel30'],
  [0, 'rateLevel0'],
];

const problemTexts: Readonly<Record<RatingProblem, ScanMessageKey>> = {
  'no-score': 'rateNoScore',
  'bad-score': 'rateBadScore',
  'long-words': 'rateLongWords',
};

function saved({ rating, report }: ScanView, { t }: Speech): string {
  const words = rating?.words ?? '';
  return html`<div class="done" role="status"><p><b>${t('rateDone')}</b></p>
<p class="score">${t('rateDoneScore', { score: rating?.score ?? '' })}</p>
!${words === '' ? '' : html`<blockquote>${words}</blockquote>`}
!${report.unit.training ? html`<p>${t('rateDoneTraining')}</p>` : ''}</div>`;
}

function form({ report, formToken, problem }: ScanView, { t, language }: Speech): string {
  const choices = levels.map(
    ([
      points,
      name,
    ]) => html`<label class="choice"><input type="radio" name="level" value="${points}">
<span>${t(name)}</span><small>${t('rateLevelPoints', { points })}</small></label>`,
  );
  const error =
    problem === null
      ? ''
      : html`<p class="mark" role="alert">${t(problemTexts[problem.problem])}</p>`;
  return html`<form method="post" action="/v/${report.scanId}/rating?lang=${language}#rating">
<input type="hidden" name="token" value="${formToken}">
!${error}
<fieldset><legend>${t('rateScore')}</legend>!${choices}</fieldset>
<label class="field"><span>${t('rateExact')}</span>
<input name="score" type="number" inputmode="numeric" min="0" max="${scoreMax}" step="1"></label>
<label class="field"><span>${t('rateWords')}</span>
<textarea name="words" rows="3" maxlength="${wordsCharsMax}">${problem?.words}</textarea></label>
<button class="button strong">${t('rateSubmit')}</button>
<p class="hint">${t('rateOnce')}</p>
</form>`;
}

/** Rating, 0–100 with words, for those who may act; with who will see it. */
export function ratingCard(view: ScanView, speech: Speech): string {
  const { t } = speech;
  if (view.kind !== 'present') return '';
  return html`<section class="card rating" id="rating" aria-labelledby="rating-title">
<h2 id="rating-title">${t('rateTitle')}</h2>
!${view.rating === null ? form(view, speech) : saved(view, speech)}
<p class="hint">${t('rateWhoSees')}</p>
</section>`;
}
