import { html } from 'ghtml';
import type { Organisation, Person } from '../../directory/directory.ts';
import type { Posting } from '../../organisations/change-person.ts';
import { deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import { translator } from '../shared/translate.ts';
import { choice, dayField, daysOf, nameOf, personFields, type T } from './fields.ts';
import { messageOf, type OrganisationMessageKey, organisationMessages } from './messages.ts';
import type { Place } from './organisation-page.ts';
import type { SignedIn } from './tree-page.ts';

export interface PersonView {
  readonly person: Person;
  readonly organisation: Organisation;
  readonly postings: readonly Posting[];
  readonly mayEdit: boolean;
  readonly places: readonly Place[];
  readonly today: string;
  readonly notice: { readonly kind: 'done' | 'mark'; readonly text: OrganisationMessageKey } | null;
}

function forms({ person, places, today }: PersonView, { principal }: SignedIn, t: T): string {
  const base = `/people/${person.personId}`;
  const options = places.map(({ id, name }) => [id, name] as const);
  return html`<details class="card"><summary>${t('change')}</summary>
<form method="post" action="${base}/version">!${hiddenToken(principal)}!${personFields(t, person)}
<button class="button strong">${t('save')}</button></form></details>
<details class="card"><summary>${t('transfer')}</summary><p class="hint">${t('transferHint')}</p>
<form method="post" action="${base}/transfer">!${hiddenToken(principal)}
!${choice(t('transferTo'), 'organisation', options, person.organisationId)}
!${dayField(t('from'), 'from', today)}
<button class="button strong">${t('transferSubmit')}</button></form></details>`;
}

/** One person: what is recorded, and where he or she served. */
export function personPage(context: SignedIn, view: PersonView): string {
  const t = translator(organisationMessages, context.language);
  const { person, organisation, postings } = view;
  const { language } = context;
  const qualification = language === 'en' ? person.qualificationEn : person.qualificationZh;
  const lines = [...postings].reverse().map(
    (posting) => html`<li><b>${nameOf(posting, language)}</b>
<span>${daysOf(posting.validFrom, posting.validTo, t)}</span></li>`,
  );
  const told = view.notice === null ? '' : notice(view.notice.kind, t(view.notice.text));
  const qualificationName = t(
    language === 'en' ? 'personQualificationEn' : 'personQualificationZh',
  );
  return deskPage(
    context,
    nameOf(person, language),
    html`!${told}<p class="lead"><a class="back" href="/organisations/${organisation.organisationId}"
>${t('backTo', { name: nameOf(organisation, language) })}</a></p>
<div class="columns"><div><section class="card"><dl class="pairs"><dt>${t('id')}</dt><dd>${person.personId}</dd>
<dt>${t('personRole')}</dt><dd>${t(messageOf('role', person.role))}</dd>
<dt>${t('badgeNumber')}</dt><dd>${person.badgeNumber || t('empty')}</dd>
<dt>${qualificationName}</dt><dd>${qualification || t('empty')}</dd></dl></section>
!${view.mayEdit ? forms(view, context, t) : ''}</div>
<section class="card"><h2>${t('postings')}</h2><ul class="rows">!${lines}</ul></section></div>`,
  );
}
