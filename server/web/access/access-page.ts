import { html } from 'ghtml';
import { type AccessRow, accessTable, scopeParameterOf } from '../../access/access-table.ts';
import { roles } from '../../access/roles.ts';
import { type Translate, translator } from '../shared/translate.ts';
import { type DeskContext, deskPage } from './desk-frame.ts';
import { type AccessMessageKey, accessMessages, roleMessage } from './messages.ts';

const whoNames = {
  public: 'whoPublic',
  link: 'whoLink',
  visitor: 'whoVisitor',
  'signed-in': 'whoSignedIn',
} as const;

function line(row: AccessRow, t: Translate<AccessMessageKey>): string {
  const { method, url, who } = row;
  const isScoped = typeof who !== 'string' && scopeParameterOf(row) !== null;
  const scope = isScoped ? html` <span class="tag">${t('accessScoped')}</span>` : '';
  const cells =
    typeof who === 'string'
      ? html`<td colspan="${roles.length}">${t(whoNames[who])}</td>`
      : roles
          .map((role) =>
            who.includes(role) ? html`<td>●<i>${t('allowed')}</i></td>` : '<td></td>',
          )
          .join('');
  return html`<tr><th scope="row"><code>${method} ${url}</code>!${scope}</th>!${cells}</tr>`;
}

/** The access table as the program enforces it: one row a route, one column a role. */
export function accessPage(context: DeskContext): string {
  const t = translator(accessMessages, context.language);
  const heads = roles.map(
    (role) => html`<th scope="col"><span>${t(roleMessage(role))}</span></th>`,
  );
  const count = t('accessRouteCount', { routes: accessTable.length, roles: roles.length });
  return deskPage(
    context,
    t('accessTitle'),
    html`<p class="lead">${t('accessIntro')} ${count}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${t('accessTitle')}">
<table class="matrix"><thead><tr><th scope="col">${t('accessRoute')}</th>!${heads}</tr></thead>
<tbody>!${accessTable.map((row) => line(row, t))}</tbody></table></div>`,
  );
}
