import { html } from 'ghtml';
import type { ChinaDay } from '../../calendar/china-day.ts';
import type { Organisation } from '../../directory/directory.ts';
import { type FeeStandard, versionOf } from '../../documents/fee-standard.ts';
import { documentAddress, feesDocument } from '../../documents/references.ts';
import type { PinnedFeeCheck } from '../../fees/fee-service.ts';
import { type FeeForm, type FeeFormProblem, fenOfYuan } from '../../fees/read-fee-form.ts';
import { type FeeRefusal, feeRefusals } from '../../fees/refusals.ts';
import { dayText } from '../documents/validity.ts';
import type { Reading } from '../http/reading.ts';
import { publicPage } from '../shared/public-page.ts';
import { speechOf } from '../shared/speech.ts';
import { type FeeSpeech, feeFields } from './form.ts';
import { type FeeMessageKey, feeMessages } from './messages.ts';
import { feeResult } from './result.ts';

export interface FeeCheckView {
  /** The scan whose incident it is about; null: without a scan. */
  readonly scanId: string | null;
  readonly day: ChinaDay;
  readonly firm: Organisation | null;
  /** Null: none was in force on the day. */
  readonly standard: FeeStandard | null;
  /** As it was filled in; null: not yet. */
  readonly form: FeeForm | null;
  readonly outcome: PinnedFeeCheck | FeeRefusal | { readonly problem: FeeFormProblem } | null;
}

const problemTexts: Readonly<Record<FeeFormProblem, FeeMessageKey>> = {
  'no-class': 'noClass',
  'no-service': 'noService',
  'bad-number': 'badNumber',
  'bad-money': 'badMoney',
};

function addressOf({ scanId, day, firm }: FeeCheckView): string {
  if (scanId !== null) return `/v/${scanId}/fees`;
  const org = firm === null ? '' : `&org=${encodeURIComponent(firm.organisationId)}`;
  return `/fees?day=${day}${org}`;
}

function outcomeMarkup({ outcome, form }: FeeCheckView, speech: FeeSpeech): string {
  if (outcome === null) return '';
  const { t, pick } = speech;
  const alert = (text: string) => html`<p class="mark" role="alert" id="result">${text}</p>`;
  if ('problem' in outcome) return alert(t(problemTexts[outcome.problem]));
  if ('refused' in outcome) {
    const { zh, en } = feeRefusals[outcome.refused];
    return alert(pick(zh, en));
  }
  const askedFen = form === null || form.asked === '' ? null : fenOfYuan(form.asked);
  return html`!${feeResult(outcome, askedFen, speech)}<p class="hint">${t('changeBelow')}</p>`;
}

function headLines(view: FeeCheckView, standard: FeeStandard, speech: FeeSpeech): string {
  const { t, pick } = speech;
  const { scanId, day, firm } = view;
  const version = versionOf(standard.stored);
  const values = { day: dayText(speech, day), version };
  const name = firm === null ? '' : pick(firm.nameZh, firm.nameEn);
  return html`<p>${t('intro')}</p>
!${standard.tariff.sample ? html`<p class="mark">${t('sampleTariff')}</p>` : ''}
<p class="hint">${t(scanId === null ? 'forDay' : 'forIncident', values)}</p>
!${firm === null ? '' : html`<p class="hint">${t('forFirm', { name })}</p>`}`;
}

/** What the address carries beside the form's own fields: choices, and the day without a scan. */
function hiddenFields({ scanId, firm, day }: FeeCheckView, speech: FeeSpeech): string {
  const hidden = (name: string, value: string) =>
    html`<input type="hidden" name="${name}" value="${value}">`;
  const org = scanId === null && firm !== null ? hidden('org', firm.organisationId) : '';
  const dayField = html`<label class="field"><span>${speech.t('day')}</span>
<input class="long" type="date" name="day" value="${day}"></label>`;
  return [
    hidden('go', '1'),
    hidden('lang', speech.language),
    speech.elder ? hidden('view', 'elder') : '',
    org,
    scanId === null ? dayField : '',
  ].join('');
}

function formCard(view: FeeCheckView, standard: FeeStandard, speech: FeeSpeech): string {
  const { t, link } = speech;
  const { day, firm, scanId } = view;
  const org = firm === null ? {} : { org: firm.organisationId };
  const paper = link(documentAddress(feesDocument, { day, ...org }));
  const complaint = link(scanId === null ? '/complaint' : `/v/${scanId}/complaint`);
  const action = scanId === null ? '/fees' : `/v/${scanId}/fees`;
  return html`<section class="card rating"><form method="get" action="${action}#result">
!${hiddenFields(view, speech)}!${feeFields(standard.tariff, view.form, speech)}
<p class="next"><button class="button strong">${t('submit')}</button></p></form></section>
<section class="card next"><a class="button" href="${paper}">${t('standard')}</a>
<a class="button" href="${complaint}">${t('complain')}</a></section>`;
}

/** The fee check: the form, and above it what came of it. */
export function feeCheckPage(reading: Reading, view: FeeCheckView): string {
  const speech = speechOf(feeMessages, reading);
  const { t, link } = speech;
  const { standard, scanId } = view;
  const backTo = scanId === null ? '/' : `/v/${scanId}`;
  const backText = t(scanId === null ? 'backToStart' : 'backToScan');
  const head = standard === null ? html`<p class="mark">${t('noTariff')}</p>` : '';
  return publicPage(reading, {
    title: t('title'),
    address: addressOf(view),
    back: { address: link(backTo), text: backText },
    sample: standard?.tariff.sample ?? false,
    body: html`<section class="card"><h1>${t('title')}</h1>
!${standard === null ? head : headLines(view, standard, speech)}</section>
!${outcomeMarkup(view, speech)}
!${standard === null ? '' : formCard(view, standard, speech)}`,
  });
}
