import { html } from 'ghtml';
import type { UnitDetail } from '../../../protocols/http/fleet-bodies.ts';
import { qrDrawing } from '../access/qr-drawing.ts';
import type { Language } from '../http/language.ts';
import { layout } from '../shared/layout.ts';
import { sayIn } from './parts.ts';

export const labelStylesheet = '/assets/label.css';

/**
 * A label of 62 × 29 mm to print: what is asked on the telephone when the screen is dark.
 * @param publicUrl of this server; its host is what stands on the bezel
 */
export function labelPage(language: Language, unit: UnitDetail, publicUrl: string): string {
  const { t } = sayIn(language);
  const { serial, unitId, key } = unit;
  const { host } = new URL(publicUrl);
  const number = unitId === null ? '' : `${t('labelUnit')} ${unitId}`;
  return layout({
    language,
    title: t('labelTitle', { serial }),
    stylesheet: labelStylesheet,
    body: html`<main><div class="label">!${qrDrawing(`${publicUrl}/bench/units/${serial}`, t('labelQr'))}
<p><b>${serial}</b><span>${number}</span><span class="key">${key?.fingerprint ?? ''}</span>
<span>${host}</span></p></div>
<p class="hint">${t('labelHint')}</p><p class="hint"><a href="/bench/units/${serial}">${t('backTo', { serial })}</a></p></main>`,
  });
}
