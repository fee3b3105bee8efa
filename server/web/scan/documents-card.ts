import { html } from 'ghtml';
import type {
  Clause,
  FeeItem,
  FeeStandard,
  LegalBasis,
  Procedure,
} from '../../directory/directory.ts';
import type { ScanView } from '../../scan-page/view.ts';
import type { Speech } from './context.ts';

/** Fen as yuan: whole yuan without decimals. */
export function yuanText(fen: number): string {
  return (fen / 100).toFixed(fen % 100 === 0 ? 0 : 2);
}

function fold(summary: string, body: string): string {
  return html`<details><summary>${summary}</summary>!${body}</details>`;
}

function versionLine(document: Pick<Procedure, 'version' | 'validFrom'>, { t }: Speech): string {
  const { version, validFrom: from } = document;
  return html`<p class="hint">${t('documentVersion', { version, from })}</p>`;
}

function procedureFold(procedure: Procedure, speech: Speech): string {
  const steps = procedure.steps.map(({ zh, en }) => html`<li>${speech.pick(zh, en)}</li>`);
  return fold(
    speech.t('procedureSummary'),
    html`<ol>!${steps}</ol>!${versionLine(procedure, speech)}`,
  );
}

/** An item: its name on a line of its own, so that five classes fit on a phone, then the fees. */
function feeRows(item: FeeItem, classes: number, { t, pick }: Speech): string {
  const fees =
    item.fen === undefined
      ? html`<td colspan="${classes}">${t('feePercent', {
          of: pick(item.ofZh ?? '', item.ofEn ?? ''),
          percent: item.percent ?? 0,
        })}</td>`
      : item.fen.map((fen) => html`<td>${yuanText(fen)}</td>`).join('');
  const unit = t('feeUnit', { unit: pick(item.unitZh, item.unitEn) });
  return html`<tbody><tr><th scope="rowgroup" colspan="${classes}">${pick(item.zh, item.en)}
<small>${unit}</small></th></tr><tr>!${fees}</tr></tbody>`;
}

function feeFold(fees: FeeStandard, speech: Speech): string {
  const { t, language } = speech;
  const classes = language === 'en' ? fees.classesEn : fees.classesZh;
  const heads = classes.map(
    (_, index) => html`<th scope="col">${t('feeClassNumber', { number: index + 1 })}</th>`,
  );
  const note = speech.pick(fees.noteZh, fees.noteEn);
  return fold(
    t('feeSummary'),
    html`!${note === '' ? '' : html`<p class="mark">${note}</p>`}
<p>${t('feeUnlisted')}</p>
<p><b>${t('feeClasses')}</b></p>
<ul>!${classes.map((name) => html`<li>${name}</li>`)}</ul>
<table><caption>${t('feeTableLabel')}</caption>
<thead><tr>!${heads}</tr></thead>
!${fees.items.map((item) => feeRows(item, classes.length, speech))}</table>
!${versionLine(fees, speech)}`,
  );
}

function clauseList(clauses: readonly Clause[], { pick }: Speech): string {
  return html`<ul class="clauses">!${clauses.map(
    ({ zh, en, titleZh, articleZh }) =>
      html`<li>${pick(zh, en)}<small lang="zh-CN">${titleZh} ${articleZh}</small></li>`,
  )}</ul>`;
}

function legalFolds(legal: LegalBasis, speech: Speech): string {
  const { t } = speech;
  const note = html`<p class="hint">${t('legalNote')}</p>!${versionLine(legal, speech)}`;
  return (
    fold(t('rightsSummary'), clauseList(legal.rights, speech) + note) +
    fold(t('basisSummary'), clauseList(legal.basis, speech) + note)
  );
}

/** Procedure and fee standard of a firm, legal basis and rights of an enforcement unit. */
export function documentsCard({ identity, kind }: ScanView, speech: Speech): string {
  if (identity === null || kind === 'revoked') return '';
  const { procedure, feeStandard, legalBasis } = identity;
  const folds = [
    procedure === null ? '' : procedureFold(procedure, speech),
    feeStandard === null ? '' : feeFold(feeStandard, speech),
    legalBasis === null ? '' : legalFolds(legalBasis, speech),
  ].join('');
  if (folds === '') return '';
  return html`<section class="card" id="documents" aria-labelledby="documents-title">
<h2 id="documents-title">${speech.t('documentsTitle')}</h2>
!${folds}
</section>`;
}
