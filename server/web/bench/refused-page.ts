import { html } from 'ghtml';
import { deskPage } from '../access/desk-frame.ts';
import type { SignedIn } from '../organisations/tree-page.ts';
import type { BenchMessageKey } from './messages.ts';
import { sayIn } from './parts.ts';

export interface RefusedView {
  readonly code: string;
  readonly message: string;
  readonly serial: string | null;
}

const texts: Readonly<Record<string, BenchMessageKey>> = {
  'unknown-serial': 'refused_unknownSerial',
  'serial-active': 'refused_serialActive',
  'code-expired': 'refused_codeExpired',
  'clock-off': 'refused_clockOff',
  'bad-signature': 'refused_badSignature',
  'other-organisation': 'refused_otherOrganisation',
  'not-found': 'refused_notFound',
  conflict: 'refused_conflict',
  'too-many': 'refused_tooMany',
  'gateway-away': 'refused_gatewayAway',
  'gateway-not-linked': 'refused_gatewayNotLinked',
};

/** Why not, what to do about it, and the way there. */
export function refusedPage(context: SignedIn, { code, message, serial }: RefusedView): string {
  const { t } = sayIn(context.language);
  const rekey =
    code === 'serial-active' && serial !== null
      ? html`<p><a class="button strong" href="/bench/units/${serial}/act/rekey">${t('refused_rekey')}</a></p>`
      : '';
  const load =
    code === 'unknown-serial'
      ? html`<p><a class="button" href="/bench/import">${t('importLink')}</a></p>`
      : '';
  const again =
    code === 'gateway-away'
      ? html`<p><a class="button" href="${context.path}">${t('refused_again')}</a></p>`
      : '';
  const isTold = code === 'conflict' || !Object.hasOwn(texts, code);
  const detail = isTold ? html`<p class="hint" lang="en">${message}</p>` : '';
  return deskPage(
    context,
    t('refused_title'),
    html`<section class="card narrow" data-refused="${code}"><p>${t(texts[code] ?? 'refused_other')}</p>
!${detail}!${rekey}!${load}!${again}<p><a class="back" href="/bench">${t('backToList')}</a></p></section>`,
  );
}
