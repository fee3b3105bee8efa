import { html } from 'ghtml';
import type { UnitDetail } from '../../../protocols/http/fleet-bodies.ts';
import { deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import type { SignedIn } from '../organisations/tree-page.ts';
import type { BenchMessageKey } from './messages.ts';
import { checkList, pairs, placeOf, plateOf, type Say, sayIn } from './parts.ts';

export interface InstallView {
  readonly unit: UnitDetail;
  readonly hasPhoto: boolean;
  readonly notice: BenchMessageKey | null;
}

/** Where the script asks for the live part, and how often. */
export const benchScript = '/assets/bench.js';
const noScriptRefreshS = 4;

function step(isDone: boolean, text: string, more = ''): string {
  const mark = isDone ? '✓' : '○';
  return html`<li class="${isDone ? 'pass' : 'wait'}"><i aria-hidden="true">${mark}</i> <b>${text}</b>!${more}</li>`;
}

function commissionForm({ unit }: InstallView, { principal }: SignedIn, { t }: Say): string {
  const isGood = unit.checks.every(({ result }) => result === 'pass' || result === 'not-fitted');
  const warning = isGood ? '' : html`<p class="amber">${t('installFaults')}</p>`;
  return html`!${warning}<form method="post" action="/bench/units/${unit.serial}/commission">
!${hiddenToken(principal)}<button class="button strong">${t('installCommission')}</button></form>
<p class="hint">${t('installCommissionHint')}</p>`;
}

function proofStep({ unit }: InstallView, say: Say): string {
  const { t } = say;
  if (unit.proof !== null) {
    return step(true, t('installProved', { place: placeOf(unit.proof, say) }));
  }
  const isShown = unit.state === 'active';
  const hint = isShown ? t('installScanHint') : t('installNotYet');
  return step(false, t('installScan'), html`<small>${hint}</small>`);
}

/** What follows by itself: the self-test, and the next step. */
export function liveInstall(context: SignedIn, view: InstallView): string {
  const say = sayIn(context.language);
  const { t } = say;
  const { unit, hasPhoto } = view;
  const isReady = unit.proof !== null && hasPhoto && unit.progress !== 'commissioned';
  const isDone = unit.progress === 'commissioned';
  const steps = [
    step(unit.online, unit.online ? t('installOnline') : t('installOffline')),
    proofStep(view, say),
    ...(hasPhoto ? [step(true, t('installPhoto'))] : []),
    ...(isDone ? [step(true, t('installDone'))] : []),
  ];
  return html`<section class="card"><h2>${t('installLive')}</h2>
!${checkList(unit, say)}</section>
<section class="card"><ul class="checks steps">!${steps}</ul>
!${isReady ? commissionForm(view, context, say) : ''}</section>`;
}

/** From the approval to the road: one page that follows the unit. */
export function installPage(context: SignedIn, view: InstallView): string {
  const say = sayIn(context.language);
  const { t, word } = say;
  const { unit } = view;
  const told = view.notice === null ? '' : notice('done', t(view.notice));
  const live = `/bench/units/${unit.serial}/live`;
  const head = html`<script src="${benchScript}" defer></script>
<noscript><meta http-equiv="refresh" content="${noScriptRefreshS}"></noscript>`;
  return deskPage(
    context,
    t('installTitle', { serial: unit.serial }),
    html`!${told}<section class="card">!${pairs([
      [t('plate'), plateOf(unit, say)],
      [t('state'), word('progress', unit.progress)],
      [t('fingerprint'), unit.key?.fingerprint ?? ''],
    ])}</section>
<div class="columns" id="live" data-live="${live}" aria-live="polite">!${liveInstall(context, view)}</div>
<p><a class="back" href="/bench/units/${unit.serial}">${t('backTo', { serial: unit.serial })}</a></p>`,
    unit.progress === 'commissioned' ? '' : head,
  );
}
