import { selfTestParts } from '../../protocols/messages/self-test-lines.ts';
import { type LogLevel, logLevels } from '../log/log-ring.ts';
import { clockOf } from '../screen/live.ts';
import { actionHtml, documentHtml, headingHtml, type PageContext, saidHtml } from './document.ts';
import { type Html, html } from './html.ts';
import { momentOf } from './moment.ts';
import {
  actionTexts,
  crewTexts,
  frameTexts,
  kindTexts,
  levelTexts,
  lockedText,
  logTexts,
  pinTexts,
  queueTexts,
  rosterText,
  sinceText,
  testPartTexts,
  testResultLines,
  testTexts,
} from './page-texts.ts';
import type { Line, Said } from './texts.ts';

function headCells(texts: readonly Said[], numbersFrom = texts.length): Html {
  const cells = texts.map((text, index) =>
    index < numbersFrom
      ? html`<th scope="col">${saidHtml(text)}</th>`
      : html`<th scope="col" class="number">${saidHtml(text)}</th>`,
  );
  return html`<tr>${cells}</tr>`;
}

function note(text: Said): Html {
  return html`<p>${text.zh} <small lang="en">${text.en}</small></p>`;
}

function toned(line: Line): Html {
  return html`<span class="${line.tone}">${line.zh}</span><small lang="en">${line.en}</small>`;
}

/** `GET /pin`. @param lockedS nobody may try for so many seconds; 0: somebody may */
export function pinPage(context: PageContext, isWrong: boolean, lockedS: number): string {
  const wrong = lockedS > 0 ? lockedText(lockedS) : isWrong ? pinTexts.wrong : null;
  const body = html`<section class="wide" aria-labelledby="pin-title">
${headingHtml(pinTexts.title, 'pin-title')}
${wrong === null ? null : html`<p class="said bad" role="alert">${saidHtml(wrong)}</p>`}
<form method="post" action="/pin">
<label for="pin">${pinTexts.label.zh}<small lang="en">${pinTexts.label.en}</small></label>
<input id="pin" name="pin" type="password" inputmode="numeric" autocomplete="off" maxlength="16" \
required autofocus>
<div class="controls"><button>${pinTexts.enter.zh}<small lang="en">${pinTexts.enter.en}</small>\
</button></div>
</form>
${note(pinTexts.where)}
</section>`;
  return documentHtml(context, '/pin', body);
}

/** `GET /frames`: what stands on the glass and stood there, codes masked while they may be used. */
export function framesPage(context: PageContext): string {
  const { view, door } = context;
  const glass = view.glass();
  const now = door === 'service' ? frameTexts.nowMasked : frameTexts.now;
  const figures = view.frames.lines(view.nowMs()).map(({ issuedAt, mode, isMasked }) => {
    const masked = isMasked ? ` · ${frameTexts.masked.zh}` : '';
    const time = momentOf(issuedAt * 1000);
    return html`<figure><img src="/frames/${issuedAt}.png" alt="${time}">
<figcaption>${time} · ${mode}${masked}</figcaption></figure>`;
  });
  const body = html`<section class="wide" aria-labelledby="now">
${headingHtml(frameTexts.now, 'now')}
${
  glass === null
    ? null
    : html`<div class="frames"><figure><img src="/screen.png" alt="${now.zh}">
<figcaption>${saidHtml(now)}</figcaption></figure></div>`
}
</section>
<section class="wide" aria-labelledby="last">
${headingHtml(frameTexts.last, 'last')}
${figures.length === 0 ? note(frameTexts.none) : html`<div class="frames">${figures}</div>`}
</section>`;
  return documentHtml(context, '/frames', body);
}

/** `GET /queue`: what waits for the gateway. */
export async function queuePage(context: PageContext): Promise<string> {
  const { kinds, oldestMs } = await context.view.queue();
  const rows = kinds.map(
    ({
      kind,
      waiting,
      refused,
      rows: count,
      bytes,
    }) => html`<tr><td>${saidHtml(kindTexts[kind])}</td>
<td class="number">${waiting}</td><td class="number">${refused}</td><td class="number">${count}</td>
<td class="number">${Math.ceil(bytes / 1000)}</td></tr>`,
  );
  const { kind, waiting, refused, rows: kept, bytes } = queueTexts;
  const oldest = oldestMs === null ? queueTexts.noneWaits : queueTexts.oldest;
  const body = html`<section class="wide" aria-labelledby="queue"><div id="live">
${headingHtml(queueTexts.title, 'queue')}
<p>${oldest.zh} ${oldestMs === null ? '' : momentOf(oldestMs)} <small lang="en">${oldest.en}</small></p>
<div class="table"><table>${headCells([kind, waiting, refused, kept, bytes], 1)}${rows}</table></div>
${note(queueTexts.gaps)}
</div></section>`;
  return documentHtml(context, '/queue', body, 5);
}

