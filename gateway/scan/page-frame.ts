import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html, Markup } from './html.ts';
import { pageTexts, type Text } from './messages.ts';

const css = readFileSync(new URL('page.css', import.meta.url), 'utf8');
const cssHash = createHash('sha256').update(css).digest('base64');

/** Of every page here: one style, known by its hash, and nothing else at all. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${cssHash}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
} as const;

/** Attributes of `<html>`. Scan code, "Opening and redeeming", 5: empty where not due. */
export interface PageData {
  readonly verdict: string;
  readonly unitId: number | null;
  readonly issuedAt: number | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly match: readonly number[] | null;
}

/** Colour of the band; the words say the same. */
export type Tone = 'good' | 'warn' | 'bad';

/** zh-CN, then English below it: one page for both, as a reload would be another opening. */
export function both({ zh, en }: Text): Markup {
  return html`${zh}<br><span lang="en">${en}</span>`;
}

/** The whole page. */
export function pageOf(
  { verdict, unitId, issuedAt, lat, lon, match }: PageData,
  tone: Tone,
  title: Text,
  body: {
    readonly above: Markup | null;
    readonly inside: Markup;
    /** Beside the product's name. */
    readonly marks: readonly Text[];
  },
): string {
  const marks = body.marks.map(({ zh, en }) => html`<span class="mark">${zh} ${en}</span>`);
  return html`<!doctype html>
<html lang="zh-CN" data-verdict="${verdict}" data-unit-id="${unitId}"
 data-issued-at="${issuedAt}" data-lat="${lat}" data-lon="${lon}"
 data-match="${match === null ? null : match.join(',')}" data-tone="${tone}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title.zh} · ${pageTexts.product.zh}</title>
<style>${new Markup(css)}</style>
</head>
<body>
<main>
${body.above}
<div class="sheet">
<header class="band"><small>${pageTexts.product.zh} ${pageTexts.product.en}</small>${marks}
<h1>${title.zh}</h1><p lang="en">${title.en}</p></header>
<div class="body">
${body.inside}
</div>
</div>
</main>
</body>
</html>
`.toString();
}
