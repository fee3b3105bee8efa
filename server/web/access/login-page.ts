import { html } from 'ghtml';
import { translator } from '../shared/translate.ts';
import { type DeskContext, deskPage, notice } from './desk-frame.ts';
import { type AccessMessageKey, accessMessages } from './messages.ts';

export interface LoginView {
  readonly formToken: string;
  readonly loginName: string;
  readonly next: string;
  readonly notice: { readonly kind: 'done' | 'mark'; readonly text: AccessMessageKey } | null;
}

/** Name, password and code on one page: what was wrong with them is never told apart. */
export function loginPage(context: DeskContext, view: LoginView): string {
  const t = translator(accessMessages, context.language);
  const told = view.notice === null ? '' : notice(view.notice.kind, t(view.notice.text));
  return deskPage(
    context,
    t('loginTitle'),
    html`<section class="card narrow"><p class="lead">${t('loginIntro')}</p>!${told}
<form method="post" action="/login">
<input type="hidden" name="token" value="${view.formToken}">
<input type="hidden" name="next" value="${view.next}">
<label class="field"><span>${t('loginName')}</span>
<input name="name" value="${view.loginName}" autocomplete="username" autocapitalize="none"
 spellcheck="false" maxlength="64" required autofocus></label>
<label class="field"><span>${t('password')}</span>
<input name="password" type="password" autocomplete="current-password" maxlength="256" required></label>
<label class="field"><span>${t('code')}</span>
<input name="code" class="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required>
<small class="hint">${t('codeHint')}</small></label>
<button class="button strong">${t('loginSubmit')}</button>
</form><p class="hint">${t('loginForgot')}</p></section>`,
  );
}
