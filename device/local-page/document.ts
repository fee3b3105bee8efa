import type { Door } from './doors.ts';
import { Html, html } from './html.ts';
import { navTexts, type PagePath, pinTexts, type SaidName, saidTexts } from './page-texts.ts';
import type { LocalSession } from './sessions.ts';
import type { Line, Said } from './texts.ts';
import type { UnitView } from './unit-view.ts';

/** What every page needs: the unit, and who looks. */
export interface PageContext {
  readonly view: UnitView;
  readonly door: Door;
  /** Null: nobody has given the PIN. */
  readonly session: LocalSession | null;
  /** What came of the action before. */
  readonly said: SaidName | null;
}

/** Chinese first, English second. */
export function saidHtml({ zh, en }: Said): Html {
  return en === ''
    ? html`<span>${zh}</span>`
    : html`<span>${zh}</span><small lang="en">${en}</small>`;
}

export function rowHtml([label, line]: readonly [Said, Line]): Html {
  return html`<div><dt>${saidHtml(label)}</dt><dd class="${line.tone}">${saidHtml(line)}</dd></div>`;
}

export function headingHtml(text: Said, id: string): Html {
  return html`<h2 id="${id}">${text.zh}<small lang="en">${text.en}</small></h2>`;
}

/** A button of its own form. */
export function actionHtml(path: string, text: Said, { csrf }: LocalSession): Html {
  return html`<form method="post" action="${path}"><input type="hidden" name="csrf" value="${csrf}"
><button>${text.zh}<small lang="en">${text.en}</small></button></form>`;
}

function navHtml(path: string, session: LocalSession): Html {
  const links = (Object.keys(navTexts) as PagePath[]).map((to) => {
    const current = to === path ? new Html(' aria-current="page"') : null;
    return html`<a href="${to}"${current}>${saidHtml(navTexts[to])}</a>`;
  });
  return html`<nav aria-label="维护页面">${links}</nav>
<div class="controls">${actionHtml('/pin/leave', pinTexts.leave, session)}</div>`;
}

function answerHtml(said: SaidName | null): Html | null {
  if (said === null) return null;
  const line = saidTexts[said];
  return html`<p class="said ${line.tone}" role="status">${saidHtml(line)}</p>`;
}

/** Seconds after which a page without script asks for itself again. */
export type ReloadS = 5 | null;

/** A whole page. */
export function documentHtml(
  { view, session, said }: PageContext,
  path: string,
  body: Html,
  reloadS: ReloadS = null,
): string {
  const { serial, content } = view.facts();
  const who = content === null ? '' : `${content.plate} ${content.title}`;
  const reload =
    reloadS === null
      ? null
      : html`<noscript><meta http-equiv="refresh" content="${reloadS}"></noscript>
<script src="/unit.js" defer></script>`;
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${serial} · 信路</title>
<link rel="stylesheet" href="/unit.css">
${reload}
</head>
<body>
<header>
<h1>信路 ${serial}</h1>
<p id="who">${who}</p>
</header>
${session === null ? null : navHtml(path, session)}
${answerHtml(said)}
<main>
${body}
</main>
</body>
</html>
`.text;
}
