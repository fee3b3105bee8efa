import { html } from 'ghtml';
import type { OrganisationKind, Person } from '../../directory/directory.ts';
import { phrasesFor } from '../../rating/phrases.ts';
import { type RatedSubject, type Rating, ratingFor } from '../../rating/rating.ts';
import {
  fieldName,
  type RatingDraft,
  type RatingProblem,
  scoreMax,
  wordsCharsMax,
} from '../../rating/read-ratings.ts';
import type { ScanView } from '../../scan-page/view.ts';
import { type Speech, timeText } from './context.ts';
import type { ScanMessageKey } from './messages.ts';
import { phraseNames } from './phrase-names.ts';

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

const unit: RatedSubject = { kind: 'unit', id: '' };

/** What a subject's fields hold: what came back, else what was said before, else nothing. */
function filled({ problem, ratings }: ScanView, subject: RatedSubject): RatingDraft {
  const draft = problem?.drafts.find(
    ({ subject: { kind, id } }) => kind === subject.kind && id === subject.id,
  );
  if (draft !== undefined) return draft;
  const said = ratingFor(ratings, subject);
  const isLevel = levels.some(([points]) => points === said?.score);
  const score = said === undefined || isLevel ? '' : String(said.score);
  return {
    subject,
    level: isLevel ? String(said?.score) : '',
    score,
    words: said?.words ?? '',
    phrases: said?.phrases ?? [],
  };
}

function levelChoices({ subject, level }: RatingDraft, legend: string, { t }: Speech): string {
  const name = fieldName('level', subject);
  const choices = levels.map(([points, text]) => {
    const checked = level === String(points) ? html` checked` : '';
    return html`<label class="choice"><input type="radio" name="${name}" value="${points}"!${checked}>
<span>${t(text)}</span><small>${t('rateLevelPoints', { points })}</small></label>`;
  });
  return html`<fieldset><legend>${legend}</legend>!${choices}</fieldset>`;
}

function phraseTicks(draft: RatingDraft, kind: OrganisationKind, { t, pick }: Speech): string {
  const ticks = phrasesFor[kind].map((code) => {
    const checked = draft.phrases.includes(code) ? html` checked` : '';
    const { zh, en } = phraseNames[code];
    return html`<label class="tick"><input type="checkbox" name="phrase" value="${code}"!${checked}>
<span>${pick(zh, en)}</span></label>`;
  });
  return html`<fieldset class="ticks"><legend>${t('ratePhrases')}</legend>!${ticks}</fieldset>`;
}

function wordsField(draft: RatingDraft, label: string): string {
  return html`<label class="field"><span>${label}</span>
<textarea name="${fieldName('words', draft.subject)}" rows="3" maxlength="${wordsCharsMax}">${draft.words}</textarea></label>`;
}

/** A person aboard, folded: only who wishes rates people. */
function personFold(view: ScanView, person: Person, speech: Speech): string {
  const { t, pick } = speech;
  const draft = filled(view, { kind: 'person', id: person.personId });
  const isOpen = draft.level !== '' || draft.score !== '' || draft.words !== '';
  const name = pick(person.nameZh, person.nameEn);
  return html`<details!${isOpen ? html` open` : ''}><summary>${t('ratePerson', { name })}</summary>
!${levelChoices(draft, t('rateScore'), speech)}
!${wordsField(draft, t('rateWords'))}</details>`;
}

function form(view: ScanView, speech: Speech): string {
  const { report, formToken, problem, identity } = view;
  const { t, link } = speech;
  const draft = filled(view, unit);
  const error =
    problem === null
      ? ''
      : html`<p class="mark" role="alert">${t(problemTexts[problem.problem])}</p>`;
  const people = identity === null || identity.vehicle === null ? [] : identity.people;
  return html`<form method="post" action="${link(`/v/${report.scanId}/rating#rating`)}">
<input type="hidden" name="token" value="${formToken}">
!${error}!${levelChoices(draft, t('rateScore'), speech)}
<label class="field"><span>${t('rateExact')}</span>
<input name="score" value="${draft.score}" inputmode="numeric" maxlength="5" autocomplete="off" placeholder="0–${scoreMax}"></label>
!${phraseTicks(draft, identity?.organisation.kind ?? 'rescue', speech)}
!${wordsField(draft, t('rateWords'))}
!${people.map((person) => personFold(view, person, speech))}
<button class="button strong">${t(view.ratings.length === 0 ? 'rateSubmit' : 'rateChange')}</button>
</form>`;
}

function saidText({ words, phrases }: Rating, { pick }: Speech): string {
  const ticked = phrases.map((code) => pick(phraseNames[code].zh, phraseNames[code].en));
  const said = ticked.length === 0 ? '' : html`<p>${ticked.join(pick('、', ', '))}</p>`;
  return html`!${said}!${words === '' ? '' : html`<blockquote>${words}</blockquote>`}`;
}

function saved(view: ScanView, speech: Speech): string {
  const { t, pick } = speech;
  const said = ratingFor(view.ratings, unit);
  const people = (view.identity?.people ?? []).map((person) => {
    const rating = ratingFor(view.ratings, { kind: 'person', id: person.personId });
    if (rating === undefined) return '';
    const name = pick(person.nameZh, person.nameEn);
    return html`<p>${t('rateDonePerson', { name, score: rating.score })}</p>!${saidText(rating, speech)}`;
  });
  return html`<div class="done" role="status"><p><b>${t('rateDone')}</b></p>
<p class="score">${t('rateDoneScore', { score: said?.score ?? '' })}</p>
!${said === undefined ? '' : saidText(said, speech)}!${people}
!${view.report.unit.training ? html`<p>${t('rateDoneTraining')}</p>` : ''}</div>`;
}

function content(view: ScanView, speech: Speech): string {
  const { t } = speech;
  const until = timeText(speech, view.ratingClosesAtMs);
  const isOpen = view.nowMs < view.ratingClosesAtMs;
  const hint = html`<p class="hint">${t(isOpen ? 'rateUntil' : 'rateClosed', { until })}</p>`;
  const hasRated = view.ratings.length > 0;
  if (!isOpen) return (hasRated ? saved(view, speech) : '') + hint;
  if (!hasRated) return form(view, speech) + hint;
  const again = view.problem === null ? '' : html` open`;
  return html`!${saved(view, speech)}<details!${again}><summary>${t('rateAgain')}</summary>
!${form(view, speech)}</details>!${hint}`;
}

/** Rating, 0–100 with words, for those who may act; with who will see it. product.md, step 4. */
export function ratingCard(view: ScanView, speech: Speech): string {
  const { t } = speech;
  if (view.kind !== 'present') return '';
  return html`<section class="card rating" id="rating" aria-labelledby="rating-title">
<h2 id="rating-title">${t('rateTitle')}</h2>
!${content(view, speech)}
<p class="hint">${t('rateWhoSees')}</p>
</section>`;
}
