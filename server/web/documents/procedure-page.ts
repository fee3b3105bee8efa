import { html } from 'ghtml';
import type { ChinaDay } from '../../calendar/china-day.ts';
import type { Procedure } from '../../directory/directory.ts';
import type { Reading } from '../http/reading.ts';
import { publicPage } from '../shared/public-page.ts';
import { speechOf } from '../shared/speech.ts';
import { documentMessages } from './messages.ts';
import { validityLines } from './validity.ts';

interface ProcedureView {
  readonly document: Procedure;
  readonly day: ChinaDay;
  readonly address: string;
}

/** The rescue procedure, step by step. */
export function procedurePage(reading: Reading, { document, day, address }: ProcedureView): string {
  const speech = speechOf(documentMessages, reading);
  const { t, pick } = speech;
  const title = pick(document.titleZh, document.titleEn);
  const note = document.sample ? html`<p class="hint">${t('procedureNote')}</p>` : '';
  return publicPage(reading, {
    title,
    address,
    sample: document.sample,
    body: html`<section class="card"><h1>${title}</h1>
!${validityLines(document, day, speech)}</section>
<section class="card"><h2>${t('steps')}</h2>
<ol class="steps">!${document.steps.map(({ zh, en }) => html`<li>${pick(zh, en)}</li>`)}</ol>
!${note}</section>`,
  });
}
