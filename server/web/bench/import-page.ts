import { html } from 'ghtml';
import type { ImportedRowView } from '../../../protocols/http/fleet-bodies.ts';
import { deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import { choice } from '../organisations/fields.ts';
import type { Place } from '../organisations/organisation-page.ts';
import type { SignedIn } from '../organisations/tree-page.ts';
import type { BenchMessageKey } from './messages.ts';
import { plainField, type Say, sayIn } from './parts.ts';

export interface ImportView {
  readonly places: readonly Place[];
  readonly problem: BenchMessageKey | null;
}

/** What became of a row, in words. */
export function rowWords({ reason, about }: ImportedRowView, { word }: Say): string {
  return word('row', reason, { about: about ?? '' });
}

/** The form for a list of units. */
export function importPage(context: SignedIn, { places, problem }: ImportView): string {
  const say = sayIn(context.language);
  const { t } = say;
  const depots = places.map(({ id, name }) => [id, name] as const);
  return deskPage(
    context,
    t('importTitle'),
    html`!${problem === null ? '' : notice('mark', t(problem))}
<p class="lead">${t('importIntro')}</p>
<section class="card"><form method="post" action="/bench/import" enctype="multipart/form-data">
!${hiddenToken(context.principal)}
<label class="field"><span>${t('importFile')}</span>
<input name="list" type="file" accept=".csv,text/csv,text/plain"></label>
<label class="field"><span>${t('importPaste')}</span>
<textarea name="csv" rows="6" spellcheck="false" placeholder="${t('importExample')}"></textarea></label>
!${choice(t('importDepot'), 'depot', depots)}
<button class="button strong">${t('importSubmit')}</button></form>
<p class="hint">${t('importColumns')}: ${t('importColumnsText')}</p></section>
<p><a class="back" href="/bench">${t('backToList')}</a></p>`,
  );
}

export interface ImportResultView {
  readonly importId: string;
  readonly rows: readonly ImportedRowView[];
}

/** What became of each row; those that were refused come first. */
export function importResultPage(context: SignedIn, { importId, rows }: ImportResultView): string {
  const say = sayIn(context.language);
  const { t } = say;
  const refused = rows.filter(({ ok }) => !ok);
  const taken = rows.length - refused.length;
  const lines = [...refused, ...rows.filter(({ ok }) => ok)].map(
    (row) => html`<tr!${row.ok ? '' : ' class="refused"'}><td>${row.row}</td><td>${row.serial}</td>
<td>${rowWords(row, say)}</td></tr>`,
  );
  const text = t('importResult', { taken, refused: refused.length });
  return deskPage(
    context,
    t('importTitle'),
    html`!${notice(refused.length === 0 ? 'done' : 'mark', text)}
<p><a class="button" href="/bench/import/${importId}/result.csv">${t('importDownload')}</a></p>
<div class="scroll" tabindex="0" role="region" aria-label="${t('importOutcome')}"><table>
<thead><tr><th scope="col">${t('importLine')}</th><th scope="col">${t('serial')}</th>
<th scope="col">${t('importOutcome')}</th></tr></thead><tbody>!${lines}</tbody></table></div>
<p><a class="back" href="/bench">${t('backToList')}</a></p>`,
  );
}

/** The form for the file of an image or USB stick. */
export function imagePage(context: SignedIn): string {
  const { t } = sayIn(context.language);
  return deskPage(
    context,
    t('imageTitle'),
    html`<section class="card narrow"><p>${t('imageText')}</p>
<form method="get" action="/bench/image/xinlu-unit.json">!${plainField(t('imageApn'), 'apn')}
<button class="button strong">${t('imageSubmit')}</button></form></section>
<p><a class="back" href="/bench">${t('backToList')}</a></p>`,
  );
}
