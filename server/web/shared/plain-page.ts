import { html } from 'ghtml';
import { linkTo, type Reading } from '../http/reading.ts';
import { callList } from './calls.ts';
import { layout } from './layout.ts';
import { type SharedMessageKey, sharedMessages } from './messages.ts';
import { topBar } from './top-bar.ts';
import { type Translate, translator } from './translate.ts';

export const baseStylesheet = '/assets/base.css';

/** A short page: a title and what to say, as markup. */
export interface PlainPage {
  readonly title: SharedMessageKey;
  readonly body: (t: Translate<SharedMessageKey>, link: (address: string) => string) => string;
  /** Address of the same page without a query, for the language link; null: none. */
  readonly path: string | null;
}

/** Paragraphs of messages. */
export function paragraphs(...keys: readonly SharedMessageKey[]): PlainPage['body'] {
  return (t) => keys.map((key) => html`<p>${t(key)}</p>`).join('\n');
}

/** Any page of the server but the scan's: calm, short, and what to do. */
export function plainPage({ title, body, path }: PlainPage, reading: Reading): string {
  const t = translator(sharedMessages, reading.language);
  return layout({
    language: reading.language,
    elder: reading.elder,
    title: `${t(title)} · ${t('brand')}`,
    stylesheet: baseStylesheet,
    body: html`!${topBar(reading, path)}
<main class="plain"><section class="card"><h1>${t(title)}</h1>
!${body(t, (address) => linkTo(reading, address))}
</section></main>
<footer>!${callList(reading.language)}</footer>`,
  });
}
