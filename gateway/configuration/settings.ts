import { createHash } from 'node:crypto';
import { type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { screenLanguage } from '../../protocols/messages/down-schemas.ts';
import { logoCharsMax, logoProblems, readLogo } from '../../protocols/picture/logo.ts';

/** From the widest to the narrowest: what is nearer to the unit wins. */
export const scopes = ['fleet', 'organisation', 'model', 'unit'] as const;
export type Scope = (typeof scopes)[number];

/** The one id of the widest scope. */
export const fleetId = '*';

const textCharsMax = 64;
const shortText = Type.String({ minLength: 1, maxLength: textCharsMax });

/**
 * What can be set for units, by key. Each stands in the place of what the server says of the
 * vehicle's screen; unset, the server's word stands.
 */
export const settingTable = {
  title: shortText,
  titleEn: shortText,
  hotline: Type.String({ pattern: '^[0-9+ -]{3,20}$' }),
  area: shortText,
  language: screenLanguage,
  logo: Type.String({ maxLength: logoCharsMax, description: 'PNG in base64' }),
} as const satisfies Record<string, TSchema>;
export type SettingKey = keyof typeof settingTable;

export function isSettingKey(text: string): text is SettingKey {
  return Object.hasOwn(settingTable, text);
}

/** A value that can stand under a key, or why it cannot, in words. */
export function readSetting(
  key: SettingKey,
  value: unknown,
): { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string } {
  const schema = settingTable[key];
  if (!Value.Check(schema, value)) {
    return { ok: false, why: `${key} does not fit: ${JSON.stringify(schema)}` };
  }
  const logo = key === 'logo' ? readLogo(value) : null;
  if (logo !== null && !logo.ok) return { ok: false, why: `${key}: ${logoProblems[logo.problem]}` };
  return { ok: true, value };
}

/** A value as the audit keeps it: of a picture, what tells it from every other. */
export function auditValueOf(key: SettingKey, value: string | null): unknown {
  if (key !== 'logo' || value === null) return value;
  const png = Buffer.from(value, 'base64');
  return { bytes: png.length, sha256: createHash('sha256').update(png).digest('hex') };
}

/** One value as it was set. */
export interface Setting {
  readonly scope: Scope;
  readonly scopeId: string;
  readonly key: SettingKey;
  readonly value: string;
  /** One more with each change of this key in this scope. */
  readonly version: number;
  readonly setAtMs: number;
  readonly setBy: string;
}

/** Where a unit stands in each scope; null: nowhere. */
export type Places = Readonly<Record<Scope, string | null>>;

/**
 * For each key the value nearest to the unit, with where it comes from, and what it covers.
 * @param all every setting there is
 */
export function effectiveSettings(
  all: readonly Setting[],
  places: Places,
): readonly (Setting & { readonly covers: readonly Setting[] })[] {
  const found = new Map<SettingKey, Setting[]>();
  for (const scope of scopes) {
    for (const setting of all) {
      if (setting.scope !== scope || setting.scopeId !== places[scope]) continue;
      found.set(setting.key, [setting, ...(found.get(setting.key) ?? [])]);
    }
  }
  return [...found.values()].flatMap(([nearest, ...covers]) =>
    nearest === undefined ? [] : [{ ...nearest, covers }],
  );
}
