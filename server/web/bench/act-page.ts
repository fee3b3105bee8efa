import { html } from 'ghtml';
import type { LifeAct, UnitDetail } from '../../../protocols/http/fleet-bodies.ts';
import type { Vehicle } from '../../directory/directory.ts';
import { deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import type { SignedIn } from '../organisations/tree-page.ts';
import type { BenchMessageKey } from './messages.ts';
import { pairs, plainField, plateOf, type Say, sayIn } from './parts.ts';

export interface ActView {
  readonly unit: UnitDetail;
  readonly act: LifeAct;
  readonly vehicles: readonly Vehicle[];
  readonly typed: { readonly reason: string; readonly plate: string; readonly spare: string };
  readonly problem: BenchMessageKey | null;
}

/** Acts that cannot be taken back stand on a button that says so. */
const finalActs: readonly LifeAct[] = ['retire', 'revoke'];
const reasonCharsMax = 200;

function whereTo({ act, vehicles, typed }: ActView, { t }: Say): string {
  if (act === 'replace') {
    return plainField(t('actSpare'), 'spare', { value: typed.spare, required: true });
  }
  if (act !== 'move') return '';
  const options = vehicles.map(({ plate }) => html`<option value="${plate}"></option>`);
  return html`<label class="field"><span>${t('actPlate')}</span>
<input name="plate" value="${typed.plate}" list="plates" maxlength="40" autocomplete="off"></label>
<datalist id="plates">!${options}</datalist>`;
}

function form(view: ActView, { principal }: SignedIn, say: Say): string {
  const { t, word } = say;
  const { unit, act, typed } = view;
  const look = finalActs.includes(act) ? 'button warn' : 'button strong';
  return html`<form method="post" action="/bench/units/${unit.serial}/act/${act}">!${hiddenToken(principal)}
!${whereTo(view, say)}<label class="field"><span>${t('actReason')}</span>
<input name="reason" value="${typed.reason}" maxlength="${reasonCharsMax}" required autocomplete="off"></label>
<button class="${look}">${t('actConfirm', { act: word('act', act) })}</button></form>`;
}

/** One change of a unit's life: what will happen, why, and a button that names it. */
export function actPage(context: SignedIn, view: ActView): string {
  const say = sayIn(context.language);
  const { t, word } = say;
  const { unit, act, problem } = view;
  const isAllowed = unit.acts.includes(act);
  const body = isAllowed
    ? form(view, context, say)
    : html`<p>${t('actNotAllowed', { state: word('state', unit.state) })}</p>`;
  return deskPage(
    context,
    `${word('act', act)} · ${unit.serial}`,
    html`!${problem === null ? '' : notice('mark', t(problem))}<section class="card narrow">
!${pairs([
      [t('plate'), plateOf(unit, say)],
      [t('state'), word('state', unit.state)],
    ])}<p class="effect"><b>${t('actEffect')}</b> ${word('effect', act)}</p>!${body}
<p><a class="back" href="/bench/units/${unit.serial}">${t('actCancel')}</a></p></section>`,
  );
}
