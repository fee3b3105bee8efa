import { html } from 'ghtml';
import type { Reading } from '../http/reading.ts';
import { callList } from './calls.ts';
import { layout } from './layout.ts';
import { sharedMessages } from './messages.ts';
import { topBar } from './top-bar.ts';
import { translator } from './translate.ts';

/** Style of the pages that anybody may read: one file, kept by the browser. */
export const publicStylesheet = '/assets/public.css';

/** A page that anybody may read. */
export interface PublicPage {
  readonly title: string;
  /** Its own address, without language and view. */
  readonly address: string;
  /** Markup of `<main>`, with the page's `h1`. */
  readonly body: string;
  /** Where the reader came from. */
  readonly back?: { readonly address: string; readonly text: string };
  /** Whether anything on it is sample data. */
  readonly sample: boolean;
}

export function publicPage(reading: Reading, page: PublicPage): string {
  const t = translator(sharedMessages, reading.language);
  const back =
    page.back === undefined
      ? ''
      : html`<p class="back"><a href="${page.back.address}">‹ ${page.back.text}</a></p>`;
  return layout({
    language: reading.language,
    elder: reading.elder,
    title: `${page.title} · ${t('brand')}`,
    stylesheet: publicStylesheet,
    body: html`!${topBar(reading, page.address)}
<main class="narrow">!${back}
!${page.body}
</main>
<footer>!${callList(reading.language)}!${page.sample ? html`<p>${t('sampleData')}</p>` : ''}</footer>`,
  });
}
