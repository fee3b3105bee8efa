import { html } from 'ghtml';
import { chinaDayOf } from '../../calendar/china-day.ts';
import type { CardPrint } from '../../cards/card-table.ts';
import { type CardProblem, reasonCharsMax, subjectsMax } from '../../cards/print-cards.ts';
import { type CardSubject, nameText } from '../../cards/subjects.ts';
import type { Organisation } from '../../directory/directory.ts';
import { deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import { nameOf } from '../organisations/fields.ts';
import type { Place } from '../organisations/organisation-page.ts';
import type { SignedIn } from '../organisations/tree-page.ts';
import { type Translate, translator } from '../shared/translate.ts';
import { bothOf } from './card-messages.ts';
import { type CardPageMessageKey, cardPageMessages } from './messages.ts';

type T = Translate<CardPageMessageKey>;

/** A print with who it is for, as far as the directory still knows. */
export interface ShownPrint {
  readonly print: CardPrint;
  readonly subject: CardSubject | null;
  /** Names of who printed it, and who revoked it. */
  readonly byName: string;
  readonly revokedByName: string;
}

export interface CardsView {
  readonly organisation: Organisation;
  readonly subjects: readonly CardSubject[];
  readonly prints: readonly ShownPrint[];
  readonly mayPrint: boolean;
  readonly problem: CardProblem | null;
  readonly isRevoked: boolean;
  /** What was typed, to be mended. */
  readonly reason: string;
}

function subjectName({ person, vehicle }: CardSubject, language: SignedIn['language']): string {
  return person === null ? (vehicle?.plate ?? '') : nameOf(person, language);
}

function subjectNote({ person, vehicle }: CardSubject): string {
  if (person !== null) return `${bothOf(person.role)} ${person.badgeNumber}`.trim();
  return vehicle === null || vehicle.role === 'kiosk' ? '' : bothOf(vehicle.role);
}

/** Organisations whose cards the reader may see. */
export function cardPlacesPage(context: SignedIn, places: readonly Place[]): string {
  const t = translator(cardPageMessages, context.language);
  const links = places.map(
    ({ id, name }) => html`<li><a href="/organisations/${id}/cards"><b>${name}</b></a></li>`,
  );
  const list =
    links.length === 0 ? html`<p>${t('none')}</p>` : html`<ul class="rows links">!${links}</ul>`;
  return deskPage(
    context,
    t('title'),
    html`<p class="lead">${t('intro')}</p><section class="card">!${list}</section>`,
  );
}

function choices(view: CardsView, { language }: SignedIn, t: T): string {
  const line = (subject: CardSubject) => {
    const own = view.prints.filter(
      ({ print }) =>
        print.kind === subject.kind &&
        print.subjectNumber === subject.subjectNumber &&
        print.revokedAtMs === null,
    );
    const [last] = own;
    const state =
      last === undefined
        ? t('noCard')
        : t('cardsInForce', { count: own.length, day: chinaDayOf(last.print.printedAtMs) });
    return html`<label class="card-pick"><input type="checkbox" name="subject"
 value="${nameText(subject)}"><span><b>${subjectName(subject, language)}</b>
<small>${subjectNote(subject)}</small><small>${state}</small></span></label>`;
  };
  const group = (name: 'people' | 'vehicles', subjects: readonly CardSubject[]) =>
    subjects.length === 0
      ? ''
      : html`<fieldset class="card-picks"><legend>${t(name)}</legend>!${subjects.map(line)}</fieldset>`;
  const persons = view.subjects.filter(({ person }) => person !== null);
  const cars = view.subjects.filter(({ person }) => person === null);
  return html`!${group('people', persons)}!${group('vehicles', cars)}`;
}

function printForm(view: CardsView, context: SignedIn, t: T): string {
  if (view.subjects.length === 0) {
    return html`<section class="card"><p>${t('noSubjects')}</p></section>`;
  }
  const path = `/organisations/${view.organisation.organisationId}/cards`;
  const earlier = (['revoke', 'keep'] as const).map(
    (value) => html`<label class="card-pick"><input type="radio" name="earlier" value="${value}"
!${value === 'revoke' ? ' checked' : ''}><span>${t(value === 'revoke' ? 'earlierRevoke' : 'earlierKeep')}</span></label>`,
  );
  return html`<section class="card"><h2>${t('print')}</h2>
<p class="hint">${t('printHint', { max: subjectsMax })}</p>
<form method="post" action="${path}">!${hiddenToken(context.principal)}!${choices(view, context, t)}
<label class="field"><span>${t('reason')}</span><input name="reason" value="${view.reason}"
 maxlength="${reasonCharsMax}" required><small class="hint">${t('reasonHint')}</small></label>
<fieldset class="card-picks"><legend>${t('earlier')}</legend>!${earlier}</fieldset>
<button class="button strong">${t('submit')}</button></form></section>`;
}

function printLine(shown: ShownPrint, view: CardsView, context: SignedIn, t: T): string {
  const { print, subject } = shown;
  const { printId, revokedAtMs, subjectNumber, reason } = print;
  const path = `/organisations/${print.organisationId}/cards/prints/${printId}`;
  const number = `${subjectNumber}-${printId.slice(0, 6).toUpperCase()}`;
  const name = subject === null ? t('gone') : subjectName(subject, context.language);
  const printed = { day: chinaDayOf(print.printedAtMs), by: shown.byName, reason };
  const revoked =
    revokedAtMs === null
      ? ''
      : html`<small>${t('revokedLine', {
          day: chinaDayOf(revokedAtMs),
          by: shown.revokedByName,
          reason: print.revokedReason ?? '',
        })}</small>`;
  const acts =
    !view.mayPrint || revokedAtMs !== null || subject === null
      ? ''
      : html`<p class="card-acts"><a href="${path}/card.png">${t('picture')}</a>
<a href="${path}/single.pdf">${t('paper')}</a></p>
<details><summary>${t('revoke')}</summary><p class="hint">${t('revokeHint')}</p>
<form method="post" action="${path}/revoke">!${hiddenToken(context.principal)}
<label class="field"><span>${t('reason')}</span><input name="reason"
 maxlength="${reasonCharsMax}" required></label>
<button class="button warn">${t('revoke')}</button></form></details>`;
  return html`<li class="card-print"><p><b>${name}</b>
<span class="card-state!${revokedAtMs === null ? '' : ' over'}">${t(revokedAtMs === null ? 'inForce' : 'revoked')}</span></p>
<small>${t('numberShort', { number })}</small>
<small>${t('printedLine', printed)}</small>!${revoked}!${acts}</li>`;
}

/** Cards of one organisation: printing, and everything that was printed. */
export function cardsPage(context: SignedIn, view: CardsView): string {
  const t = translator(cardPageMessages, context.language);
  const told =
    view.problem === null
      ? notice('done', view.isRevoked ? t('doneRevoked') : '')
      : notice('mark', t(`why${capital(view.problem)}`, { max: subjectsMax }));
  const lines = view.prints.map((shown) => printLine(shown, view, context, t));
  const register =
    lines.length === 0
      ? html`<p>${t('noPrints')}</p>`
      : html`<ul class="card-prints">!${lines}</ul>`;
  return deskPage(
    context,
    t('titleOf', { name: nameOf(view.organisation, context.language) }),
    html`!${told}<p class="lead"><a class="back" href="/cards">${t('back')}</a></p>
<div class="columns">!${view.mayPrint ? printForm(view, context, t) : ''}
<section class="card"><h2>${t('register')}</h2>!${register}</section></div>`,
  );
}

function capital<Text extends string>(text: Text): Capitalize<Text> {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}` as Capitalize<Text>;
}

/** What was just registered, and the files to print. */
export function sheetPage(
  context: SignedIn,
  organisation: Organisation,
  sheetId: string,
  prints: readonly ShownPrint[],
  mayPrint: boolean,
): string {
  const t = translator(cardPageMessages, context.language);
  const own = `/organisations/${organisation.organisationId}/cards`;
  const name = nameOf(organisation, context.language);
  const view = { mayPrint } as CardsView;
  const lines = prints.map((shown) => printLine(shown, view, context, t));
  const files = mayPrint
    ? html`<div class="pair"><a class="button strong" href="${own}/sheets/${sheetId}/sheet.pdf"
>${t('sheetPaper')}</a><a class="button" href="${own}/sheets/${sheetId}/single.pdf">${t('singlePaper')}</a></div>`
    : '';
  return deskPage(
    context,
    t('sheetTitle', { count: prints.length }),
    html`<p class="lead"><a class="back" href="${own}">${t('backToOrganisation', { name })}</a></p>
<section class="card"><p>${t('sheetHint')}</p>!${files}</section>
<section class="card"><ul class="card-prints">!${lines}</ul></section>`,
  );
}
