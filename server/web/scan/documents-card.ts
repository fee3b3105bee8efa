import { html } from 'ghtml';
import {
  type DocumentKind,
  type DocumentReference,
  qrAddress,
} from '../../documents/references.ts';
import type { ScanView } from '../../scan-page/view.ts';
import type { Speech } from './context.ts';
import type { ScanMessageKey } from './messages.ts';

/** Side of the picture on the page, in CSS pixels; it holds twice as many. */
const qrCssPx = 260;

const summaries: Readonly<Record<DocumentKind, ScanMessageKey>> = {
  'legal-basis': 'basisSummary',
  procedure: 'procedureSummary',
  'fee-standard': 'feeSummary',
};

/**
 * One paper: its page as a link and as a code. The folds share a name, so that a browser opens one
 * at a time: a long press in WeChat recognises one code a screen.
 */
function paperFold(paper: DocumentReference, { t, pick, link }: Speech): string {
  const title = pick(paper.titleZh, paper.titleEn);
  const name = t(summaries[paper.kind]);
  const { version, validFrom: from } = paper;
  return html`<details name="paper" class="paper"><summary>${name}</summary>
<p><a class="button strong" href="${link(paper.address)}">${t('paperOpen', { name })}</a></p>
<figure><img class="qr" src="${link(qrAddress(paper.address))}" width="${qrCssPx}" height="${qrCssPx}"
 loading="lazy" decoding="async" alt="${t('paperQr', { title })}">
<figcaption class="hint">${t('paperQrHow')}</figcaption></figure>
<p class="hint">${title} · ${t('documentVersion', { version, from })}</p></details>`;
}

/** The codes within the code (码中码): legal basis, procedure and fee standard. product.md, step 3. */
export function documentsCard({ documents, kind }: ScanView, speech: Speech): string {
  if (documents.length === 0 || kind === 'revoked') return '';
  return html`<section class="card" id="documents" aria-labelledby="documents-title">
<h2 id="documents-title">${speech.t('documentsTitle')}</h2>
!${documents.map((paper) => paperFold(paper, speech))}
</section>`;
}
