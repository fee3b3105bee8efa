import { html } from 'ghtml';
import type { Account } from '../../access/account-table.ts';
import type { Principal } from '../../access/gate.ts';
import type { GivenRight } from '../../access/right-table.ts';
import { administratorRoles, roles } from '../../access/roles.ts';
import { type Translate, translator } from '../shared/translate.ts';
import { type DeskContext, deskPage, hiddenToken, notice } from './desk-frame.ts';
import { rightPlace } from './desk-page.ts';
import { type AccessMessageKey, accessMessages, problemMessage, roleMessage } from './messages.ts';

type SignedIn = DeskContext & { readonly principal: Principal };
type T = Translate<AccessMessageKey>;

export interface AccountLine {
  readonly account: Account;
  readonly rights: readonly GivenRight[];
}

function stateOf({ disabledAtMs, passwordHash, lockedUntilMs }: Account, nowMs: number) {
  if (disabledAtMs !== null) return 'stateDisabled';
  if (passwordHash === null) return 'stateWaiting';
  return lockedUntilMs > nowMs ? 'stateLocked' : 'stateReady';
}

function accountLine({ account, rights }: AccountLine, nowMs: number, t: T): string {
  const names = rights.map(({ role }) => t(roleMessage(role))).join(' · ');
  return html`<li><a href="/accounts/${account.accountId}"><b>${account.realName || account.loginName}</b>
<span>${account.loginName} · ${t(stateOf(account, nowMs))}</span><span>${names}</span></a></li>`;
}

function newAccountForm(principal: Principal, t: T): string {
  if (!principal.rights.some(({ role }) => role === 'system-administrator')) return '';
  return html`<section class="card"><h2>${t('accountNew')}</h2>
<form method="post" action="/accounts">!${hiddenToken(principal)}
<label class="field"><span>${t('loginName')}</span><input name="name" autocapitalize="none"
 spellcheck="false" maxlength="64" required><small class="hint">${t('accountNewHint')}</small></label>
<label class="field"><span>${t('setupName')}</span><input name="realName" maxlength="60" required></label>
<button class="button strong">${t('accountCreate')}</button></form></section>`;
}

/** All accounts this principal may see, and the form for a new one. */
export function accountsPage(
  context: SignedIn,
  lines: readonly AccountLine[],
  nowMs: number,
  problem: string | null,
): string {
  const t = translator(accessMessages, context.language);
  return deskPage(
    context,
    t('accountsTitle'),
    html`!${problem === null ? '' : notice('mark', t(problemMessage(problem)))}
<div class="columns"><section class="card"><h2>${t('accountsCount', { count: lines.length })}</h2>
<ul class="rows links">!${lines.map((line) => accountLine(line, nowMs, t))}</ul></section>
!${newAccountForm(context.principal, t)}</div>`,
  );
}

export interface AccountView extends AccountLine {
  readonly setupLink: string | null;
  readonly notice: { readonly kind: 'done' | 'mark'; readonly text: AccessMessageKey } | null;
  /** Organisations a right may be given for. */
  readonly places: readonly { readonly id: string; readonly name: string }[];
  readonly nowMs: number;
}

function rightsCard(context: SignedIn, view: AccountView, mayGive: boolean, t: T): string {
  const base = `/accounts/${view.account.accountId}/rights`;
  const lines = view.rights.map((right) => {
    const end = mayGive
      ? html`<form method="post" action="${base}/${right.rightId}/end">!${hiddenToken(context.principal)}
<button class="quiet">${t('accountEndRight')}</button></form>`
      : '';
    return html`<li class="split"><div><b>${t(roleMessage(right.role))}</b>
<span>${rightPlace(right, context.language, t)}</span></div>!${end}</li>`;
  });
  const none = lines.length === 0 ? html`<p>${t('accountNoRights')}</p>` : '';
  return html`<section class="card"><h2>${t('accountRights')}</h2>!${none}
<ul class="rows">!${lines}</ul>!${mayGive ? giveForm(context, base, view.places, t) : ''}</section>`;
}

/** Roles that this principal may give somewhere; `mayGive` decides. */
function givable({ rights }: Principal) {
  const appoints = rights.some(({ role }) => role === 'system-administrator');
  return roles.filter((role) => administratorRoles.includes(role) === appoints);
}

function giveForm(
  { principal }: SignedIn,
  action: string,
  places: AccountView['places'],
  t: T,
): string {
  const options = givable(principal).map(
    (role) => html`<option value="${role}">${t(roleMessage(role))}</option>`,
  );
  const where = places.map(({ id, name }) => html`<option value="${id}">${name}</option>`);
  return html`<h3>${t('accountGive')}</h3><form method="post" action="${action}">!${hiddenToken(principal)}
<label class="field"><span>${t('accountRole')}</span><select name="role">!${options}</select></label>
<label class="field"><span>${t('accountWhere')}</span><select name="organisation">
<option value="">${t('accountWhereWhole')}</option>!${where}</select></label>
<button class="button strong">${t('accountGiveSubmit')}</button></form>`;
}

function keepCard({ principal }: SignedIn, { account }: AccountView, t: T): string {
  const base = `/accounts/${account.accountId}`;
  const disable =
    account.disabledAtMs === null
      ? html`<form method="post" action="${base}/disable">!${hiddenToken(principal)}
<button class="button warn">${t('accountDisable')}</button></form>`
      : '';
  return html`<section class="card"><form method="post" action="${base}/reset">!${hiddenToken(principal)}
<button class="button">${t('accountReset')}</button></form>
<p class="hint">${t('accountResetHint')}</p>!${disable}</section>`;
}

/** One account: state, rights, and what this principal may do about it. */
export function accountPage(context: SignedIn, view: AccountView): string {
  const t = translator(accessMessages, context.language);
  const { account, setupLink } = view;
  const isOwn = account.accountId === context.principal.accountId;
  const holds = (role: string) => context.principal.rights.some((right) => right.role === role);
  const keeps = holds('system-administrator') && !isOwn;
  const gives = keeps || (holds('business-administrator') && !isOwn);
  const link =
    setupLink === null
      ? ''
      : html`<section class="card done" role="status"><h2>${t('accountSetupTitle')}</h2>
<p>${t('accountSetupText')}</p><code class="setup-link">${setupLink}</code></section>`;
  const told = view.notice === null ? '' : notice(view.notice.kind, t(view.notice.text));
  return deskPage(
    context,
    account.realName || account.loginName,
    html`!${told}<p class="lead">${account.loginName} · ${t(stateOf(account, view.nowMs))}</p>
!${isOwn ? html`<p class="hint">${t('accountOwn')}</p>` : ''}!${link}
<div class="columns">!${rightsCard(context, view, gives, t)}
!${keeps ? keepCard(context, view, t) : ''}</div>`,
  );
}
