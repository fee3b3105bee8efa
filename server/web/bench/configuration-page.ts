import { html } from 'ghtml';
import type { UnitConfiguration } from '../../../protocols/http/fleet-bodies.ts';
import { logoLimits, readLogo } from '../../../protocols/picture/logo.ts';
import { deskPage, hiddenToken, notice } from '../access/desk-frame.ts';
import { choice } from '../organisations/fields.ts';
import type { SignedIn } from '../organisations/tree-page.ts';
import type { BenchMessageKey } from './messages.ts';
import { pairs, plainField, type Say, sayIn } from './parts.ts';

export interface ConfigurationView {
  readonly configuration: UnitConfiguration;
  /** Organisation of the unit, for settings that count for all of its units; null: of nobody. */
  readonly organisation: { readonly id: string; readonly name: string } | null;
  readonly notice: { readonly kind: 'done' | 'mark'; readonly text: BenchMessageKey } | null;
  /** Why the gateway refused, in its words. */
  readonly message: string;
}

type Row = UnitConfiguration['settings'][number];

function origin(row: Omit<Row, 'covers'>, { t, word }: Say): string {
  const { scope, scopeId, version, setBy } = row;
  const where = scope === 'fleet' ? word('scope', scope) : `${word('scope', scope)} ${scopeId}`;
  return html`${t('configFrom')} ${where} · ${t('configVersionBy', { version, by: setBy })}`;
}

/** What stands in the page for a value: of a picture what it is, not its base64. */
function valueText({ key, value }: Pick<Row, 'key' | 'value'>, { t }: Say): string {
  const logo = key === 'logo' ? readLogo(value) : null;
  if (logo === null || !logo.ok) return value;
  const { widthPx, heightPx, png } = logo;
  return t('configLogo', { width: widthPx, height: heightPx, bytes: png.length });
}

function lineOf(key: string, { configuration }: ConfigurationView, say: Say): string {
  const { t, word } = say;
  const row = configuration.settings.find((one) => one.key === key);
  if (row === undefined) {
    return html`<li><b>${word('key', key)}</b><span>${t('configNothing')}</span></li>`;
  }
  const covered = row.covers.map(
    (one) =>
      html`<span>${t('configCovers')}: <s>${valueText(one, say)}</s> !${origin(one, say)}</span>`,
  );
  return html`<li><b>${word('key', key)}: ${valueText(row, say)}</b><span>!${origin(row, say)}</span>!${covered}</li>`;
}

function form(view: ConfigurationView, { principal }: SignedIn, say: Say): string {
  const { t, word } = say;
  const { configuration, organisation } = view;
  const keys = configuration.keys.map((key) => [key, word('key', key)] as const);
  const scopes: [string, string][] = [['unit', word('scope', 'unit')]];
  if (organisation !== null) {
    scopes.push(['organisation', `${word('scope', 'organisation')}：${organisation.name}`]);
  }
  return html`<form method="post" action="/bench/units/${configuration.serial}/configuration"
enctype="multipart/form-data">
!${hiddenToken(principal)}!${choice(t('configKey'), 'key', keys)}
!${plainField(t('configValue'), 'value', { hint: t('configValueHint') })}
<label class="field"><span>${t('configFile')}</span>
<input name="logo" type="file" accept="image/png"><small class="hint">${t('configFileHint', logoLimits)}</small></label>!${choice(t('configScope'), 'scope', scopes)}
!${plainField(t('actReason'), 'reason', { required: true })}
<button class="button strong">${t('configSave')}</button></form>`;
}

/** Wanted and reported, each value with where it comes from. wire.md, "MQTT". */
export function configurationPage(context: SignedIn, view: ConfigurationView): string {
  const say = sayIn(context.language);
  const { t, word, moment } = say;
  const { serial, desiredVersion, reported, drift, keys } = view.configuration;
  const said =
    reported === null
      ? ''
      : `${reported.version} · ${moment(reported.reportedAtMs)} ${reported.reason ?? ''}`;
  const text = view.notice === null ? '' : t(view.notice.text, { message: view.message });
  return deskPage(
    context,
    t('configTitle', { serial }),
    html`!${view.notice === null ? '' : notice(view.notice.kind, text)}
<p><a class="back" href="/bench/units/${serial}">${t('backTo', { serial })}</a></p>
<p class="lead">${t('configIntro')}</p><div class="columns"><section class="card">
!${pairs([
      [t('configWanted'), desiredVersion === null ? '' : String(desiredVersion)],
      [t('configReported'), said],
      [t('configDrift'), word('drift', drift)],
    ])}<ul class="rows">!${keys.map((key) => lineOf(key, view, say))}</ul></section>
<section class="card">!${form(view, context, say)}</section></div>`,
  );
}
