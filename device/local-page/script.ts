/** Asks for the page again and takes over what changed; the picture is not fetched twice. */
export const pageJs = `'use strict';
const periodMs = 1000;

async function refresh() {
  try {
    const answer = await fetch(location.href, { cache: 'no-store' });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of ['rows', 'who', 'frame', 'bench', 'advice', 'live']) {
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
