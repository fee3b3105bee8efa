import { checkUscc, normalizeId, overridableUsccReasons } from '../../protocols/ids/ids.ts';
import type { ChinaDay } from '../calendar/china-day.ts';
import type { Organisation, OrganisationKind } from '../directory/directory.ts';

/** Levels of the tree, and what each may stand below; null: it may stand by itself. */
export const levels = {
  bureau: [null, 'bureau'],
  corps: [null, 'bureau'],
  detachment: [null, 'bureau', 'corps'],
  brigade: [null, 'corps', 'detachment'],
  'rescue-firm': [null, 'bureau', 'corps', 'detachment', 'brigade'],
  'regulated-party': [null, 'bureau', 'corps', 'detachment', 'brigade'],
  'partner-department': [null, 'bureau'],
} as const;
export type Level = keyof typeof levels;

export function isLevel(text: string): text is Level {
  return Object.hasOwn(levels, text);
}

/** What is recorded of an organisation for a stretch of days. */
export interface Details extends Omit<Organisation, 'organisationId' | 'kind' | 'sample'> {
  readonly level: Level;
  /** Unified social credit code; empty for units that have none. */
  readonly uscc: string;
  /** Registration document seen, where a code was taken in spite of its check character. */
  readonly usccDocument: string;
}

/** Details from a day on, to a last day; null: until further notice. Empty first day: unknown. */
export interface Version extends Details {
  readonly organisationId: string;
  readonly validFrom: ChinaDay | '';
  readonly validTo: ChinaDay | null;
}

/** Which identity page vehicles get; parties and partners have none, and no vehicles. */
export function kindOf(level: Level): OrganisationKind {
  return level === 'rescue-firm' ? 'rescue' : 'enforcement';
}

/** Levels that have crews and vehicles. */
export const crewedLevels: readonly Level[] = [
  'bureau',
  'corps',
  'detachment',
  'brigade',
  'rescue-firm',
];

export const detailTexts = [
  'nameZh',
  'nameEn',
  'addressZh',
  'addressEn',
  'hotline',
  'qualificationZh',
  'qualificationEn',
  'areaZh',
  'areaEn',
  'uscc',
  'usccDocument',
] as const;
export type DetailText = (typeof detailTexts)[number];

const textCharsMax = 200;

export type OrganisationProblem =
  | 'bad-id'
  | 'id-taken'
  | 'bad-level'
  | 'bad-superior'
  | 'no-superior'
  | 'loop'
  | 'no-name-zh'
  | 'long-text'
  | 'bad-hotline'
  | 'bad-uscc'
  | 'uscc-needs-document'
  | 'bad-day'
  | 'before-last-change'
  | 'has-ended'
  | 'has-members'
  | 'no-organisation'
  | 'not-covered';

/** A number people can dial: digits, spaces, hyphens. */
const hotlinePattern = /^$|^\+?[\d -]{3,20}$/;

/** One line without invisible characters. */
export function cleanLine(text: string): string {
  return text.normalize('NFC').replace(/\p{C}/gu, '').replace(/\s+/g, ' ').trim();
}

/** What is wrong with details by themselves; null: nothing. */
export function detailsProblem(details: Details): OrganisationProblem | null {
  if (details.nameZh === '') return 'no-name-zh';
  const texts = [...detailTexts.map((name) => details[name]), ...details.sections];
  if (texts.some((text) => [...text].length > textCharsMax)) return 'long-text';
  if (!hotlinePattern.test(details.hotline)) return 'bad-hotline';
  if (details.uscc === '') return null;
  const { reason } = checkUscc(details.uscc);
  if (reason === null) return null;
  if (!overridableUsccReasons.includes(reason)) return 'bad-uscc';
  return details.usccDocument === '' ? 'uscc-needs-document' : null;
}

/** Details as typed: cleaned lines, the credit code as it is written, sections by comma or space. */
export function readDetails(
  base: Details,
  typed: Readonly<Partial<Record<DetailText | 'sections', string>>>,
): Details {
  const texts = Object.fromEntries(
    detailTexts.flatMap((name) => {
      const text = typed[name];
      if (text === undefined) return [];
      return [[name, name === 'uscc' ? normalizeId(text) : cleanLine(text)]];
    }),
  );
  const sections =
    typed.sections === undefined
      ? base.sections
      : cleanLine(typed.sections)
          .split(/[\s,，、;；]+/)
          .filter((section) => section !== '');
  return { ...base, ...texts, sections };
}

/** An organisation of which nothing is known yet. */
export function blankDetails(level: Level, superiorId: string | null): Details {
  const texts = Object.fromEntries(detailTexts.map((name) => [name, '']));
  const papers = { procedureId: null, legalBasisId: null };
  return { ...texts, ...papers, level, superiorId, sections: [] } as unknown as Details;
}
