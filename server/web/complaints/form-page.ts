import { html } from 'ghtml';
import { complaintCategories } from '../../complaints/complaint.ts';
import {
  aboutCharsMax,
  type ComplaintProblem,
  type ComplaintReading,
  complaintCharsMax,
  contactCharsMax,
} from '../../complaints/read-complaint.ts';
import type { Organisation } from '../../directory/directory.ts';
import type { Reading } from '../http/reading.ts';
import { publicPage } from '../shared/public-page.ts';
import { speechOf } from '../shared/speech.ts';
import { type ComplaintMessageKey, complaintMessages } from './messages.ts';
import { type ComplaintSpeech, categoryNames } from './names.ts';

export interface FormView {
  /** Why the form came back; null: it is new. */
  readonly problem: Extract<ComplaintReading, { problem: unknown }> | null;
  readonly address: string;
  readonly backTo: string;
  /** Token of the scan's forms; null: without a scan, or without its cookie. */
  readonly token: string | null;
  /** What will open the complaint's page. */
  readonly draft: string;
  readonly onTheSpot: boolean;
  /** Whom the scan shows; null: there is no scan. */
  readonly subject: { readonly organisation: Organisation | null; readonly plate: string } | null;
  readonly training: boolean;
  readonly sample: boolean;
}

const problemTexts: Readonly<Record<ComplaintProblem, ComplaintMessageKey>> = {
  'no-category': 'noCategory',
  'no-words': 'noWords',
  'long-words': 'longWords',
  'no-about': 'noAbout',
  'no-consent': 'noConsent',
  'long-contact': 'longContact',
};

function head({ subject, onTheSpot, training }: FormView, { t, pick }: ComplaintSpeech): string {
  const lines = [];
  if (training) lines.push(html`<p class="mark">${t('formTraining')}</p>`);
  if (subject !== null) {
    const { organisation, plate } = subject;
    const name = organisation === null ? '' : pick(organisation.nameZh, organisation.nameEn);
    const who = [plate, name].filter((part) => part !== '').join(' ');
    if (who !== '') lines.push(html`<p class="lead">${t('formAbout', { name: who })}</p>`);
    lines.push(html`<p class="hint">${t(onTheSpot ? 'formSpot' : 'formNotSpot')}</p>`);
  }
  return lines.join('');
}

function categoryChoices({ problem }: FormView, { t }: ComplaintSpeech): string {
  const choices = complaintCategories.map((category) => {
    const checked = problem?.fields.category === category ? html` checked` : '';
    return html`<label class="choice"><input type="radio" name="category" value="${category}" required!${checked}>
<span>${t(categoryNames[category])}</span></label>`;
  });
  return html`<fieldset><legend>${t('category')}</legend>!${choices}</fieldset>`;
}

function aboutField({ subject, problem }: FormView, { t }: ComplaintSpeech): string {
  if (subject !== null) return '';
  return html`<label class="field"><span>${t('aboutLabel')}</span>
<input class="long" name="about" maxlength="${aboutCharsMax}" required value="${problem?.fields.about}"></label>`;
}

/** The form of a complaint, with or without a scan. */
export function complaintFormPage(reading: Reading, view: FormView): string {
  const speech = speechOf(complaintMessages, reading);
  const { t, link } = speech;
  const { problem, token, draft, backTo, address } = view;
  const error =
    problem === null
      ? ''
      : html`<p class="mark" role="alert">${t(problemTexts[problem.problem])}</p>`;
  const backText = t(view.subject === null ? 'backToStart' : 'backToScan');
  return publicPage(reading, {
    title: t('formTitle'),
    address,
    back: { address: link(backTo), text: backText },
    sample: view.sample,
    body: html`<section class="card rating"><h1>${t('formTitle')}</h1>
!${head(view, speech)}
<form method="post" action="${link(address)}">
!${token === null ? '' : html`<input type="hidden" name="token" value="${token}">`}
<input type="hidden" name="draft" value="${draft}">
!${error}!${categoryChoices(view, speech)}!${aboutField(view, speech)}
<label class="field"><span>${t('wordsLabel')}</span>
<textarea name="words" rows="5" maxlength="${complaintCharsMax}" required>${problem?.fields.words}</textarea></label>
<label class="field"><span>${t('contactLabel')}</span>
<input class="long" name="contact" type="tel" autocomplete="tel" maxlength="${contactCharsMax}" value="${problem?.fields.contact}"></label>
<label class="tick"><input type="checkbox" name="consent" value="yes"><span>${t('consent')}</span></label>
<p class="hint">${t('contactWhy')}</p><p class="hint">${t('photos')}</p>
<button class="button strong">${t('submit')}</button></form>
<p class="hint">${t('whoSees')}</p></section>`,
  });
}
