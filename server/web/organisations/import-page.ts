import { html } from 'ghtml';
import {
  type ImportKind,
  type ImportResult,
  importColumns,
} from '../../organisations/import-rows.ts';
import { deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import { translator } from '../shared/translate.ts';
import { choice, type T } from './fields.ts';
import { messageOf, organisationMessages } from './messages.ts';
import type { SignedIn } from './tree-page.ts';

export interface ImportView {
  readonly kind: ImportKind;
  readonly csv: string;
  readonly onlyCheck: boolean;
  readonly result: ImportResult | null;
}

function resultOf({ result, onlyCheck }: ImportView, t: T): string {
  if (result === null) return '';
  if ('problem' in result) {
    return notice('mark', t(messageOf('why', result.problem), { column: result.column }));
  }
  const refused = result.rows.filter(({ reason }) => reason !== null).length;
  const taken = result.rows.length - refused;
  const text = t(onlyCheck ? 'importChecked' : 'importTaken', { taken, refused });
  const lines = result.rows.map(({ line, id, reason }) => {
    const words = reason === null ? t('importOk') : t(messageOf('why', reason));
    return html`<tr!${reason === null ? '' : ' class="refused"'}><td>${line}</td><td>${id}</td>
<td>${words}</td></tr>`;
  });
  return html`!${notice(refused === 0 ? 'done' : 'mark', text)}
<div class="scroll" tabindex="0" role="region" aria-label="${t('importResult')}"><table>
<thead><tr><th scope="col">${t('importLine')}</th><th scope="col">${t('id')}</th>
<th scope="col">${t('importResult')}</th></tr></thead><tbody>!${lines}</tbody></table></div>`;
}

/** A table pasted in, and what became of each row. */
export function importPage(context: SignedIn, view: ImportView): string {
  const t = translator(organisationMessages, context.language);
  const kinds = Object.keys(importColumns) as ImportKind[];
  const options = kinds.map((kind) => [kind, t(messageOf('kind', kind))] as const);
  const columns = kinds.map(
    (kind) => html`<dt>${t(messageOf('kind', kind))}</dt><dd>${importColumns[kind]}</dd>`,
  );
  return deskPage(
    context,
    t('importTitle'),
    html`<p class="lead">${t('importIntro')}</p>!${resultOf(view, t)}
<section class="card"><form method="post" action="/import">!${hiddenToken(context.principal)}
!${choice(t('importKind'), 'kind', options, view.kind)}
<label class="field"><span>${t('importCsv')}</span>
<textarea name="csv" rows="10" required spellcheck="false">${view.csv}</textarea></label>
<div class="pair"><button class="button" name="mode" value="check">${t('importCheck')}</button>
<button class="button strong" name="mode" value="take">${t('importTake')}</button></div></form></section>
<section class="card"><h2>${t('importColumns')}</h2><dl class="pairs">!${columns}</dl></section>`,
  );
}
