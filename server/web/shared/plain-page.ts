import { html } from 'ghtml';
import type { Language } from '../http/language.ts';
import { callList } from './calls.ts';
import { layout } from './layout.ts';
import { type SharedMessageKey, sharedMessages } from './messages.ts';
import { type Translate, translator } from './translate.ts';

export const baseStylesheet = '/assets/base.css';

/** A short page: a title and what to say, as markup. */
export interface PlainPage {
  readonly title: SharedMessageKey;
  readonly body: (t: Translate<SharedMessageKey>) => string;
  /** Address of the same page without a query, for the language link; null: none. */
  readonly path: string | null;
}

/** Paragraphs of messages. */
export function paragraphs(...keys: readonly SharedMessageKey[]): PlainPage['body'] {
  return (t) => keys.map((key) => html`<p>${t(key)}</p>`).join('\n');
}

/** Any page of the server but the scan's: calm, short, and what to do. */
export function plainPage({ title, body, path }: PlainPage, language: Language): string {
  const t = translator(sharedMessages, language);
  const other = language === 'en' ? 'zh-CN' : 'en';
  const link =
    path === null
      ? ''
      : html`<a class="language" lang="${other}" hreflang="${other}"
 aria-label="${t('otherLanguageLabel')}" href="${path}?lang=${other}">${t('otherLanguage')}</a>`;
  return layout({
    language,
    title: `${t(title)} · ${t('brand')}`,
    stylesheet: baseStylesheet,
    body: html`<header class="top"><p class="brand"><b>${t('brand')}</b> ${t('brandLine')}</p>!${link}</header>
<main class="plain"><section class="card"><h1>${t(title)}</h1>
!${body(t)}
</section></main>
<footer>!${callList(language)}</footer>`,
  });
}
