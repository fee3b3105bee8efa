import { html } from 'ghtml';
import { deadlineText } from '../../calendar/deadline-text.ts';
import type { Complaint } from '../../complaints/complaint.ts';
import type { ClockState, ComplaintClock } from '../../complaints/complaint-clock.ts';
import type { Organisation } from '../../directory/directory.ts';
import type { Reading } from '../http/reading.ts';
import { timeText } from '../scan/context.ts';
import { rowList } from '../scan/identity-card.ts';
import { publicPage } from '../shared/public-page.ts';
import { speechOf } from '../shared/speech.ts';
import { type ComplaintMessageKey, complaintMessages } from './messages.ts';
import { type ComplaintSpeech, categoryNames, stateNames } from './names.ts';

export interface StateView {
  readonly complaint: Complaint;
  readonly clock: ComplaintClock;
  /** Who is complained about, and the unit above; null: not known. */
  readonly organisation: Organisation | null;
  readonly superior: Organisation | null;
  readonly link: string;
  readonly sample: boolean;
}

const clockTexts: Readonly<Record<ClockState, readonly [tone: string, ComplaintMessageKey]>> = {
  running: ['none', 'clockRunning'],
  escalated: ['over', 'clockEscalated'],
  overdue: ['over', 'clockOverdue'],
  done: ['within', 'clockDone'],
};

function clockCard({ clock }: StateView, { t, language }: ComplaintSpeech): string {
  const { state, first, second } = clock;
  const [tone, text] = clockTexts[state];
  const due = state === 'running' ? first : second;
  const deadline =
    state === 'done'
      ? ''
      : html`<p>${t('deadline', { deadline: deadlineText(due, language) })}</p>`;
  return html`<section class="verdict verdict-${tone}"><h2>${t(text)}</h2>!${deadline}</section>`;
}

function handlerText({ superior, organisation }: StateView, { t, pick }: ComplaintSpeech): string {
  if (superior !== null) {
    return t('handlerSuperior', { name: pick(superior.nameZh, superior.nameEn) });
  }
  return organisation?.kind === 'enforcement'
    ? pick(organisation.nameZh, organisation.nameEn)
    : t('handlerUnknown');
}

function facts(view: StateView, speech: ComplaintSpeech): string {
  const { complaint, organisation } = view;
  const { t, pick } = speech;
  const about =
    organisation === null ? complaint.about : pick(organisation.nameZh, organisation.nameEn);
  return rowList([
    [t('receiptNumber'), html`<b class="number">${complaint.receiptNumber}</b>`],
    [t('filedAt'), html`${timeText(speech, complaint.filedAtMs)}`],
    [t('category'), html`${t(categoryNames[complaint.category])}`],
    [t('about'), html`${about}`],
    [t('handler'), html`${handlerText(view, speech)}`],
    [t('presence'), html`${t(complaint.onTheSpot ? 'presenceYes' : 'presenceNo')}`],
    [t('contact'), html`${t(complaint.hasContact ? 'contactKept' : 'contactNone')}`],
    [t('yourWords'), html`<blockquote>${complaint.words}</blockquote>`],
  ]);
}

/** A complaint's state and deadline, for whoever holds its link. */
export function statePage(reading: Reading, view: StateView): string {
  const speech = speechOf(complaintMessages, reading);
  const { t } = speech;
  const { complaint } = view;
  const steps = complaint.steps.map(
    ({ state, note, atMs }) =>
      html`<li><b>${t(stateNames[state])}</b> ${timeText(speech, atMs)}!${note === '' ? '' : html`<p>${note}</p>`}</li>`,
  );
  const training = complaint.training ? html`<p class="mark">${t('formTraining')}</p>` : '';
  return publicPage(reading, {
    title: t('stateTitle'),
    address: `/c/${view.link}`,
    sample: view.sample,
    body: html`!${clockCard(view, speech)}
<section class="card"><h1>${t('stateTitle')}</h1>!${training}!${facts(view, speech)}
<p class="hint">${t('keep')}</p></section>
<section class="card"><h2>${t('history')}</h2><ol class="steps">!${steps}</ol></section>`,
  });
}
