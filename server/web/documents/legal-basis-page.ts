import { html } from 'ghtml';
import type { ChinaDay } from '../../calendar/china-day.ts';
import type { Clause, LegalBasis } from '../../directory/directory.ts';
import { clausesFor } from '../../documents/matters.ts';
import { documentAddress } from '../../documents/references.ts';
import type { Reading } from '../http/reading.ts';
import { publicPage } from '../shared/public-page.ts';
import { speechOf } from '../shared/speech.ts';
import { documentMessages } from './messages.ts';
import { type DocumentSpeech, validityLines } from './validity.ts';

interface LegalBasisView {
  readonly document: LegalBasis;
  readonly day: ChinaDay;
  readonly address: string;
  /** Code of the matter at hand; undefined: none chosen. */
  readonly matter: string | undefined;
}

function clauseList(clauses: readonly Clause[], { pick }: DocumentSpeech): string {
  return html`<ul class="clauses">!${clauses.map(
    ({ zh, en, titleZh, articleZh }) =>
      html`<li>${pick(zh, en)}<small lang="zh-CN">《${titleZh}》${articleZh}</small></li>`,
  )}</ul>`;
}

function matterLinks({ document, day, matter }: LegalBasisView, speech: DocumentSpeech): string {
  const links = document.matters.map(({ code, zh, en }) => {
    const current = code === matter ? html` aria-current="true"` : '';
    const address = speech.link(documentAddress(document.documentId, { day, matter: code }));
    return html`<a class="chip" href="${address}"!${current}>${speech.pick(zh, en)}</a>`;
  });
  return html`<h2>${speech.t('matterChoose')}</h2><p class="chips">!${links}</p>
<p class="hint">${speech.t('matterHow')}</p>`;
}

/** Rights first, then the clauses an officer may act on, for the matter at hand. */
export function legalBasisPage(reading: Reading, view: LegalBasisView): string {
  const speech = speechOf(documentMessages, reading);
  const { t, pick } = speech;
  const { document, day } = view;
  const matter = document.matters.find(({ code }) => code === view.matter);
  const { rights, basis, others } = clausesFor(document, matter);
  const title = pick(document.titleZh, document.titleEn);
  const atHand =
    matter === undefined
      ? t('matterNone')
      : t('matterAtHand', { matter: pick(matter.zh, matter.en) });
  const rest =
    others.length === 0
      ? ''
      : html`<section class="card"><details><summary>${t('otherClauses')}</summary>
!${clauseList(others, speech)}</details></section>`;
  return publicPage(reading, {
    title,
    address: view.address,
    sample: document.sample,
    body: html`<section class="card"><h1>${title}</h1>
<p class="lead">${atHand}</p>!${validityLines(document, day, speech)}</section>
<section class="card"><h2>${t('rights')}</h2>!${clauseList(rights, speech)}</section>
<section class="card"><h2>${t('basis')}</h2>!${clauseList(basis, speech)}
<p class="hint">${t('clauseNote')}</p></section>
!${rest}<section class="card">!${matterLinks(view, speech)}</section>`,
  });
}
