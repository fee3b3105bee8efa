import { html } from 'ghtml';
import type { FeeVerdict } from '../../fees/check-fee.ts';
import type { FeeLine } from '../../fees/fee-lines.ts';
import type { PinnedFeeCheck } from '../../fees/fee-service.ts';
import { lineReasons, unlistedReasons, verdictAdvice } from '../../fees/messages.ts';
import { yuanText } from '../shared/money.ts';
import type { FeeSpeech } from './form.ts';
import type { FeeMessageKey } from './messages.ts';

const titles: Readonly<Record<FeeVerdict, FeeMessageKey>> = {
  within: 'verdictWithin',
  over: 'verdictOver',
  unlisted: 'verdictUnlisted',
  none: 'verdictNone',
};

function band(check: PinnedFeeCheck, { t, pick }: FeeSpeech): string {
  const { verdict, overFen, allowedFen } = check;
  const key = verdict === 'unlisted' && overFen > 0 ? 'verdictUnlistedOver' : titles[verdict];
  const values = { over: yuanText(overFen), allowed: yuanText(allowedFen) };
  const advice = pick(verdictAdvice[verdict].zh, verdictAdvice[verdict].en);
  return html`<section class="verdict verdict-${verdict}" role="status" id="result">
<h2>${t(key, values)}</h2><p>${advice}</p></section>`;
}

function lineRow(line: FeeLine, { t, pick }: FeeSpeech): string {
  const { quantity, rateFen, unit, reason, clause } = line;
  const sum =
    quantity === null || rateFen === null
      ? ''
      : t('lineSum', { quantity, unit, rate: yuanText(rateFen) });
  const why = reason === null ? '' : pick(lineReasons[reason].zh, lineReasons[reason].en);
  const notes = [sum, why, clause ?? ''].filter((note) => note !== '').join(' · ');
  const small = notes === '' ? '' : html`<small>${notes}</small>`;
  return html`<tr><th scope="row">${pick(line.zh, line.en)}!${small}</th><td>${yuanText(line.amountFen)}</td></tr>`;
}

function linesTable({ lines }: PinnedFeeCheck, speech: FeeSpeech): string {
  const { t } = speech;
  return html`<h2>${t('lines')}</h2><table class="lines">
<thead><tr><th scope="col">${t('item')}</th><th scope="col">${t('amount')}</th></tr></thead>
<tbody>!${lines.map((line) => lineRow(line, speech))}</tbody></table>`;
}

function unlistedList({ unlisted }: PinnedFeeCheck, { t, pick }: FeeSpeech): string {
  if (unlisted.length === 0) return '';
  const rows = unlisted.map(({ code, name, reason }) => {
    const why = pick(unlistedReasons[reason].zh, unlistedReasons[reason].en);
    return html`<li>${t('unlistedItem', { name: name || code, reason: why })}</li>`;
  });
  return html`<h2>${t('unlisted')}</h2><ul class="clauses">!${rows}</ul>`;
}

function ruleList({ rules }: PinnedFeeCheck, { t }: FeeSpeech): string {
  if (rules.length === 0) return '';
  const rows = rules.map(({ zh, basis }) => html`<li>${zh}<small>${basis}</small></li>`);
  return html`<h2>${t('clauses')}</h2><ul class="clauses" lang="zh-CN">!${rows}</ul>`;
}

/** What the tariff allows, line by line, and what to do when more is asked. */
export function feeResult(
  check: PinnedFeeCheck,
  askedFen: number | null,
  speech: FeeSpeech,
): string {
  const { t } = speech;
  const { allowedFen, tariff, postedList } = check;
  const amount = (fen: number) => t('yuan', { amount: yuanText(fen) });
  const asked =
    askedFen === null
      ? ''
      : html`<p class="total"><span>${t('askedSum')}</span><b>${amount(askedFen)}</b></p>`;
  const { id, version, sha256: hash } = tariff;
  const posted =
    postedList === null
      ? ''
      : html`<p class="hint">${t('postedPin', { id: postedList.id, version: postedList.version })}</p>`;
  return html`!${band(check, speech)}
<section class="card">!${asked}<p class="total"><span>${t('allowed')}</span><b>${amount(allowedFen)}</b></p>
!${unlistedList(check, speech)}!${linesTable(check, speech)}!${ruleList(check, speech)}
<p class="hint fingerprint">${t('versionPin', { id, version, hash })}</p>!${posted}</section>`;
}
