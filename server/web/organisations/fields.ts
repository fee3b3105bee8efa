import { html } from 'ghtml';
import { personRoles, type TypedPerson } from '../../organisations/change-person.ts';
import { type Details, detailTexts, levels } from '../../organisations/organisation.ts';
import type { Language } from '../http/language.ts';
import type { Translate } from '../shared/translate.ts';
import { messageOf, type OrganisationMessageKey } from './messages.ts';

export type T = Translate<OrganisationMessageKey>;

/** A name in the reader's language, or in the other where there is none. */
export function nameOf(
  { nameZh, nameEn }: { readonly nameZh: string; readonly nameEn: string },
  language: Language,
): string {
  return language === 'en' && nameEn !== '' ? nameEn : nameZh;
}

/** A stretch of days in words. */
export function daysOf(validFrom: string, validTo: string | null, t: T): string {
  if (validFrom === '') return validTo === null ? t('sinceEver') : t('until', { to: validTo });
  const from = validFrom;
  return validTo === null ? t('since', { from }) : t('between', { from, to: validTo });
}

export function textField(label: string, name: string, value = '', hint = ''): string {
  const note = hint === '' ? '' : html`<small class="hint">${hint}</small>`;
  return html`<label class="field"><span>${label}</span>
<input name="${name}" value="${value}" maxlength="200">!${note}</label>`;
}

export function dayField(label: string, name: string, value: string): string {
  return html`<label class="field"><span>${label}</span>
<input name="${name}" type="date" value="${value}" required></label>`;
}

/** A choice of a few, each with its text. */
export function choice(
  label: string,
  name: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen = '',
): string {
  const items = options.map(
    ([value, text]) =>
      html`<option value="${value}"!${value === chosen ? ' selected' : ''}>${text}</option>`,
  );
  return html`<label class="field"><span>${label}</span><select name="${name}">!${items}</select></label>`;
}

export function levelChoice(t: T): string {
  const options = Object.keys(levels).map(
    (level) => [level, t(messageOf('level', level))] as const,
  );
  return choice(t('level'), 'level', options);
}

/** Fields of what is recorded of an organisation. */
export function detailFields(t: T, details?: Details): string {
  const texts = detailTexts.map((name) => textField(t(name), name, details?.[name]));
  return html`!${texts}!${textField(t('sections'), 'sections', details?.sections.join(', '))}`;
}

/** Fields of what is recorded of a person. */
export function personFields(t: T, person?: TypedPerson): string {
  const options = personRoles.map((role) => [role, t(messageOf('role', role))] as const);
  return html`!${textField(t('personName'), 'nameZh', person?.nameZh)}
!${textField(t('personNameEn'), 'nameEn', person?.nameEn)}
!${choice(t('personRole'), 'role', options, person?.role)}
!${textField(t('badgeNumber'), 'badgeNumber', person?.badgeNumber, t('badgeHint'))}
!${textField(t('personQualificationZh'), 'qualificationZh', person?.qualificationZh)}
!${textField(t('personQualificationEn'), 'qualificationEn', person?.qualificationEn)}`;
}
