import { html } from 'ghtml';
import type { EnrolmentView } from '../../../protocols/http/fleet-bodies.ts';
import type { Vehicle } from '../../directory/directory.ts';
import { deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import type { SignedIn } from '../organisations/tree-page.ts';
import { pairs, plateOf, type Say, sayIn } from './parts.ts';

export interface EnrolView {
  readonly enrolment: EnrolmentView;
  readonly organisation: string;
  /** Vehicles that may be typed. */
  readonly vehicles: readonly Vehicle[];
  readonly typedPlate: string;
  /** What the typed plate may mean; null: nothing was typed yet. */
  readonly found: readonly Vehicle[] | null;
}

function choiceOf(found: readonly Vehicle[], { t }: Say): string {
  const options = found.map(
    ({ vehicleId, plate }) => html`<label class="pick"><input type="radio" name="vehicle"
 value="${vehicleId}" required> <span>${plate}</span></label>`,
  );
  return html`<fieldset class="field"><legend>${t('enrolChoose')}</legend>!${options}</fieldset>`;
}

/** The vehicle: assigned before, chosen from a few, or typed by its plate. */
function vehicleField({ enrolment, vehicles, typedPlate, found }: EnrolView, say: Say): string {
  const { t } = say;
  const { unit } = enrolment;
  if (unit.vehicleId !== null) {
    return html`<p class="plate"><b>${plateOf(unit, say)}</b> <span>${t('enrolAssigned')}</span></p>`;
  }
  if (found !== null && found.length > 1) return choiceOf(found, say);
  const options = vehicles.map(({ plate }) => html`<option value="${plate}"></option>`);
  return html`<label class="field"><span>${t('enrolPlate')}</span>
<input name="plate" value="${typedPlate}" list="plates" maxlength="40" required autocomplete="off">
<small class="hint">${t('enrolPlateHint')}</small></label><datalist id="plates">!${options}</datalist>`;
}

/** The unit that showed the code, and the one thing to decide. wire.md, "Enrolment" 3. */
export function enrolPage(context: SignedIn, view: EnrolView): string {
  const say = sayIn(context.language);
  const { t, word } = say;
  const { unit, fingerprint, requestId } = view.enrolment;
  const told = view.found?.length === 0 ? notice('mark', t('enrolNoVehicle')) : '';
  return deskPage(
    context,
    t('enrolTitle'),
    html`!${told}<section class="card narrow"><p>${t('enrolCompare')}</p>
<p class="fingerprint" aria-label="${t('fingerprint')}">${fingerprint}</p>
!${pairs([
      [t('serial'), unit.serial],
      [t('model'), unit.model],
      [t('role'), word('role', unit.role)],
      [t('depot'), view.organisation],
    ])}
<form method="post" action="/bench/enrol/${requestId}/approve">!${hiddenToken(context.principal)}
!${vehicleField(view, say)}
<button class="button strong">${t('enrolSubmit')}</button></form>
<p class="hint">${t('enrolOffline')}</p></section>`,
  );
}
