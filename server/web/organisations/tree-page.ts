import { html } from 'ghtml';
import type { Principal } from '../../access/gate.ts';
import type { Version } from '../../organisations/organisation.ts';
import { type DeskContext, deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import { translator } from '../shared/translate.ts';
import { dayField, detailFields, levelChoice, nameOf, type T, textField } from './fields.ts';
import { messageOf, organisationMessages } from './messages.ts';

export type SignedIn = DeskContext & { readonly principal: Principal };

export interface TreeView {
  readonly day: string;
  readonly versions: readonly Version[];
  readonly mayFound: boolean;
  readonly problem: string | null;
}

/** The branch below a superior; those whose superior the reader may not see stand at the top. */
function branch(
  { language }: SignedIn,
  { versions, day }: TreeView,
  superiorId: string | null,
  t: T,
): string {
  const ids = new Set(versions.map(({ organisationId }) => organisationId));
  const isTop = (version: Version) => version.superiorId === null || !ids.has(version.superiorId);
  const here = versions.filter((version) =>
    superiorId === null ? isTop(version) : version.superiorId === superiorId,
  );
  if (here.length === 0) return '';
  const items = here.map((version) => {
    const { organisationId, level } = version;
    const below = branch(
      { language } as SignedIn,
      { versions, day } as TreeView,
      organisationId,
      t,
    );
    return html`<li><a href="/organisations/${organisationId}?on=${day}"><b>${nameOf(version, language)}</b>
<small>${t(messageOf('level', level))}</small></a>!${below}</li>`;
  });
  return superiorId === null ? html`<ul class="tree">!${items}</ul>` : html`<ul>!${items}</ul>`;
}

function foundForm({ principal }: SignedIn, day: string, t: T): string {
  return html`<details class="card"><summary>${t('newTop')}</summary>
<form method="post" action="/organisations/new">!${hiddenToken(principal)}
!${textField(t('id'), 'id', '', t('idHint'))}!${levelChoice(t)}!${dayField(t('from'), 'from', day)}
!${detailFields(t)}<button class="button strong">${t('save')}</button></form></details>`;
}

/** The tree of a day, as far as the reader's rights reach. */
export function treePage(context: SignedIn, view: TreeView): string {
  const t = translator(organisationMessages, context.language);
  const tree = branch(context, view, null, t);
  const told = view.problem === null ? '' : notice('mark', t(messageOf('why', view.problem)));
  return deskPage(
    context,
    t('title'),
    html`!${told}<p class="lead">${t('intro')}</p>
<section class="card"><form class="inline-form" method="get" action="/organisations">
!${dayField(t('onDay'), 'on', view.day)}<button class="button">${t('show')}</button></form></section>
<section class="card">!${tree === '' ? html`<p>${t('none')}</p>` : tree}</section>
!${view.mayFound ? foundForm(context, view.day, t) : ''}`,
  );
}
