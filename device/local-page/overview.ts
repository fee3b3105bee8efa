import { type DutyName, duties } from '../../protocols/scan-code/fields.ts';
import { matchText } from '../../protocols/scan-code/match.ts';
import { clockOf } from '../screen/live.ts';
import { adviceOf, allWell } from './advice.ts';
import { benchHtml } from './bench.ts';
import {
  actionHtml,
  documentHtml,
  headingHtml,
  type PageContext,
  rowHtml,
  saidHtml,
} from './document.ts';
import { Html, html } from './html.ts';
import { momentOf } from './moment.ts';
import { actionTexts, crewTexts, frameTexts, pinTexts } from './page-texts.ts';
import type { LocalSession } from './sessions.ts';
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
  trainingOpen,
  trainingUntil,
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

function crewLine(view: UnitView): Line {
  const aboard = view.aboard();
  if (aboard.length === 0) return plain(crewTexts.none);
  return plain({ zh: aboard.map(({ name }) => name).join('、'), en: '' });
}

/** Words read aloud prove presence: they are for those who stand before the screen. */
function wordsOf({ view, door }: PageContext): string {
  const code = view.code();
  return code === null || door === 'service' ? '—' : matchText(code.match);
}

function rows(context: PageContext): readonly (readonly [Said, Line])[] {
  const { view } = context;
  const facts = view.facts();
  const lamps =
    view.bench === undefined ? [] : [[labels.lamps, plain(view.bench.lamps())] as const];
  const unitId = facts.identity === null ? '—' : String(facts.identity.unitId);
  return [
    [labels.screen, screenLine(view)],
    [labels.matchWords, plain({ zh: wordsOf(context), en: '' })],
    [labels.echo, echoLine(view)],
    [labels.crew, crewLine(view)],
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

/** Changes whenever another picture may stand on the glass. */
function frameId(view: UnitView): string {
  return `${view.code()?.issuedAt ?? 0}-${view.notice() ?? ''}-${view.facts().link}`;
}

function frameHtml(view: UnitView): Html {
  const glass = view.glass();
  if (glass === null) return html`<p id="frame" class="none">${saidHtml(labels.noFrame)}</p>`;
  return html`<img id="frame" src="/screen.png?${frameId(view)}" alt="${labels.frame.zh}" \
width="${glass.width}" height="${glass.height}">`;
}

function adviceHtml(view: UnitView): Html {
  const items = adviceOf(view).map(
    ({ tone, wrong, todo }) => html`<li class="${tone}"><b>${wrong.zh}${todo.zh}</b>\
<small lang="en">${wrong.en} ${todo.en}</small></li>`,
  );
  return items.length === 0
    ? html`<p class="said good">${saidHtml(allWell)}</p>`
    : html`<ul class="advice">${items}</ul>`;
}

function drillHtml(view: UnitView): Html | null {
  if (!view.facts().training) return null;
  const untilMs = view.trainingUntilMs();
  const until = untilMs === null ? trainingOpen : trainingUntil(momentOf(untilMs));
  return html`<p class="drill">${labels.drill.zh} ${until.zh} \
<small lang="en">${labels.drill.en} ${until.en}</small></p>`;
}

function textHtml(view: UnitView): Html | null {
  const text = view.crewText();
  if (text === null) return null;
  return html`<p class="said wait" role="status">${labels.dispatcher.zh}：${text.text} \
<small lang="en">${labels.dispatcher.en}</small></p>`;
}

function actionsHtml(session: LocalSession): Html {
  return html`<section class="wide" aria-labelledby="actions">
${headingHtml(actionTexts.title, 'actions')}
<div class="controls">${actionHtml('/act/next-code', actionTexts['next-code'], session)}\
${actionHtml('/act/blink', actionTexts.blink, session)}</div>
</section>`;
}

/** `GET /`: what is wrong and what to do, the frame, and how the unit is. Works without script. */
export function overviewPage(context: PageContext): string {
  const { view, session } = context;
  const caption = context.door === 'service' ? frameTexts.nowMasked : labels.frame;
  const bench =
    view.bench === undefined
      ? null
      : new Html(benchHtml(view.bench, labels.bench, labels.benchNote));
  const enter =
    session === null
      ? html`<p><a href="/pin">${pinTexts.more.zh} <small lang="en">${pinTexts.more.en}</small></a></p>`
      : null;
  const body = html`<div class="wide" id="advice">${drillHtml(view)}${textHtml(view)}${adviceHtml(view)}</div>
<figure>${frameHtml(view)}<figcaption>${saidHtml(caption)}</figcaption></figure>
<section aria-labelledby="state">
<h2 id="state">${saidHtml(labels.title)}</h2>
<dl id="rows">${rows(context).map(rowHtml)}</dl>
${enter}
</section>
${session === null ? null : actionsHtml(session)}
${bench}`;
  return documentHtml(context, '/', body, 5);
}
