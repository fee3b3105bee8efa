import { html } from 'ghtml';
import type { ChinaDay } from '../../calendar/china-day.ts';
import type { Organisation } from '../../directory/directory.ts';
import { type FeeStandard, versionOf } from '../../documents/fee-standard.ts';
import { type Cap, type Item, rateOf, type Tariff } from '../../fees/tariff.ts';
import type { Pricing } from '../../fees/tariff-schema.ts';
import { classNames } from '../fees/vehicle-classes.ts';
import type { Reading } from '../http/reading.ts';
import { yuanText } from '../shared/money.ts';
import { publicPage } from '../shared/public-page.ts';
import { speechOf } from '../shared/speech.ts';
import { type DocumentMessageKey, documentMessages } from './messages.ts';
import { type DocumentSpeech, validityLines } from './validity.ts';

interface FeeStandardView {
  /** Null: none was in force on the day. */
  readonly standard: FeeStandard | null;
  readonly day: ChinaDay;
  readonly address: string;
  /** The firm whose posted prices are shown beside; null: none. */
  readonly firm: Organisation | null;
}

const pricingNames: Readonly<Record<Pricing, DocumentMessageKey>> = {
  'government-set': 'pricingGovernment',
  guided: 'pricingGuided',
  market: 'pricingMarket',
};

function feeCells(item: Item, { vehicleClasses, items }: Tariff, speech: DocumentSpeech): string {
  const { t, pick } = speech;
  const columns = Math.max(1, vehicleClasses.length);
  if (item.share !== null) {
    const whole = items.get(item.share.of);
    const of = whole === undefined ? item.share.of : pick(whole.zh, whole.en);
    const percent = item.share.basisPoints / 100;
    return html`<td colspan="${columns}">${t('feesPercent', { of, percent })}</td>`;
  }
  if (item.ratesFen.size === 0) return html`<td colspan="${columns}">${t('feesNoRate')}</td>`;
  return vehicleClasses
    .map((code) => rateOf(item.ratesFen, code))
    .map((fen) => html`<td>${fen === null ? '–' : yuanText(fen)}</td>`)
    .join('');
}

/** An item: its name on a line of its own, so that five classes fit on a phone, then the fees. */
function feeRows(item: Item, tariff: Tariff, speech: DocumentSpeech): string {
  const { t, pick } = speech;
  const columns = Math.max(1, tariff.vehicleClasses.length);
  const notes = [
    item.unit === '' ? '' : t('feesUnit', { unit: item.unit }),
    item.pricing === null ? '' : t(pricingNames[item.pricing]),
    item.clause ?? '',
  ].filter((note) => note !== '');
  return html`<tbody><tr><th scope="rowgroup" colspan="${columns}">${pick(item.zh, item.en)}
<small>${notes.join(' · ')}</small></th></tr><tr>!${feeCells(item, tariff, speech)}</tr></tbody>`;
}

function capRow(cap: Cap, { vehicleClasses }: Tariff, { pick }: DocumentSpeech): string {
  const cells = vehicleClasses.map((code) => {
    const fen = rateOf(cap.maxFen, code);
    return html`<td>${fen === null ? '–' : yuanText(fen)}</td>`;
  });
  return html`<tbody><tr><th scope="rowgroup" colspan="${vehicleClasses.length}">${pick(cap.zh, cap.en)}</th></tr>
<tr>!${cells}</tr></tbody>`;
}

function feeTable(tariff: Tariff, speech: DocumentSpeech): string {
  const { t } = speech;
  const heads = tariff.vehicleClasses.map(
    (_, index) => html`<th scope="col">${t('feesClassNumber', { number: index + 1 })}</th>`,
  );
  return html`<table><caption>${t('feesTable')}</caption><thead><tr>!${heads}</tr></thead>
!${[...tariff.items.values()].map((item) => feeRows(item, tariff, speech))}
!${tariff.caps.map((cap) => capRow(cap, tariff, speech))}</table>`;
}

function documentLines({ stored, tariff, postedList }: FeeStandard, speech: DocumentSpeech) {
  const { t } = speech;
  const named = tariff.document.basis
    .map(({ title, docNo }) => [title, docNo].filter((part) => part !== null).join(' '))
    .filter((text) => text !== '');
  const posted =
    postedList === null
      ? ''
      : html`<p class="hint">${t('feesPosted', { version: versionOf(postedList) })}</p>`;
  return html`<p class="hint">${t('feesBasis')}: ${named.join('; ') || t('feesBasisNone')}</p>!${posted}
<p class="hint fingerprint">${t('fingerprint', { hash: stored.sha256 })}</p>`;
}

function standardSections(
  standard: FeeStandard,
  { day, firm }: FeeStandardView,
  speech: DocumentSpeech,
): string {
  const { t, pick } = speech;
  const { tariff, stored } = standard;
  const { document } = tariff;
  const title = pick(document.titleZh, document.titleEn ?? document.titleZh);
  const validity = {
    version: versionOf(stored),
    validFrom: stored.effectiveFrom,
    validTo: stored.effectiveTo,
  };
  const check = firm === null ? `/fees?day=${day}` : `/fees?day=${day}&org=${firm.organisationId}`;
  return html`<section class="card"><h1>${title}</h1>
!${tariff.sample ? html`<p class="mark">${t('feesSample')}</p>` : ''}
!${firm === null ? '' : html`<p>${t('feesFor', { name: pick(firm.nameZh, firm.nameEn) })}</p>`}
!${validityLines(validity, day, speech)}!${documentLines(standard, speech)}
<p class="next"><a class="button strong" href="${speech.link(check)}">${t('feesCheck')}</a></p></section>
<section class="card"><p><b>${t('feesUnlisted')}</b></p>
<h2>${t('feesClasses')}</h2><ol class="steps">!${classNames(tariff, speech.language).map(
    ({ name }) => html`<li>${name}</li>`,
  )}</ol>
!${feeTable(tariff, speech)}</section>
<section class="card"><details><summary>${t('feesRules')}</summary><ul class="clauses" lang="zh-CN">!${document.rules.map(
    ({ zh, basis }) => html`<li>${zh}<small>${basis}</small></li>`,
  )}</ul></details></section>`;
}

/** The fee standard in force on a day, from the tariff that a fee check uses. */
export function feeStandardPage(reading: Reading, view: FeeStandardView): string {
  const speech = speechOf(documentMessages, reading);
  const { standard, address } = view;
  const none = html`<section class="card"><h1>${speech.t('feesBasis')}</h1>
<p class="mark">${speech.t('feesNone')}</p></section>`;
  const title =
    standard === null
      ? speech.t('feesBasis')
      : speech.pick(
          standard.tariff.document.titleZh,
          standard.tariff.document.titleEn ?? standard.tariff.document.titleZh,
        );
  return publicPage(reading, {
    title,
    address,
    sample: standard?.tariff.sample ?? false,
    body: standard === null ? none : standardSections(standard, view, speech),
  });
}
