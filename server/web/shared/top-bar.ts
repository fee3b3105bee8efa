import { html } from 'ghtml';
import { linkTo, type Reading } from '../http/reading.ts';
import { sharedMessages } from './messages.ts';
import { translator } from './translate.ts';

/**
 * Brand, large type and the other language, one tap each. `address` is the page's own, without
 * language and view; null: a page that cannot be asked for again has no switches.
 */
export function topBar(reading: Reading, address: string | null): string {
  const t = translator(sharedMessages, reading.language);
  const other = reading.language === 'en' ? 'zh-CN' : 'en';
  const switches =
    address === null
      ? ''
      : html`<nav class="switches" aria-label="${t('switches')}"><a class="language"
 aria-label="${t(reading.elder ? 'usualViewLabel' : 'elderViewLabel')}"
 href="${linkTo({ ...reading, elder: !reading.elder }, address)}">${t(reading.elder ? 'usualView' : 'elderView')}</a>
<a class="language" lang="${other}" hreflang="${other}" aria-label="${t('otherLanguageLabel')}"
 href="${linkTo({ ...reading, language: other }, address)}">${t('otherLanguage')}</a></nav>`;
  return html`<header class="top"><p class="brand"><a href="${linkTo(reading, '/')}"
><b>${t('brand')}</b></a> <span>${t('brandLine')}</span></p>!${switches}</header>`;
}
