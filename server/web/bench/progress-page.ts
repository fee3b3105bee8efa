import { html } from 'ghtml';
import { progressSteps, type UnitLine } from '../../../protocols/http/fleet-bodies.ts';
import { deskPage } from '../access/desk-frame.ts';
import type { Place } from '../organisations/organisation-page.ts';
import type { SignedIn } from '../organisations/tree-page.ts';
import { plateOf, presenceOf, type Say, sayIn } from './parts.ts';

export interface ProgressView {
  readonly units: readonly UnitLine[];
  /** Names of organisations. */
  readonly places: readonly Place[];
  /** What is listed below; null: all. */
  readonly depot: string | null;
  readonly step: string | null;
}

/** Units whose vehicle and depot are of nobody. */
const nobody = '-';

function depotOf({ depot, organisation }: UnitLine): string {
  return depot ?? organisation ?? nobody;
}

function nameOf(id: string, { places }: ProgressView, { t }: Say): string {
  return id === nobody ? t('noDepot') : (places.find((place) => place.id === id)?.name ?? id);
}

function address(depot: string | null, step: string | null): string {
  const query = new URLSearchParams();
  if (depot !== null) query.set('depot', depot);
  if (step !== null) query.set('step', step);
  return query.size === 0 ? '/bench' : `/bench?${query.toString()}`;
}

/** A line a depot: how many units are at each step, and the way to them. */
function overview(view: ProgressView, say: Say): string {
  const { t, word } = say;
  const depots = [...new Set(view.units.map(depotOf))].sort();
  const lines = depots.map((depot) => {
    const own = view.units.filter((unit) => depotOf(unit) === depot);
    const steps = progressSteps.map((step) => {
      const count = own.filter(({ progress }) => progress === step).length;
      const isHere = view.depot === depot && view.step === step;
      return count === 0
        ? ''
        : html`<a class="chip" href="${address(depot, step)}"!${isHere ? ' aria-current="true"' : ''}>${word('progress', step)} <b>${count}</b></a>`;
    });
    return html`<li><a class="back" href="${address(depot, null)}">${nameOf(depot, view, say)}</a>
<p class="chips">!${steps}</p></li>`;
  });
  return html`<section class="card"><h2>${t('depot')}</h2><ul class="rows">!${lines}</ul></section>`;
}

/** Every depot with how far its units are, and the units of one of them. */
export function progressPage(context: SignedIn, view: ProgressView): string {
  const say = sayIn(context.language);
  const { t, word } = say;
  const { depot, step } = view;
  const listed = view.units.filter(
    (unit) =>
      (depot === null || depotOf(unit) === depot) && (step === null || unit.progress === step),
  );
  const lines = listed.map(
    (unit) => html`<li><a href="/bench/units/${unit.serial}"><b>${unit.serial}</b>
<span>${plateOf(unit, say)} · ${word('progress', unit.progress)} · ${presenceOf(unit, say)}</span></a></li>`,
  );
  const isAll = depot === null && step === null;
  const all = isAll ? '' : html` <a class="back" href="/bench">${t('filterAll')}</a>`;
  const list =
    lines.length === 0 ? html`<p>${t('noUnits')}</p>` : html`<ul class="rows links">!${lines}</ul>`;
  return deskPage(
    context,
    t('title'),
    html`<p class="lead">${t('intro')}</p>
<div class="doors"><a class="door" href="/bench/import">${t('importLink')}</a>
<a class="door" href="/bench/image">${t('imageLink')}</a></div>
!${view.units.length === 0 ? '' : overview(view, say)}
<section class="card"><h2>${t('unitsCount', { count: listed.length })}!${all}</h2>!${list}</section>`,
  );
}
