import { html } from 'ghtml';
import type { ScanView } from '../../scan-page/view.ts';
import type { Reading } from '../http/reading.ts';
import { speechOf } from '../shared/speech.ts';
import { receiptMessages } from './messages.ts';

/** "Keep the receipt", on the page of a scan, for those who may act. */
export function receiptCard({ kind, report, formToken }: ScanView, reading: Reading): string {
  if (kind !== 'present') return '';
  const { t, link } = speechOf(receiptMessages, reading);
  return html`<section class="card" id="receipt" aria-labelledby="receipt-title">
<h2 id="receipt-title">${t('keepTitle')}</h2>
<p>${t('keepText')}</p>
<form method="post" action="${link(`/v/${report.scanId}/receipt`)}">
<input type="hidden" name="token" value="${formToken}">
<p class="hint">${t('keepAgain')}</p>
<p class="next"><button class="button strong">${t('keepSubmit')}</button></p>
</form>
</section>`;
}
