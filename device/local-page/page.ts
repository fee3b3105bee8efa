import { type DutyName, duties } from '../../protocols/scan-code/fields.ts';
import { matchText } from '../../protocols/scan-code/match.ts';
import { clockOf } from '../screen/live.ts';
import { benchHtml } from './bench.ts';
import { escapeHtml } from './html.ts';
import { fontFaceCss, pageFontFamily } from './page-fonts.ts';
import {
  codeLine,
  dutyTexts,
  emptyLine,
  faultLine,
  gnssLines,
  ignitionLine,
  type Line,
  labels,
  linkLines,
  noticeLines,
  panelLine,
  type Said,
  timeLines,
} from './texts.ts';
import type { UnitView } from './unit-view.ts';

function screenLine(view: UnitView): Line {
  const code = view.code();
  const nowMs = view.nowMs();
  if (code !== null && nowMs !== null) {
    return codeLine(Math.max(0, Math.ceil((code.validUntilMs - nowMs) / 1000)));
  }
  const notice = view.notice();
  if (notice !== null) return noticeLines[notice];
  return view.fault() === null ? emptyLine : faultLine;
}

function plain(said: Said): Line {
  return { tone: 'plain', ...said };
}

/** The opening the screen answers: words of the code that was opened, and when. */
function echoLine(view: UnitView): Line {
  const echo = view.echo();
  if (echo === null) return plain({ zh: '—', en: '' });
  return plain({ zh: `${matchText(echo.match)} · ${clockOf(echo.atMs)}`, en: '' });
}

function rows(view: UnitView): readonly (readonly [Said, Line])[] {
  const facts = view.facts();
  const code = view.code();
  const words = code === null ? '—' : matchText(code.match);
  const lamps =
    view.bench === undefined ? [] : [[labels.lamps, plain(view.bench.lamps())] as const];
  const unitId = facts.identity === null ? '—' : String(facts.identity.unitId);
  return [
    [labels.screen, screenLine(view)],
    [labels.matchWords, plain({ zh: words, en: '' })],
    [labels.echo, echoLine(view)],
    [labels.link, linkLines[facts.link]],
    [labels.gnss, gnssLines[facts.gnss]],
    [labels.time, view.nowMs() === null ? timeLines.untrusted : timeLines.trusted],
    [labels.duty, plain(dutyTexts[duties[facts.duty] as DutyName])],
    [labels.records, plain({ zh: String(view.waiting()), en: '' })],
    [labels.unit, plain({ zh: unitId, en: '' })],
    [labels.ignition, ignitionLine(view.ignition())],
    [labels.panel, panelLine(view.fault(), view.panelTemperatureC())],
    ...lamps,
  ];
}

function said({ zh, en }: Said): string {
  const english = en === '' ? '' : `<small lang="en">${escapeHtml(en)}</small>`;
  return `<span>${escapeHtml(zh)}</span>${english}`;
}

function rowHtml([label, line]: readonly [Said, Line]): string {
  return `<div><dt>${said(label)}</dt><dd class="${line.tone}">${said(line)}</dd></div>`;
}

/** Changes whenever another picture may stand on the glass. */
function frameId(view: UnitView): string {
  return `${view.code()?.issuedAt ?? 0}-${view.notice() ?? ''}-${view.facts().link}`;
}

function frameHtml(view: UnitView): string {
  const glass = view.glass();
  if (glass === null) return `<p id="frame" class="none">${said(labels.noFrame)}</p>`;
  return (
    `<img id="frame" src="/screen.png?${escapeHtml(frameId(view))}" alt="${labels.frame.zh}" ` +
    `width="${glass.width}" height="${glass.height}">`
  );
}

