import { html } from 'ghtml';
import { type FeeForm, meterField, otherRows, quantityField } from '../../fees/read-fee-form.ts';
import { factsOf, type Item, metersOf, type Tariff } from '../../fees/tariff.ts';
import type { PageSpeech } from '../shared/speech.ts';
import { type FeeMessageKey, feeMessages } from './messages.ts';
import { classNames } from './vehicle-classes.ts';

export type FeeSpeech = PageSpeech<FeeMessageKey>;

function isKey(key: string): key is FeeMessageKey {
  return Object.hasOwn(feeMessages['zh-CN'], key);
}

/** How a name that a tariff gives is said; one we do not know stays as it is. */
function nameOf(prefix: 'meter' | 'fact', name: string, { t }: FeeSpeech): string {
  const key = `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return isKey(key) ? t(key) : name;
}

function classChoices(tariff: Tariff, form: FeeForm | null, speech: FeeSpeech): string {
  const choices = classNames(tariff, speech.language).map(({ code, name, paths }) => {
    const checked = form?.vehicleClass === code ? html` checked` : '';
    const outline = html`<svg class="outline" viewBox="0 0 48 24" aria-hidden="true" focusable="false">!${paths.map(
      (path) => html`<path d="${path}"/>`,
    )}</svg>`;
    return html`<label class="choice"><input type="radio" name="class" value="${code}"!${checked}>
!${paths.length === 0 ? '' : outline}<span>${name}</span></label>`;
  });
  return html`<fieldset class="classes"><legend>${speech.t('vehicleClass')}</legend>!${choices}</fieldset>`;
}

function serviceTick(item: Item, form: FeeForm | null, { t, pick }: FeeSpeech): string {
  const checked = form?.items.includes(item.code) ? html` checked` : '';
  const name = pick(item.zh, item.en);
  const tick = html`<label class="tick"><input type="checkbox" name="item" value="${item.code}"!${checked}>
<span>${name}</span></label>`;
  if ((item.maxQty ?? 1) <= 1) return tick;
  const field = quantityField(item.code);
  return html`!${tick}<label class="tick count"><span>${t('count', { name })}</span>
<input class="short" name="${field}" inputmode="numeric" maxlength="3" value="${form?.numbers.get(field)}"></label>`;
}

function measureField(name: string, form: FeeForm | null, speech: FeeSpeech): string {
  const field = meterField(name);
  return html`<label class="field"><span>${nameOf('meter', name, speech)}</span>
<input name="${field}" inputmode="decimal" maxlength="9" autocomplete="off" value="${form?.numbers.get(field)}"></label>`;
}

function factTick(fact: string, form: FeeForm | null, speech: FeeSpeech): string {
  const checked = form?.facts.includes(fact) ? html` checked` : '';
  return html`<label class="tick"><input type="checkbox" name="fact" value="${fact}"!${checked}>
<span>${nameOf('fact', fact, speech)}</span></label>`;
}

function otherFields(form: FeeForm | null, { t }: FeeSpeech): string {
  const rows = Array.from({ length: otherRows }, (_, row) => {
    const given = form?.others[row];
    return html`<div class="beside"><label class="field"><span>${t('otherName')}</span>
<input class="long" name="other-${row}" maxlength="60" value="${given?.name}"></label>
<label class="field"><span>${t('otherYuan')}</span>
<input name="other-yuan-${row}" inputmode="decimal" maxlength="12" value="${given?.yuan}"></label></div>`;
  });
  return html`<details!${form?.others.some(({ name }) => name !== '') ? html` open` : ''}><summary>${t('others')}</summary>!${rows}</details>`;
}

/** All that a tariff asks about a rescue, from its own items, measures and facts. */
export function feeFields(tariff: Tariff, form: FeeForm | null, speech: FeeSpeech): string {
  const { t } = speech;
  const services = [...tariff.items.values()].filter(({ meter }) => meter === null);
  return html`!${classChoices(tariff, form, speech)}
<fieldset class="ticks"><legend>${t('services')}</legend>!${services.map((item) =>
    serviceTick(item, form, speech),
  )}</fieldset>
<fieldset class="measures"><legend>${t('measures')}</legend>!${[...metersOf(tariff)].map((meter) =>
    measureField(meter, form, speech),
  )}</fieldset>
<fieldset class="ticks"><legend>${t('facts')}</legend>!${[...factsOf(tariff)].map((fact) =>
    factTick(fact, form, speech),
  )}</fieldset>
<label class="field"><span>${t('asked')}</span>
<input name="asked" inputmode="decimal" maxlength="12" autocomplete="off" value="${form?.asked}"></label>
!${otherFields(form, speech)}`;
}
