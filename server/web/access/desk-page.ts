import { html } from 'ghtml';
import type { Principal } from '../../access/gate.ts';
import type { GivenRight } from '../../access/right-table.ts';
import { wholeSystemRoles } from '../../access/roles.ts';
import type { Language } from '../http/language.ts';
import { type Translate, translator } from '../shared/translate.ts';
import { type DeskContext, deskPage, openTo } from './desk-frame.ts';
import { type AccessMessageKey, accessMessages, roleMessage } from './messages.ts';

/** Where a right holds, in words. */
export function rightPlace(
  { role, organisationId, organisationNameZh, organisationNameEn }: GivenRight,
  language: Language,
  t: Translate<AccessMessageKey>,
): string {
  if (organisationId === null) {
    return t(wholeSystemRoles.includes(role) ? 'wholeSystem' : 'everywhere');
  }
  return (language === 'en' ? organisationNameEn : organisationNameZh) ?? organisationId;
}

/** Who is signed in, with which rights, and where they lead. */
export function deskHomePage(context: DeskContext & { readonly principal: Principal }): string {
  const t = translator(accessMessages, context.language);
  const { rights, realName } = context.principal;
  const lines = rights.map(
    (right) => html`<li><b>${t(roleMessage(right.role))}</b>
<span>${rightPlace(right, context.language, t)}</span></li>`,
  );
  const doors = openTo(context.principal)
    .filter(([url]) => url !== '/desk')
    .map(([url, name]) => html`<a class="door" href="${url}">${t(name)}</a>`);
  const held =
    lines.length === 0 ? html`<p>${t('deskNoRights')}</p>` : html`<ul class="rows">!${lines}</ul>`;
  return deskPage(
    context,
    t('deskTitle', { name: realName }),
    html`<div class="columns"><section class="card"><h2>${t('deskRights')}</h2>!${held}
<p class="hint">${t('deskSession')}</p></section>
<section class="card"><h2>${t('deskOpen')}</h2><div class="doors">!${doors}</div></section></div>`,
  );
}

export interface SayView {
  readonly title: AccessMessageKey;
  readonly text: AccessMessageKey;
  readonly link: { readonly href: string; readonly name: AccessMessageKey };
}

/** A short page that says what is the matter and where to go. */
export function sayPage(context: DeskContext, { title, text, link }: SayView): string {
  const t = translator(accessMessages, context.language);
  return deskPage(
    context,
    t(title),
    html`<section class="card narrow"><p>${t(text)}</p>
<p><a class="button" href="${link.href}">${t(link.name)}</a></p></section>`,
  );
}
