import { html } from 'ghtml';
import type { Organisation, VehicleRole } from '../../directory/directory.ts';
import { type LookupAnswer, nameCharsMin } from '../../lists/lookup.ts';
import type { Reading } from '../http/reading.ts';
import { rowList } from '../scan/identity-card.ts';
import { phoneLink } from '../shared/layout.ts';
import { publicPage } from '../shared/public-page.ts';
import { speechOf } from '../shared/speech.ts';
import { type ListSpeech, searchForm } from './lists-page.ts';
import { type ListMessageKey, listMessages } from './messages.ts';

export interface LookupView {
  readonly query: string;
  /** Null: nothing was asked yet. */
  readonly answer: LookupAnswer | null;
  readonly sample: boolean;
}

const roleNames: Readonly<Record<VehicleRole, ListMessageKey>> = {
  'tow-truck': 'roleTowTruck',
  'patrol-car': 'rolePatrolCar',
  kiosk: 'roleKiosk',
};

function band(tone: string, title: string, text: string): string {
  return html`<section class="verdict verdict-${tone}" role="status"><h2>${title}</h2><p>${text}</p></section>`;
}

function firmCard(organisation: Organisation, { t, pick }: ListSpeech): string {
  return html`<section class="card">!${rowList([
    [t('name'), html`<b>${pick(organisation.nameZh, organisation.nameEn)}</b>`],
    [t('lookupSections'), html`${pick(organisation.areaZh, organisation.areaEn)}`],
    [t('lookupHotline'), phoneLink(organisation.hotline)],
  ])}</section>`;
}

function answerMarkup({ query, answer }: LookupView, speech: ListSpeech): string {
  const { t, pick } = speech;
  if (answer === null) return '';
  if (answer.found === 'nothing') return band('over', t('lookupNo', { query }), t('lookupNoDo'));
  if (answer.found === 'too-short') {
    return html`<p class="mark" role="alert">${t('lookupShort', { count: nameCharsMin })}</p>`;
  }
  if (answer.found === 'several') {
    return html`<p class="mark" role="alert">${t('lookupMore')}</p>`;
  }
  const { organisation } = answer;
  const name = pick(organisation.nameZh, organisation.nameEn);
  const title =
    answer.found === 'vehicle'
      ? t('lookupYes', { plate: answer.vehicle.plate, role: t(roleNames[answer.vehicle.role]) })
      : t('lookupFirm', { name });
  return band('within', title, t('lookupYesText', { name })) + firmCard(organisation, speech);
}

/** Look-up of a plate or firm for who has no code to scan. */
export function lookupPage(reading: Reading, view: LookupView): string {
  const speech = speechOf(listMessages, reading);
  const { t, link } = speech;
  const { query, sample } = view;
  const search = { action: '/lookup', query, hidden: '', label: t('lookupField') };
  return publicPage(reading, {
    title: t('lookupTitle'),
    address: query === '' ? '/lookup' : `/lookup?${new URLSearchParams({ q: query })}`,
    back: { address: link('/'), text: t('backToStart') },
    sample,
    body: html`<section class="card"><h1>${t('lookupTitle')}</h1><p>${t('lookupIntro')}</p>
!${searchForm(search, speech)}</section>
!${answerMarkup(view, speech)}`,
  });
}
