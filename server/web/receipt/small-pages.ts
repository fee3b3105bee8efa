import { html } from 'ghtml';
import type { Checkpoint } from '../../../protocols/audit/checkpoint.ts';
import type { Reading } from '../http/reading.ts';
import { publicPage } from '../shared/public-page.ts';
import { speechOf } from '../shared/speech.ts';
import { type ReceiptMessageKey, receiptMessages } from './messages.ts';
import { momentText } from './moment.ts';

/** Longest return code that can be typed, blanks and dashes included. */
const typedCharsMax = 40;

/** Why a return code opened nothing. */
export type FindProblem = Extract<ReceiptMessageKey, 'findWrong' | 'findUnknown' | 'findTooMany'>;

/** Where a return code is entered. */
export function findPage(reading: Reading, problem: FindProblem | null, typed: string): string {
  const { t, link } = speechOf(receiptMessages, reading);
  const error = problem === null ? '' : html`<p class="mark" role="alert">${t(problem)}</p>`;
  return publicPage(reading, {
    title: t('findTitle'),
    address: '/r',
    sample: false,
    body: html`<section class="card"><h1>${t('findTitle')}</h1>
<p>${t('findText')}</p>!${error}
<form method="post" action="${link('/r')}">
<label class="field"><span>${t('findLabel')}</span>
<input class="long code" name="code" value="${typed.slice(0, typedCharsMax)}" required
 maxlength="${typedCharsMax}" autocomplete="off" autocapitalize="characters" spellcheck="false"></label>
<button class="button strong">${t('findSubmit')}</button>
</form></section>
<p class="links"><a href="${link('/verify')}">${t('verifyLink')}</a></p>`,
  });
}

/** A receipt whose payload was erased. */
export function erasedPage(reading: Reading, receiptId: string): string {
  const { t } = speechOf(receiptMessages, reading);
  return publicPage(reading, {
    title: t('erasedTitle'),
    address: `/r/${receiptId}`,
    sample: false,
    body: html`<section class="card"><h1>${t('erasedTitle')}</h1><p>${t('erasedText')}</p></section>`,
  });
}

/** An opening that may not keep a receipt: what to do instead. */
export function refusedPage(reading: Reading, scanId: string): string {
  const { t, link } = speechOf(receiptMessages, reading);
  return publicPage(reading, {
    title: t('refusedTitle'),
    address: `/v/${scanId}`,
    sample: false,
    body: html`<section class="card"><h1>${t('refusedTitle')}</h1><p>${t('refusedText')}</p>
<p class="next"><a class="button" href="${link(`/v/${scanId}`)}">${t('backToScan')}</a></p></section>`,
  });
}

/** The newest checkpoints of the audit log, for anybody to keep. */
export function checkpointsPage(reading: Reading, checkpoints: readonly Checkpoint[]): string {
  const speech = speechOf(receiptMessages, reading);
  const { t, link } = speech;
  const rows = checkpoints.map(
    ({ number, size, timeMs, root }) => html`<li>
<p><b>${t('checkpointNumber', { number })}</b> · ${t('checkpointSize', { size })} · ${momentText(speech, timeMs)}</p>
<p class="fingerprint">${root}</p></li>`,
  );
  return publicPage(reading, {
    title: t('checkpointsTitle'),
    address: '/audit/checkpoints',
    sample: false,
    body: html`<section class="card"><h1>${t('checkpointsTitle')}</h1>
<p>${t('checkpointsText')}</p>
<p class="links"><a href="/audit/checkpoints?format=json">${t('checkpointsJson')}</a>
<a href="/audit/keys.json">${t('keysJson')}</a>
<a href="${link('/verify')}">${t('verifyLink')}</a></p></section>
<section class="card">!${
      rows.length === 0
        ? html`<p>${t('checkpointsNone')}</p>`
        : html`<ol class="checkpoints">!${rows}</ol>`
    }</section>`,
  });
}
