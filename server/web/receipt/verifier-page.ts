import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html } from 'ghtml';
import type { Reading } from '../http/reading.ts';
import { speechOf } from '../shared/speech.ts';
import { type ReceiptMessageKey, receiptMessages } from './messages.ts';
import { momentText } from './moment.ts';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The two scripts and the style of the page, which carries them itself. */
const scripts = ['./check-script.js', './view-script.js'].map(read);
const style = ['../shared/base.css', '../shared/public.css', './receipt.css', './verifier.css']
  .map(read)
  .join('\n');

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = [
  "default-src 'none'",
  `script-src ${scripts.map(hashOf).join(' ')}`,
  `style-src ${hashOf(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Policy of the answer: these scripts and this style, and nothing from anywhere. */
export const verifierPolicy = `${policy}; frame-ancestors 'none'`;

/** Names the script uses → messages. */
const scriptTexts: Readonly<Record<string, ReceiptMessageKey>> = {
  time: 'time',
  issued: 'issued',
  unit: 'unit',
  unitNumber: 'unitNumber',
  sample: 'sampleMark',
  people: 'people',
  place: 'place',
  tariff: 'tariff',
  said: 'said',
  kept: 'kept',
  log: 'logPlace',
  pending: 'pending',
  valid: 'valid',
  validText: 'validText',
  pendingText: 'pendingText',
  invalid: 'invalid',
  unable: 'unable',
  lacksSafe: 'lacksSafe',
  lacksEd25519: 'lacksEd25519',
  code: 'reasonCode',
};

const reasonTexts: Readonly<Record<string, ReceiptMessageKey>> = {
  'too-large': 'reasonLarge',
  'not-a-receipt': 'reasonNot',
  'not-as-written': 'reasonWritten',
  'unknown-key': 'reasonKey',
  'unknown-checkpoint-key': 'reasonKey',
  'bad-signature': 'reasonSignature',
  'key-not-in-force': 'reasonForce',
  'bad-payload': 'reasonPayload',
  'salt-differs': 'reasonSalt',
  'code-differs': 'reasonCode2',
  'bad-code-signature': 'reasonCode2',
  'bad-checkpoint-signature': 'reasonCheckpoint',
  'not-in-log': 'reasonLog',
};

/** JSON that cannot end the element it stands in. */
function dataBlock(id: string, value: unknown): string {
  const text = JSON.stringify(value).replace(/</g, '\\u003c');
  return html`<script type="application/json" id="${id}">!${text}</script>`;
}

/** What the page knows when it is made. */
export interface VerifierFacts {
  /** Rows of KEYS.json. */
  readonly keys: readonly object[];
  readonly nowMs: number;
}

/**
 * A page that holds all it needs: style, scripts and public keys. Once open, or saved, it judges
 * receipts with the network off.
 */
export function verifierPage(reading: Reading, { keys, nowMs }: VerifierFacts): string {
  const { t, language, link } = speechOf(receiptMessages, reading);
  const other = language === 'en' ? 'zh-CN' : 'en';
  const pick = (table: typeof scriptTexts) =>
    Object.fromEntries(Object.entries(table).map(([name, key]) => [name, t(key)]));
  const locale = language === 'en' ? 'en-GB' : 'zh-CN';
  const texts = { ...pick(scriptTexts), reasons: pick(reasonTexts), locale };
  const held = t('verifyKeys', { count: keys.length, time: momentText(reading, nowMs) });
  return html`<!doctype html>
<html lang="${language}"!${reading.elder ? ' data-view="elder"' : ''}>
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="!${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="format-detection" content="telephone=no">
<meta name="color-scheme" content="light dark">
<title>${t('verifyTitle')}</title>
<style>!${style}</style>
</head>
<body>
<header class="top"><p class="brand"><b>信路</b> <span>Xinlu</span></p>
<a class="language" lang="${other}" hreflang="${other}" href="/verify?lang=${other}">${
    language === 'en' ? '中文' : 'English'
  }</a></header>
<main class="narrow">
<section class="card"><h1>${t('verifyTitle')}</h1>
<p>${t('verifyText')}</p>
<label class="file"><span>${t('verifyFile')}</span>
<input id="file" type="file" accept=".json,application/json" disabled></label>
<noscript><p>${t('verifyNoScript')}</p></noscript>
</section>
<section class="card" id="result" role="status" aria-live="polite" hidden></section>
<p class="hint">${held}</p>
<p class="links"><a href="${link('/audit/keys.json')}">${t('keysJson')}</a></p>
</main>
!${dataBlock('keys', keys)}
!${dataBlock('texts', texts)}
!${scripts.map((script) => `<script type="module">${script}</script>`).join('\n')}
</body>
</html>
`;
}
