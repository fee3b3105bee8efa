import { html } from 'ghtml';
import { type PlainPage, paragraphs } from './plain-page.ts';

const startTexts = ['startWhat', 'startHow', 'startNoCode'] as const;

/** What anybody may do without a scan. */
const doors = [
  ['/lookup', 'doorLookup'],
  ['/fees', 'doorFees'],
  ['/lists', 'doorLists'],
  ['/complaint', 'doorComplaint'],
] as const;

/** What this is, honestly, with no door to a scan. */
export function startPage(sample: boolean): PlainPage {
  return {
    title: 'startTitle',
    path: '/',
    body: (
      t,
      link,
    ) => html`!${sample ? html`<p><span class="tag">示例</span> ${t('startSample')}</p>` : ''}
!${startTexts.map((key) => html`<p>${t(key)}</p>`)}
<ul class="doors">!${doors.map(([address, text]) => html`<li><a href="${link(address)}">${t(text)}</a></li>`)}</ul>`,
  };
}

/** The page of a form that came without its token. */
export function lapsedPage(scanId: string): PlainPage {
  return {
    title: 'tokenTitle',
    path: null,
    body: (t) => html`<p>${t('tokenText')}</p>
<p><a href="/v/${scanId}">${t('backToScan')}</a></p>`,
  };
}

export const notFoundPage: PlainPage = {
  title: 'notFoundTitle',
  path: null,
  body: paragraphs('notFoundText', 'startHow'),
};

export const scanNotFoundPage: PlainPage = {
  title: 'scanNotFoundTitle',
  path: null,
  body: paragraphs('scanNotFoundText', 'startNoCode'),
};

export const badRequestPage: PlainPage = {
  title: 'badRequestTitle',
  path: null,
  body: paragraphs('badRequestText'),
};

export const failedPage: PlainPage = {
  title: 'failedTitle',
  path: null,
  body: paragraphs('failedText', 'startNoCode'),
};

export const complaintNotFoundPage: PlainPage = {
  title: 'complaintNotFoundTitle',
  path: null,
  body: paragraphs('complaintNotFoundText'),
};

export const tooManyPage: PlainPage = {
  title: 'tooManyTitle',
  path: null,
  body: paragraphs('tooManyText'),
};
