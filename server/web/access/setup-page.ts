import { html } from 'ghtml';
import { toBase32, totpUri } from '../../access/totp.ts';
import { translator } from '../shared/translate.ts';
import { type DeskContext, deskPage, notice } from './desk-frame.ts';
import { accessMessages, problemMessage } from './messages.ts';
import { qrDrawing } from './qr-drawing.ts';

export interface SetupView {
  readonly formToken: string;
  readonly loginName: string;
  readonly realName: string;
  readonly secret: Uint8Array;
  readonly problem: string | null;
}

/** Name of this site in an authenticator. */
const issuer = 'Xinlu';

/** Password and authenticator of a new account. */
export function setupPage(context: DeskContext, view: SetupView): string {
  const t = translator(accessMessages, context.language);
  const key = (toBase32(view.secret).match(/.{1,4}/g) ?? []).join(' ');
  const uri = totpUri(view.secret, view.loginName, issuer);
  const told = view.problem === null ? '' : notice('mark', t(problemMessage(view.problem)));
  return deskPage(
    context,
    t('setupTitle'),
    html`<p class="lead">${t('setupIntro')}</p>!${told}
<div class="columns"><section class="card"><h2>${t('setupScan')}</h2>
!${qrDrawing(uri, t('setupQrLabel'))}
<p class="hint">${t('setupScanHint')}</p><p class="key" aria-label="${t('setupKeyLabel')}">${key}</p>
</section>
<section class="card"><h2>${t('setupFill')}</h2>
<form method="post" action="${context.path}" autocomplete="off">
<input type="hidden" name="token" value="${view.formToken}">
<label class="field"><span>${t('loginName')}</span>
<input name="username" value="${view.loginName}" autocomplete="username" readonly></label>
<label class="field"><span>${t('setupName')}</span>
<input name="realName" value="${view.realName}" autocomplete="name" maxlength="60" required></label>
<label class="field"><span>${t('setupPassword')}</span>
<input name="password" type="password" autocomplete="new-password" maxlength="256" required></label>
<label class="field"><span>${t('setupAgain')}</span>
<input name="again" type="password" autocomplete="new-password" maxlength="256" required></label>
<label class="field"><span>${t('setupCode')}</span>
<input name="code" class="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required></label>
<button class="button strong">${t('setupSubmit')}</button>
</form></section></div>`,
  );
}
