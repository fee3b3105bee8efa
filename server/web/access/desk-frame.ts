import { html } from 'ghtml';
import { accessRowOf } from '../../access/access-table.ts';
import type { Principal } from '../../access/gate.ts';
import type { Language } from '../http/language.ts';
import { layout } from '../shared/layout.ts';
import { sharedMessages } from '../shared/messages.ts';
import { type Translate, translator } from '../shared/translate.ts';
import { type AccessMessageKey, accessMessages } from './messages.ts';

export const deskStylesheet = '/assets/desk.css';

/** What every page of the desk is given. */
export interface DeskContext {
  readonly language: Language;
  /** Null: nobody is signed in. */
  readonly principal: Principal | null;
  /** Path of this page, for the language link and the menu; query without `lang`. */
  readonly path: string;
}

const menu: readonly (readonly [url: string, name: AccessMessageKey])[] = [
  ['/desk', 'navDesk'],
  ['/bench', 'navBench'],
  ['/organisations', 'navOrganisations'],
  ['/cards', 'navCards'],
  ['/import', 'navImport'],
  ['/accounts', 'navAccounts'],
  ['/access', 'navAccess'],
];

/** Menu entries that the access table opens to these rights. */
export function openTo({ rights }: Principal) {
  return menu.filter(([url]) => {
    const who = accessRowOf('GET', url)?.who;
    return who === 'signed-in' || (Array.isArray(who) && rights.some((r) => who.includes(r.role)));
  });
}

/** Address of this page in the other language. */
function languageLink({ language, path }: DeskContext): string {
  const other = language === 'en' ? 'zh-CN' : 'en';
  const t = translator(sharedMessages, language);
  const mark = path.includes('?') ? '&' : '?';
  return html`<a class="language" lang="${other}" hreflang="${other}"
 aria-label="${t('otherLanguageLabel')}" href="${path}${mark}lang=${other}">${t('otherLanguage')}</a>`;
}

function account(context: DeskContext, t: Translate<AccessMessageKey>): string {
  const { principal } = context;
  if (principal === null) return languageLink(context);
  return html`<div class="who"><span>${principal.realName}</span>
<form method="post" action="/logout">!${hiddenToken(principal)}
<button class="quiet">${t('logout')}</button></form>!${languageLink(context)}</div>`;
}

function menuOf(principal: Principal | null, path: string, t: Translate<AccessMessageKey>): string {
  if (principal === null) return '';
  const here = path.split('?')[0] ?? '';
  const links = openTo(principal).map(([url, name]) => {
    const isHere = here === url || here.startsWith(`${url}/`);
    return html`<a href="${url}"!${isHere ? ' aria-current="page"' : ''}>${t(name)}</a>`;
  });
  return html`<nav class="menu" aria-label="${t('navLabel')}">!${links}</nav>`;
}

/** The hidden field that lets a form through. */
export function hiddenToken({ formToken }: Pick<Principal, 'formToken'>): string {
  return html`<input type="hidden" name="token" value="${formToken}">`;
}

/** A line that says what happened: `done` or `mark` (a problem); empty text: none. */
export function notice(kind: 'done' | 'mark', text: string): string {
  if (text === '') return '';
  return html`<p class="${kind} notice" role="${kind === 'done' ? 'status' : 'alert'}">${text}</p>`;
}

/** A page of the desk: skip link, brand, menu by rights, one heading. `head`: markup of ours. */
export function deskPage(context: DeskContext, title: string, body: string, head = ''): string {
  const t = translator(accessMessages, context.language);
  const shared = translator(sharedMessages, context.language);
  return layout({
    language: context.language,
    title: `${title} · ${shared('brand')}${t('deskName')}`,
    stylesheet: deskStylesheet,
    head,
    body: html`<a class="skip" href="#content">${t('skip')}</a>
<header class="top desk-top"><p class="brand"><b>${shared('brand')}</b> ${t('deskName')}</p>
!${account(context, t)}</header>
!${menuOf(context.principal, context.path, t)}
<main class="desk" id="content" tabindex="-1"><h1>${title}</h1>
!${body}
</main>`,
  });
}
