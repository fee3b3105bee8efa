import { html } from 'ghtml';
import { groupedReturnCode } from '../../../protocols/receipt/return-code.ts';
import type { ReadReceipt } from '../../receipt/read-receipt.ts';
import type { SaidFact } from '../../receipt/receipt-facts.ts';
import type { Reading } from '../http/reading.ts';
import { rowList } from '../scan/identity-card.ts';
import { publicPage } from '../shared/public-page.ts';
import { type PageSpeech, speechOf } from '../shared/speech.ts';
import { type ReceiptMessageKey, receiptMessages } from './messages.ts';
import { momentText } from './moment.ts';

type Speech = PageSpeech<ReceiptMessageKey>;

/** Digits of a coordinate: a metre. */
const coordinateDigits = 5;

/** A receipt with the numbers it is found by. */
export interface ShownReceipt extends ReadReceipt {
  readonly receiptId: string;
  readonly returnCode: string;
  /** SHA-256 of the file as it is now, hex. */
  readonly fileSha256: string;
  /** Where return codes are entered. */
  readonly returnAddress: string;
}

function peopleText({ facts }: ShownReceipt, { t, pick }: Speech): string {
  const names = facts.people.map(({ nameZh, nameEn, badgeNumber }) => {
    const badge = badgeNumber === '' ? '' : t('badge', { number: badgeNumber });
    return html`<p>${[pick(nameZh, nameEn), badge].filter((part) => part !== '').join(' · ')}</p>`;
  });
  return names.length === 0 ? html`${t('noPeople')}` : names.join('');
}

function placeText({ facts: { place } }: ShownReceipt, { t }: Speech): string {
  if (place === null) return html`${t('noPlace')}`;
  return html`<b>${[place.section, place.stake, place.directionText].join(' ').trim()}</b>`;
}

function saidRow({ about, nameZh, nameEn, score, words }: SaidFact, { t, pick }: Speech) {
  const name = pick(nameZh, nameEn);
  const label = about === 'unit' || name === '' ? t('said') : t('saidOf', { name });
  const text = html`<b>${t('saidScore', { score })}</b>!${
    words === '' ? '' : html`<blockquote>${words}</blockquote>`
  }`;
  return [label, text] as const;
}

function rows(shown: ShownReceipt, speech: Speech): (readonly [string, string])[] {
  const { t, pick } = speech;
  const { facts } = shown;
  const { organisation, vehicle, position, incident, tariff, said, matchAnswer } = facts;
  const moment = (ms: number) => html`${momentText(speech, ms)}`;
  const spot = position && {
    lat: position.lat.toFixed(coordinateDigits),
    lon: position.lon.toFixed(coordinateDigits),
    error: Math.ceil(position.errorM),
  };
  const match = matchAnswer && t(matchAnswer === 'same' ? 'matchSame' : 'matchDifferent');
  const versionText =
    tariff === null ? t('noTariff') : t('tariffText', { id: tariff.id, version: tariff.version });
  const fingerprint = tariff && html`<small class="fingerprint">SHA-256 ${tariff.sha256}</small>`;
  return [
    [t('time'), moment(facts.scannedAtMs)],
    [t('place'), placeText(shown, speech)],
    [t('position'), html`${spot && t('positionText', spot)}`],
    [t('unit'), html`<b>${organisation && pick(organisation.nameZh, organisation.nameEn)}</b>`],
    [t('plate'), html`${vehicle?.plate}`],
    [t('people'), peopleText(shown, speech)],
    [
      t('incident'),
      html`${incident && t('incidentText', { ref: incident.ref, summary: incident.summary })}`,
    ],
    [t('tariff'), html`${versionText} !${fingerprint ?? ''}`],
    [t('match'), html`${match}`],
    ...(said.length === 0
      ? [[t('said'), html`${t('saidNothing')}`] as const]
      : said.map((one) => saidRow(one, speech))),
    [t('issued'), moment(facts.issuedAt * 1000)],
    [t('unitNumber'), html`${facts.unitId}`],
    [
      t('kept'),
      html`${momentText(speech, facts.keptAtMs)} · ${t('issueNumber', { number: facts.issue })}`,
    ],
  ];
}

function proof(
  { receipt, checkpoint, receiptId, fileSha256 }: ShownReceipt,
  speech: Speech,
): string {
  const { t, link } = speech;
  const state = checkpoint === null ? 'pending' : 'done';
  const text =
    checkpoint === null
      ? t('proofPendingText')
      : t('proofDoneText', {
          leaf: (receipt.leafIndex ?? 0) + 1,
          number: checkpoint.number,
          size: checkpoint.size,
          time: momentText(speech, checkpoint.timeMs),
        });
  return html`<section class="card proof proof-${state}" id="proof" data-proof="${state}">
<h2>${t('proofTitle')}</h2>
<p><b>${t(checkpoint === null ? 'proofPending' : 'proofDone')}</b></p>
<p>${text}</p>
<p class="next screen"><a class="button strong" href="/r/${receiptId}/receipt.json" download>${t('download')}</a></p>
<p class="links screen"><a href="${link('/verify')}">${t('verifyLink')}</a>
<a href="${link('/audit/checkpoints')}">${t('checkpointsLink')}</a></p>
<p class="hint">${t('file')} <span class="fingerprint">SHA-256 ${fileSha256}</span></p>
<p class="hint screen">${t('print')}</p>
</section>`;
}

/** A driver's receipt: what was seen and said, its return code and its proof. Prints well. */
export function receiptPage(reading: Reading, shown: ShownReceipt): string {
  const speech = speechOf(receiptMessages, reading);
  const { t } = speech;
  const { facts, receiptId, returnCode } = shown;
  const stamp = facts.sample ? html`<span class="stamp">${t('sampleMark')}</span>` : '';
  const drill = facts.training ? html`<p class="mark">${t('trainingMark')}</p>` : '';
  return publicPage(reading, {
    title: t('receiptTitle'),
    address: `/r/${receiptId}`,
    sample: facts.sample,
    body: html`<section class="card receipt"><h1>${t('receiptTitle')}</h1>!${stamp}!${drill}
<div class="return"><p>${t('returnCode')}</p>
<p class="code" data-return-code="${returnCode}">${groupedReturnCode(returnCode)}</p>
<p class="hint">${t('returnCodeHint', { address: shown.returnAddress })}</p></div>
!${rowList(rows(shown, speech))}
<p class="hint">${t('receiptHint')} ${t('whoSees')}</p>
</section>
!${proof(shown, speech)}`,
  });
}
