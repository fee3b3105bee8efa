import { html } from 'ghtml';
import type { UnitDetail } from '../../../protocols/http/fleet-bodies.ts';
import { deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import type { SignedIn } from '../organisations/tree-page.ts';
import type { BenchMessageKey } from './messages.ts';
import { plateOf, sayIn } from './parts.ts';

export type MountProblem = 'noPhoto' | 'notAPicture' | 'tooLarge';

export interface MountView {
  readonly unit: UnitDetail;
  readonly scanId: string;
  /** Where the scanned code was signed, in words. */
  readonly place: string | null;
  readonly photoMbMax: number;
  readonly problem: MountProblem | null;
}

/** A scan of the mounted screen by the technician: one photograph, one button. */
export function mountPage(context: SignedIn, view: MountView): string {
  const say = sayIn(context.language);
  const { t } = say;
  const { unit, scanId, problem } = view;
  const name: BenchMessageKey | null = problem === null ? null : `mountProblem_${problem}`;
  const place = view.place ?? t('installNoPlace');
  return deskPage(
    context,
    t('mountTitle', { serial: unit.serial }),
    html`!${name === null ? '' : notice('mark', t(name))}<section class="card narrow">
<p>${t('mountText', { plate: plateOf(unit, say), place })}</p>
<form method="post" action="/bench/scan/${scanId}" enctype="multipart/form-data">
!${hiddenToken(context.principal)}
<label class="field"><span>${t('mountPhoto')}</span>
<input name="photo" type="file" accept="image/jpeg,image/png" capture="environment" required>
<small class="hint">${t('mountPhotoHint', { mb: view.photoMbMax })}</small></label>
<button class="button strong">${t('mountSubmit')}</button></form></section>
<p><a class="back" href="/bench/units/${unit.serial}/install">${t('backTo', { serial: unit.serial })}</a></p>`,
  );
}