/** `GET /`: the live frame, and how the unit is in plain words. Works without script. */
export function pageHtml(view: UnitView): string {
  const serial = escapeHtml(view.facts().serial);
  const { content } = view.facts();
  const who = content === null ? '' : escapeHtml(`${content.plate} ${content.title}`);
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${serial} · 信路</title>
<link rel="stylesheet" href="/unit.css">
<noscript><meta http-equiv="refresh" content="5"></noscript>
<script src="/unit.js" defer></script>
</head>
<body>
<header>
<h1>信路 ${serial}</h1>
<p id="who">${who}</p>
</header>
<main>
<figure>${frameHtml(view)}<figcaption>${said(labels.frame)}</figcaption></figure>
<section aria-labelledby="state">
<h2 id="state">${said(labels.title)}</h2>
<dl id="rows">${rows(view).map(rowHtml).join('')}</dl>
</section>
${view.bench === undefined ? '' : benchHtml(view.bench, labels.bench, labels.benchNote)}
</main>
</body>
</html>
`;
}

export const pageCss = `${fontFaceCss()}
:root { color-scheme: light; --ink: #1c2430; --soft: #5b6675;
  --line: #dfe4ea; --paper: #f5f7f9; --good: #18794e; --wait: #9a5b00; --bad: #b42318; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1.25rem 3rem; color: var(--ink);
  background: var(--paper); line-height: 1.5;
  font-family: "${pageFontFamily}", system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; }
h1 { margin: 0; font-size: 1.4rem; letter-spacing: .02em; }
header p { margin: 0; color: var(--soft); }
main { display: grid; gap: 1.5rem; margin-top: 1.25rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 60rem) { main { grid-template-columns: minmax(0, 1fr) 22rem; } }
figure { margin: 0; }
img { display: block; width: 100%; height: auto; background: #fff; border: .75rem solid #20262e;
  border-radius: .75rem; }
.none { margin: 0; padding: 4rem 1rem; text-align: center; color: var(--soft); background: #fff;
  border: .75rem solid #20262e; border-radius: .75rem; }
figcaption { margin-top: .5rem; color: var(--soft); font-size: .9rem; }
section { padding: 1rem 1.25rem .25rem; background: #fff; border: 1px solid var(--line);
  border-radius: .75rem; align-self: start; }
h2 { margin: 0 0 .25rem; font-size: 1.05rem; }
dl { margin: 0; }
dl div { display: flex; gap: 1rem; padding: .6rem 0; border-top: 1px solid var(--line); }
dt { flex: 0 0 7rem; color: var(--soft); }
dd { margin: 0; flex: 1; min-width: 0; }
dd span { display: block; font-weight: 600; overflow-wrap: anywhere; }
dd:not(.plain) span::before { content: "●";
  margin-right: .45rem; font-size: .65em; vertical-align: .15em; }
.good span::before { color: var(--good); }
.wait span::before { color: var(--wait); }
.bad span { color: var(--bad); }
small { display: block; color: var(--soft); font-size: .8rem; font-weight: 400; }
h3 { margin: .9rem 0 .35rem; font-size: .9rem; color: var(--soft); }
h3 small { display: inline; font-weight: 400; }
.bench { grid-column: 1 / -1; padding-bottom: 1.1rem; }
.bench p { margin: .25rem 0 0; color: var(--soft); font-size: .9rem; }
.bench p small { display: inline; }
.controls { display: flex; flex-wrap: wrap; gap: .5rem; }
button { font: inherit; font-weight: 600; padding: .45rem .9rem; min-height: 2.75rem;
  color: var(--ink); background: #fff; border: 1px solid #b7c0cb; border-radius: .5rem;
  cursor: pointer; }
button:hover { border-color: var(--ink); }
button.on { color: #fff; background: #20262e; border-color: #20262e; }
button.on small { color: #d5dbe3; }
h2 small, figcaption small { display: inline; margin-left: .5rem; }
`;

/** Asks for the page again and takes over what changed; the picture is not fetched twice. */
export const pageJs = `'use strict';
const periodMs = 1000;

async function refresh() {
  try {
    const answer = await fetch('/', { cache: 'no-store' });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of ['rows', 'who', 'frame', 'bench']) {
      const shown = document.getElementById(id);
      const next = fresh.getElementById(id);
      if (shown && next && shown.outerHTML !== next.outerHTML) shown.replaceWith(next);
    }
    document.body.classList.remove('away');
  } catch {
    document.body.classList.add('away');
  }
  setTimeout(refresh, periodMs);
}

setTimeout(refresh, periodMs);
`;
