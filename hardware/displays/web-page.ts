/** What stands on the glass when there is no picture to trust. */
const MESSAGES = {
  away: { zh: '终端暂未连接，请稍候', en: 'The terminal is not connected. Please wait.' },
} as const;

/** The page's pictures come over the event stream, as data. */
export const KIOSK_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'";

export const KIOSK_PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>信路 Xinlu</title>
<link rel="stylesheet" href="/screen/screen.css">
</head>
<body>
<img id="frame" alt="" hidden>
<p id="away">${MESSAGES.away.zh}<br><span lang="en">${MESSAGES.away.en}</span></p>
<script src="/screen/screen.js"></script>
</body>
</html>
`;

export const KIOSK_STYLE = `html, body { margin: 0; height: 100%; background: #fff; color: #000; }
body { display: flex; align-items: center; justify-content: center; cursor: none; }
img { max-width: 100vw; max-height: 100vh; image-rendering: pixelated; }
p { font: 5vmin/1.6 sans-serif; text-align: center; }
span { font-size: 3vmin; }
[hidden] { display: none; }
`;

/**
 * Runs in the kiosk's browser. No picture outlives the agent: when nothing is heard for a while
 * the glass is blanked, and the page dials again for ever.
 */
export const KIOSK_SCRIPT = `'use strict';
const silenceMsMax = 6000;
const redialMs = 2000;
const frame = document.getElementById('frame');
const away = document.getElementById('away');
let source = null;
let silence = 0;

function blank() {
  frame.hidden = true;
  frame.removeAttribute('src');
  away.hidden = false;
}

function heard() {
  clearTimeout(silence);
  silence = setTimeout(lost, silenceMsMax);
}

function lost() {
  clearTimeout(silence);
  blank();
  source.close();
  setTimeout(dial, redialMs);
}

function dial() {
  source = new EventSource('/screen/events');
  source.addEventListener('error', lost);
  source.addEventListener('beat', heard);
  source.addEventListener('off', () => { heard(); blank(); });
  source.addEventListener('light', (event) => {
    heard();
    frame.style.opacity = String(0.4 + 0.6 * Number(event.data));
  });
  source.addEventListener('frame', (event) => {
    heard();
    frame.src = event.data;
    frame.hidden = false;
    away.hidden = true;
  });
  heard();
}

dial();
`;
