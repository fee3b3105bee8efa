import { html } from 'ghtml';
import type { Language } from '../http/language.ts';

/** One whole page. `body` is markup, everything else is text. */
export interface PageFrame {
  readonly language: Language;
  /** Large type and large targets (大字版). */
  readonly elder?: boolean;
  readonly title: string;
  readonly stylesheet: string;
  readonly body: string;
  /** Markup at the end of the head: a script of ours, where a page has one. */
  readonly head?: string;
  /** Attributes of `<html>`, e.g. the data attributes of a scan's page. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** The document around every page: no script, no third party, night colours by the system. */
export function layout({
  language,
  elder = false,
  title,
  stylesheet,
  body,
  head = '',
  attributes = {},
}: PageFrame): string {
  const extra = Object.entries({ ...attributes, ...(elder && { 'data-view': 'elder' }) })
    .map(([name, value]) => html` ${name}="${value}"`)
    .join('');
  return html`<!doctype html>
<html lang="${language}"!${extra}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="format-detection" content="telephone=no">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="${stylesheet}">!${head}
</head>
<body>
!${body}
</body>
</html>
`;
}

/** A number to call, as a plain link. */
export function phoneLink(number: string, className = 'phone'): string {
  return html`<a class="${className}" href="tel:${number.replace(/[^\d+]/g, '')}">${number}</a>`;
}

/** A drawing of the house set: decoration beside words that say the same. */
export function icon(path: string): string {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"
    ><path d="${path}"/></svg>`;
}
