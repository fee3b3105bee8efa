import { html } from 'ghtml';
import qrcode from 'qrcode';

/** Light modules around a code that readers need. ISO/IEC 18004. */
const quietModules = 4;

/** A QR code as a drawing within the page: dark on light also at night. */
export function qrDrawing(text: string, label: string): string {
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' });
  const side = modules.size + 2 * quietModules;
  const runs: string[] = [];
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (!modules.get(row, column)) continue;
      runs.push(`M${column + quietModules} ${row + quietModules}h1v1h-1z`);
    }
  }
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${side} ${side}"
 shape-rendering="crispEdges"><rect width="${side}" height="${side}" fill="#fff"/><path
 fill="#000" d="${runs.join('')}"/></svg>`;
}