/** `GET /log?least=`: the newest lines first. */
export function logPage(context: PageContext, least: LogLevel): string {
  const lines = context.view.log.lines(least).toReversed();
  const links = logLevels.map((level) => {
    const current = level === least ? html` aria-current="page"` : null;
    return html`<a href="/log?least=${level}"${current}>${saidHtml(levelTexts[level])}</a>`;
  });
  const rows = lines.map(
    ({ atMs, level, message, fields }) => html`<tr><td>${momentOf(atMs)}</td><td>${level}</td>
<td class="message">${message} <small>${JSON.stringify(fields)}</small></td></tr>`,
  );
  const body = html`<section class="wide" aria-labelledby="log">
${headingHtml(logTexts.title, 'log')}
<nav aria-label="${logTexts.least.zh}">${links}</nav>
<div id="live">
${rows.length === 0 ? note(logTexts.none) : html`<div class="table"><table>${rows}</table></div>`}
</div></section>`;
  return documentHtml(context, '/log', body, 5);
}

/** `GET /test`: part by part, as far as it has come. */
export function testPage(context: PageContext): string {
  const { session, view } = context;
  const { isRunning, lines, part: at } = view.test.state;
  const isNever = !isRunning && lines.length === 0;
  const rows = selfTestParts.map((part) => {
    const line = lines.find((one) => one.part === part);
    const running: Line = { tone: 'wait', ...testTexts.running };
    const state =
      line === undefined ? (at === part ? running : null) : testResultLines[line.result];
    return html`<tr><td>${saidHtml(testPartTexts[part])}</td><td>${state === null ? '—' : toned(state)}</td>
<td>${line?.detail ?? ''}</td></tr>`;
  });
  const body = html`<section class="wide" aria-labelledby="test">
${headingHtml(testTexts.title, 'test')}
${note(testTexts.note)}
<div id="live">
${isNever ? note(testTexts.never) : html`<div class="table"><table>${rows}</table></div>`}
</div>
${session === null ? null : html`<div class="controls">${actionHtml('/test', actionTexts.test, session)}</div>`}
</section>`;
  return documentHtml(context, '/test', body, 5);
}

/** `GET /crew`: who is aboard, and signing on and off. */
export function crewPage(context: PageContext): string {
  const { view, session } = context;
  const aboard = view.aboard();
  const { version, people } = view.roster();
  const rows = aboard.map(({ name, sinceMs }) => {
    const since = sinceText(clockOf(sinceMs));
    return html`<tr><td>${name}</td><td>${saidHtml(since)}</td></tr>`;
  });
  const button = (act: 'board' | 'leave') => html`<button name="act" value="${act}">\
${actionTexts[act].zh}<small lang="en">${actionTexts[act].en}</small></button>`;
  const body = html`<section class="wide" aria-labelledby="aboard"><div id="live">
${headingHtml(crewTexts.title, 'aboard')}
${rows.length === 0 ? note(crewTexts.none) : html`<div class="table"><table>${rows}</table></div>`}
</div></section>
<section class="wide" aria-labelledby="sign">
${headingHtml(crewTexts.sign, 'sign')}
<form method="post" action="/crew">
<input type="hidden" name="csrf" value="${session?.csrf ?? ''}">
<label for="badge">${crewTexts.badge.zh}<small lang="en">${crewTexts.badge.en}</small></label>
<input id="badge" name="badge" autocomplete="off" maxlength="32" required>
<label for="pin">${crewTexts.pin.zh}<small lang="en">${crewTexts.pin.en}</small></label>
<input id="pin" name="pin" type="password" inputmode="numeric" autocomplete="off" maxlength="16" \
required>
<div class="controls">${button('board')}${button('leave')}</div>
</form>
${note(rosterText(people, version))}
${note(crewTexts.note)}
</section>`;
  return documentHtml(context, '/crew', body);
}
