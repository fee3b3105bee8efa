import { html } from 'ghtml';
import type { ScanView } from '../../scan-page/view.ts';
import type { Speech } from './context.ts';
import type { ScanMessageKey } from './messages.ts';

/** What else a driver may do from here, with the page that does it. */
export function nextCard({ report, identity, kind }: ScanView, { t, link }: Speech): string {
  const base = `/v/${report.scanId}`;
  const isRescue = identity?.organisation.kind === 'rescue' && kind !== 'revoked';
  const steps: readonly (readonly [address: string, text: ScanMessageKey])[] = [
    ...(isRescue ? [[`${base}/fees`, 'nextFees'] as const] : []),
    [`${base}/complaint`, 'nextComplaint'],
    ['/lists', 'nextLists'],
  ];
  return html`<nav class="card next" aria-labelledby="next-title">
<h2 id="next-title">${t('nextTitle')}</h2>
!${steps.map(([address, text]) => html`<a class="button" href="${link(address)}">${t(text)}</a>`)}
</nav>`;
}
