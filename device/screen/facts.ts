import { noticeWords, roleWords, screenWords, unknownRoleWords } from './messages.ts';
import type { Scene } from './state.ts';

/** Texts of the base by name; null where the scene has none. */
const factTable = {
  title: ({ state }) => titleWords(state.content?.role).zh,
  titleEn: ({ state }) => english(state, titleWords(state.content?.role).en),
  plate: ({ state }) => textOf(state.content?.plate) ?? state.serial,
  firm: ({ state }) => textOf(state.content?.title),
  firmEn: ({ state }) => english(state, textOf(state.content?.titleEn)),
  logo: ({ state }) => textOf(state.content?.logo),
  area: ({ state }) => areaOf(state.content),
  hotline: ({ state }) => withLabel(screenWords.hotline, state.content?.hotline),
  hotlineNumber: ({ state }) => textOf(state.content?.hotline),
  callToCheck: ({ state }) => hotlineWith(state.content, screenWords.callToCheck),
  callToCheckEn: ({ state }) =>
    english(state, hotlineWith(state.content, screenWords.callToCheckEn)),
  sample: ({ state }) => (state.content?.sample === true ? screenWords.sample : null),
  training: ({ state }) => (state.training ? screenWords.training : null),
  trainingEn: ({ state }) => (state.training ? english(state, screenWords.trainingEn) : null),
  matchPrompt: ({ state }) => matchWith(state, screenWords.matchPrompt, screenWords.matchNext),
  matchPromptEn: ({ state }) =>
    english(state, matchWith(state, screenWords.matchPromptEn, screenWords.matchNextEn)),
  notice: ({ notice }) => (notice === null ? null : noticeWords[notice].zh),
  noticeEn: ({ state, notice }) =>
    notice === null ? null : english(state, noticeWords[notice].en),
  noticeAdvice: ({ notice }) => (notice === null ? null : noticeWords[notice].advice),
  enrolment: () => screenWords.enrolment,
  enrolmentEn: ({ state }) => english(state, screenWords.enrolmentEn),
  enrolmentPrompt: () => screenWords.enrolmentPrompt,
  enrolmentPromptEn: ({ state }) => english(state, screenWords.enrolmentPromptEn),
  enrolmentNote: () => screenWords.enrolmentNote,
  serialLabel: () => screenWords.serial,
  serial: ({ state }) => state.enrolment?.serial ?? state.serial,
  fingerprintLabel: () => screenWords.fingerprint,
  fingerprint: ({ state }) => fingerprintLines(state.enrolment?.fingerprint),
  /** Set where no English is said: what stands above it takes its place as well. */
  chineseOnly: ({ state }) => chineseOnly(state),
  /** The same for the title, whose second line a drill takes. */
  titleAlone: ({ state }) => (state.training ? null : chineseOnly(state)),
} as const satisfies Record<string, (scene: Scene) => string | null>;

export type FactName = keyof typeof factTable;
export type Facts = Readonly<Record<FactName, string | null>>;

type Content = Scene['state']['content'];

/** Every text of the base for a scene. Two scenes with the same facts share one base. */
export function factsOf(scene: Scene): Facts {
  const entries = Object.entries(factTable).map(([name, fact]) => [name, fact(scene)] as const);
  return Object.fromEntries(entries) as Record<FactName, string | null>;
}

function chineseOnly({ content }: Scene['state']): string | null {
  return content?.language === 'zh' ? content.language : null;
}

function english(state: Scene['state'], text: string | null): string | null {
  return chineseOnly(state) === null ? text : null;
}

function titleWords(role: NonNullable<Content>['role'] | undefined) {
  return role === undefined ? unknownRoleWords : roleWords[role];
}

function textOf(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}

function withLabel(label: string, text: string | undefined): string | null {
  const value = textOf(text);
  return value === null ? null : `${label} ${value}`;
}

/** Rescue sections or enforcement area, with its label. */
export function areaOf(content: Content): string | null {
  return content === null ? null : withLabel(roleWords[content.role].area, content.area);
}

function hotlineWith(content: Content, words: string): string | null {
  return textOf(content?.hotline) === null ? null : words;
}

/** What to do with the match on the glass, or `next` while another code's is to be compared. */
function matchWith({ code, echo }: Scene['state'], words: string, next: string): string | null {
  if (code === null || code.match === null) return null;
  return echo === null ? words : next;
}

/** `ABCD-EF01-2345-6789` in two lines: as it is read aloud. */
function fingerprintLines(fingerprint: string | undefined): string | null {
  const groups = textOf(fingerprint)?.split('-');
  if (groups === undefined) return null;
  const half = Math.ceil(groups.length / 2);
  return `${groups.slice(0, half).join('-')}\n${groups.slice(half).join('-')}`.trimEnd();
}
