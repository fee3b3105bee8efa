import { html } from 'ghtml';
import type { CommandView, GlassView, UnitDetail } from '../../../protocols/http/fleet-bodies.ts';
import { deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import type { SignedIn } from '../organisations/tree-page.ts';
import type { BenchMessageKey } from './messages.ts';
import { checkList, pairs, placeOf, plateOf, presenceOf, type Say, sayIn } from './parts.ts';

export interface UnitView {
  readonly unit: UnitDetail;
  readonly organisation: string;
  readonly glass: GlassView | null;
  readonly commands: readonly CommandView[];
  readonly knownCommands: readonly string[];
  /** Of the photograph of the mount; null: none. */
  readonly photoSha256: string | null;
  readonly notice: BenchMessageKey | null;
}

/** Lines of history and commands that are shown. */
const linesMax = 30;

function facts({ unit, organisation }: UnitView, say: Say): string {
  const { t, word, moment } = say;
  return html`<section class="card">!${pairs([
    [t('plate'), plateOf(unit, say)],
    [t('state'), `${word('progress', unit.progress)} · ${word('state', unit.state)}`],
    [t('presence'), presenceOf(unit, say)],
    [t('lastContact'), moment(unit.lastContactMs)],
    [t('depot'), organisation],
    [t('role'), word('role', unit.role)],
    [t('model'), unit.model],
    [t('unitNumber'), unit.unitId === null ? '' : String(unit.unitId)],
    [t('fingerprint'), unit.key?.fingerprint ?? ''],
    [t('sim'), unit.sim ?? ''],
  ])}!${unit.training && unit.enrolment > 0 ? html`<p><span class="tag">${t('training')}</span></p>` : ''}</section>`;
}

function doors({ unit }: UnitView, { t }: Say): string {
  const base = `/bench/units/${unit.serial}`;
  const isUnderWay = unit.progress === 'enrolled' || unit.progress === 'proven';
  const links: [string, string][] = [
    [`${base}/configuration`, t('unitConfiguration')],
    [`${base}/label`, t('unitLabel')],
  ];
  if (isUnderWay) links.unshift([`${base}/install`, t('installTo')]);
  const items = links.map(([href, text]) => html`<a class="door" href="${href}">${text}</a>`);
  return html`<div class="doors">!${items}</div>`;
}

function alertsOf({ unit }: UnitView, { t, word, moment }: Say): string {
  if (unit.alerts.length === 0) return '';
  const lines = unit.alerts.map(
    ({ kind, reason, sinceMs }) =>
      html`<li><b>${word('alert', kind)}</b><span>${reason} · ${moment(sinceMs)}</span></li>`,
  );
  return html`<section class="card"><h2>${t('unitAlerts')}</h2><ul class="rows">!${lines}</ul></section>`;
}

function glassOf({ glass }: UnitView, { t, moment }: Say): string {
  const body =
    glass === null
      ? html`<p>${t('unitGlassNone')}</p>`
      : pairs([
          [t('unitGlassShown'), moment(glass.shownAtMs)],
          [
            t('unitGlassDecoded'),
            glass.decodedOk === null ? '' : t(glass.decodedOk ? 'yes' : 'no'),
          ],
          [t('unitGlassHash'), glass.frameHash ?? ''],
          [t('unitGlassDigits'), glass.digits ?? t('unitGlassMasked')],
        ]);
  return html`<section class="card"><h2>${t('unitGlass')}</h2>!${body}</section>`;
}

function photoOf({ unit, photoSha256 }: UnitView, say: Say): string {
  if (photoSha256 === null) return '';
  const { t } = say;
  const { serial, proof } = unit;
  const place =
    proof === null ? '' : html`<p>${t('installProved', { place: placeOf(proof, say) })}</p>`;
  return html`<section class="card"><h2>${t('unitPhoto')}</h2><img class="photo"
 src="/bench/units/${serial}/photo" alt="${t('unitPhotoAlt', { serial })}">!${place}</section>`;
}

function actsOf({ unit }: UnitView, { t, word }: Say): string {
  if (unit.acts.length === 0) return '';
  const links = unit.acts.map(
    (act) =>
      html`<a class="door" href="/bench/units/${unit.serial}/act/${act}">${word('act', act)}</a>`,
  );
  return html`<section class="card"><h2>${t('unitActs')}</h2><div class="doors">!${links}</div></section>`;
}

function commandsOf(view: UnitView, { principal }: SignedIn, say: Say): string {
  const { t, word, moment } = say;
  const { unit, commands, knownCommands } = view;
  const mayAsk = unit.state === 'enrolled' || unit.state === 'active' || unit.state === 'suspended';
  const options = knownCommands.map(
    (name) => html`<option value="${name}">${word('command', name)}</option>`,
  );
  const form = html`<form class="inline-form" method="post" action="/bench/units/${unit.serial}/commands">
!${hiddenToken(principal)}<label class="field"><span>${t('unitCommandName')}</span>
<select name="name">!${options}</select></label><button class="button">${t('unitCommandSend')}</button></form>`;
  const lines = commands.slice(0, linesMax).map((command) => {
    const outcome = word('outcome', command.outcome ?? 'waiting');
    const detail = command.outcome === 'refused' ? ` · ${command.code ?? ''}` : '';
    return html`<li><b>${word('command', command.name)}</b>
<span>${outcome}${detail} · ${moment(command.askedAtMs)} · ${command.askedBy}</span></li>`;
  });
  const list =
    lines.length === 0
      ? html`<p>${t('unitNoCommands')}</p>`
      : html`<ul class="rows">!${lines}</ul>`;
  return html`<section class="card"><h2>${t('unitCommands')}</h2>!${mayAsk ? form : ''}!${list}</section>`;
}

function historyOf({ unit }: UnitView, { t, word, moment }: Say): string {
  const lines = unit.events.slice(0, linesMax).map(({ atMs, event, by, reason }) => {
    const why = reason === null ? '' : ` · ${reason}`;
    return html`<li><b>${word('event', event)}</b><span>${moment(atMs)} · ${by ?? ''}${why}</span></li>`;
  });
  return html`<details class="card"><summary>${t('unitHistory')}</summary><ul class="rows">!${lines}</ul></details>`;
}

/** Everything of one unit, and every door to what can be done with it. */
export function unitPage(context: SignedIn, view: UnitView): string {
  const say = sayIn(context.language);
  const { t } = say;
  const told = view.notice === null ? '' : notice('done', t(view.notice));
  return deskPage(
    context,
    view.unit.serial,
    html`!${told}<p><a class="back" href="/bench">${t('backToList')}</a></p>
<div class="columns"><div>!${facts(view, say)}!${doors(view, say)}!${alertsOf(view, say)}
<section class="card"><h2>${t('unitSelfTest')}</h2>!${checkList(view.unit, say)}</section>
!${photoOf(view, say)}</div>
<div>!${actsOf(view, say)}!${glassOf(view, say)}!${commandsOf(view, context, say)}!${historyOf(view, say)}</div></div>`,
  );
}
