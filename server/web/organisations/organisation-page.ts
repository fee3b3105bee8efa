import { html } from 'ghtml';
import type { Person, Vehicle } from '../../directory/directory.ts';
import type { DetailText, Version } from '../../organisations/organisation.ts';
import { deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import { translator } from '../shared/translate.ts';
import {
  choice,
  dayField,
  daysOf,
  detailFields,
  levelChoice,
  nameOf,
  personFields,
  type T,
  textField,
} from './fields.ts';
import { messageOf, type OrganisationMessageKey, organisationMessages } from './messages.ts';
import type { SignedIn } from './tree-page.ts';

export interface Place {
  readonly id: string;
  readonly name: string;
}

export interface OrganisationView {
  readonly version: Version;
  readonly versions: readonly Version[];
  readonly superior: Version | null;
  /** Below it on the day shown, as far as the reader may see them. */
  readonly below: readonly Version[];
  readonly people: readonly Person[];
  readonly vehicles: readonly Vehicle[];
  readonly mayEdit: boolean;
  readonly mayReadPeople: boolean;
  /** Where an editor may put it. */
  readonly places: readonly Place[];
  readonly today: string;
  readonly sample: boolean;
  readonly notice: { readonly kind: 'done' | 'mark'; readonly text: OrganisationMessageKey } | null;
}

/** What is shown of an organisation, in the reader's language, where it was entered. */
function shownFacts({ version }: OrganisationView, { language }: SignedIn) {
  const inLanguage = (zh: DetailText, en: DetailText) =>
    language === 'en' && version[en] !== '' ? version[en] : version[zh];
  const facts: readonly (readonly [OrganisationMessageKey, string])[] = [
    ['hotline', version.hotline],
    ['factAddress', inLanguage('addressZh', 'addressEn')],
    ['factArea', inLanguage('areaZh', 'areaEn')],
    ['factSections', version.sections.join(language === 'en' ? ', ' : '、')],
    ['factQualification', inLanguage('qualificationZh', 'qualificationEn')],
    ['uscc', version.uscc],
    ['factUsccDocument', version.usccDocument],
  ];
  return facts.filter(([, text]) => text !== '');
}

function facts(view: OrganisationView, context: SignedIn, t: T): string {
  const { version, superior } = view;
  const rows = shownFacts(view, context).map(
    ([name, text]) => html`<dt>${t(name)}</dt><dd>${text}</dd>`,
  );
  const above = superior === null ? t('noSuperior') : nameOf(superior, context.language);
  return html`<dl class="pairs"><dt>${t('id')}</dt><dd>${version.organisationId}</dd>
<dt>${t('level')}</dt><dd>${t(messageOf('level', version.level))}</dd>
<dt>${t('superior')}</dt><dd>${above}</dd>!${rows}</dl>`;
}

function history({ versions }: OrganisationView, { language }: SignedIn, t: T): string {
  const lines = [...versions].reverse().map(
    (version) => html`<li><b>${nameOf(version, language)}</b>
<span>${daysOf(version.validFrom, version.validTo, t)}</span></li>`,
  );
  return html`<section class="card"><h2>${t('history')}</h2><ul class="rows">!${lines}</ul></section>`;
}

function members(view: OrganisationView, { language }: SignedIn, t: T): string {
  const people = view.people.map((person) => {
    const text = html`<b>${nameOf(person, language)}</b>
<span>${t(messageOf('role', person.role))} ${person.badgeNumber}</span>`;
    return view.mayReadPeople
      ? html`<li class="link"><a href="/people/${person.personId}">!${text}</a></li>`
      : html`<li>!${text}</li>`;
  });
  const vehicles = view.vehicles.map(
    ({ plate, role }) => html`<li><b>${plate}</b><span>${t(messageOf('role', role))}</span></li>`,
  );
  const below = view.below.map(
    (version) => html`<li><a href="/organisations/${version.organisationId}">
<b>${nameOf(version, language)}</b><span>${t(messageOf('level', version.level))}</span></a></li>`,
  );
  const belowCard =
    below.length === 0
      ? ''
      : html`<section class="card"><h2>${t('below')}</h2><ul class="rows links">!${below}</ul></section>`;
  const peopleClass = view.mayReadPeople ? 'rows links' : 'rows';
  return html`!${belowCard}<section class="card"><h2>${t('people')}</h2>
!${people.length === 0 ? html`<p>${t('noPeople')}</p>` : html`<ul class="${peopleClass}">!${people}</ul>`}</section>
<section class="card"><h2>${t('vehicles')}</h2>
!${vehicles.length === 0 ? html`<p>${t('noVehicles')}</p>` : html`<ul class="rows">!${vehicles}</ul>`}</section>`;
}

function fold(summary: string, hint: string, body: string): string {
  const note = hint === '' ? '' : html`<p class="hint">${hint}</p>`;
  return html`<details class="card"><summary>${summary}</summary>!${note}!${body}</details>`;
}

function editForms(view: OrganisationView, { principal }: SignedIn, t: T): string {
  const { version, today } = view;
  const base = `/organisations/${version.organisationId}`;
  const form = (act: string, submit: string, fields: string) =>
    html`<form method="post" action="${base}/${act}">!${hiddenToken(principal)}!${fields}
<button class="button strong">${submit}</button></form>`;
  const places = [
    ['', t('noSuperior')] as const,
    ...view.places
      .filter(({ id }) => id !== version.organisationId)
      .map(({ id, name }) => [id, name] as const),
  ];
  const superior = choice(t('superior'), 'superior', places, version.superiorId ?? '');
  const from = dayField(t('from'), 'from', today);
  const number = textField(t('id'), 'id', '', t('idHint'));
  return html`!${fold(
    t('change'),
    t('changeHint'),
    form('version', t('save'), html`!${from}!${superior}!${detailFields(t, version)}`),
  )}
!${fold(t('addPerson'), '', form('people', t('save'), html`!${number}!${personFields(t)}!${from}`))}
!${fold(
    t('newBelow'),
    '',
    form('below', t('save'), html`!${number}!${levelChoice(t)}!${from}!${detailFields(t)}`),
  )}
!${fold(t('end'), t('endHint'), form('end', t('endSubmit'), dayField(t('lastDay'), 'day', today)))}`;
}

/** One organisation on a day: what it is, was, and who belongs to it; forms for editors. */
export function organisationPage(context: SignedIn, view: OrganisationView): string {
  const t = translator(organisationMessages, context.language);
  const { version } = view;
  const told = view.notice === null ? '' : notice(view.notice.kind, t(view.notice.text));
  const tag = view.sample ? html`<span class="tag">${t('sample')}</span>` : '';
  return deskPage(
    context,
    nameOf(version, context.language),
    html`!${told}<p class="lead">!${tag} ${daysOf(version.validFrom, version.validTo, t)}</p>
<div class="columns"><div><section class="card">!${facts(view, context, t)}</section>
!${history(view, context, t)}!${view.mayEdit ? editForms(view, context, t) : ''}</div>
<div>!${members(view, context, t)}</div></div>`,
  );
}
