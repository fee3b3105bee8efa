import { duties } from '../../protocols/scan-code/fields.ts';
import { matchWords } from '../../protocols/scan-code/words.ts';
import { areaOf } from './facts.ts';
import type { IconName } from './icons.ts';
import { dutyWords, gnssWords, linkWords, screenWords } from './messages.ts';
import type { Scene, ScreenState } from './state.ts';

/** How loud a live value is: `good` and `alert` stand on a filled pill. */
export type Tone = 'plain' | 'good' | 'alert';

/** Icon, text and time of day in one row; without icon and clock the text may wrap. */
export interface LiveRun {
  readonly kind: 'run';
  readonly icon: IconName | null;
  readonly text: string;
  /** HH:MM:SS, set from digit strips. */
  readonly clock: string | null;
  readonly tone: Tone;
}

/** Label, two words and a shape in one row on a filled ground. */
export interface LiveMatch {
  readonly kind: 'match';
  readonly label: string;
  readonly words: string;
  readonly shape: number;
}

export type LiveValue = { readonly kind: 'shape'; readonly index: number } | LiveRun | LiveMatch;

/** What changes between two frames of one base, by name; null where there is nothing to show. */
const liveTable = {
  firstWord: ({ state }) => wordOf(state.code?.match?.[0]),
  secondWord: ({ state }) => wordOf(state.code?.match?.[1]),
  shape: ({ state }) => shapeOf(state.code?.match?.[2]),
  echo: ({ state }) => echoOf(state.echo),
  /** Of the code that was opened; the places give way to it. */
  echoMatch: ({ state }) => echoMatchOf(state.echo),
  validity: ({ state }) =>
    state.validUntilMs === null
      ? null
      : runOf(screenWords.validUntil, { clock: clockOf(state.validUntilMs) }),
  link: ({ state, notice }) => (notice === 'off' ? null : linkRun(state.link)),
  gnss: ({ state, notice }) => (notice === 'off' ? null : gnssRun(state.gnss)),
  duty: ({ state, notice }) => (notice === 'off' ? null : dutyRun(state)),
  /** What the dispatcher says to the crew goes before the place they know. */
  incident: ({ state }) => crewTextRun(state) ?? incidentRun(state),
  /** The area moves down, or away, when there is an incident. */
  area: ({ state }) => (isPlaceFree(state) ? textRun(areaOf(state.content)) : null),
  areaBelow: ({ state }) =>
    isPlaceFree(state) || state.echo !== null ? null : textRun(areaOf(state.content)),
} as const satisfies Record<string, (scene: Scene) => LiveValue | null>;

export type LiveName = keyof typeof liveTable;

export function liveValueOf(name: LiveName, scene: Scene): LiveValue | null {
  return liveTable[name](scene);
}

/** Asia/Shanghai has been UTC+8 without summer time since 1991. */
const shanghaiOffsetMs = 8 * 3_600_000;

/** HH:MM:SS of the day in Asia/Shanghai. */
export function clockOf(atMs: number): string {
  return new Date(atMs + shanghaiOffsetMs).toISOString().slice(11, 19);
}

function runOf(text: string, more: Partial<LiveRun> = {}): LiveRun {
  return { kind: 'run', icon: null, text, clock: null, tone: 'plain', ...more };
}

function textRun(text: string | null): LiveRun | null {
  return text === null ? null : runOf(text);
}

function wordOf(index: number | undefined): LiveRun | null {
  return textRun(index === undefined ? null : (matchWords[index] ?? null));
}

function shapeOf(index: number | undefined): LiveValue | null {
  return index === undefined ? null : { kind: 'shape', index };
}

/** After a scan its echo, before it what to do. */
function echoOf(echo: ScreenState['echo']): LiveRun {
  if (echo === null) return runOf(screenWords.scanPrompt);
  return runOf(screenWords.echo, { clock: clockOf(echo.atMs), tone: 'good' });
}

function echoMatchOf(echo: ScreenState['echo']): LiveMatch | null {
  if (echo === null) return null;
  const [first, second, shape] = echo.match;
  const words = [first, second].map((index) => matchWords[index] ?? '').join(' ');
  return { kind: 'match', label: screenWords.echoMatch, words, shape };
}

function linkRun(link: ScreenState['link']): LiveRun {
  return runOf(linkWords[link], { icon: link, tone: link === 'online' ? 'plain' : 'alert' });
}

function gnssRun(gnss: ScreenState['gnss']): LiveRun {
  return runOf(gnssWords[gnss], { icon: gnss, tone: gnss === 'fix' ? 'plain' : 'alert' });
}

/** A kiosk has no duty to speak of. */
function dutyRun({ duty, content }: ScreenState): LiveRun | null {
  const name = duties[duty];
  if (content === null || content.role === 'kiosk' || name === undefined) return null;
  return runOf(dutyWords[name]);
}

function isPlaceFree({ incidentPlace, crewText, echo }: ScreenState): boolean {
  return incidentPlace === null && crewText === null && echo === null;
}

function crewTextRun({ crewText, echo }: ScreenState): LiveRun | null {
  return crewText === null || echo !== null ? null : runOf(crewText);
}

function incidentRun({ incidentPlace, echo }: ScreenState): LiveRun | null {
  return incidentPlace === null || echo !== null
    ? null
    : runOf(`${screenWords.incident} ${incidentPlace}`);
}
