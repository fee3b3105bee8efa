import { html } from 'ghtml';
import type {
  CheckLine,
  MountProof,
  UnitDetail,
  UnitLine,
} from '../../../protocols/http/fleet-bodies.ts';
import type { Language } from '../http/language.ts';
import { momentText } from '../receipt/moment.ts';
import { type Translate, translator } from '../shared/translate.ts';
import { type BenchMessageKey, benchMessages } from './messages.ts';
import { type BenchWord, benchWords, wordOf } from './words.ts';

/** Says messages and the words of codes in one language. */
export interface Say {
  readonly language: Language;
  readonly t: Translate<BenchMessageKey>;
  /** A code of the gateway in words; one without words stands as it came. */
  word(group: string, code: string, values?: Readonly<Record<string, string>>): string;
  moment(unixMs: number | null): string;
}

export function sayIn(language: Language): Say {
  const t = translator(benchMessages, language);
  const w = translator<BenchWord>(benchWords, language);
  return {
    language,
    t,
    word: (group, code, values) => {
      const name = wordOf(group, code);
      return name === null ? code : w(name, values);
    },
    moment: (unixMs) => (unixMs === null ? t('never') : momentText({ language }, unixMs)),
  };
}

/** Lines of a name and what it is; empty ones are left out. */
export function pairs(lines: readonly (readonly [name: string, value: string])[]): string {
  const items = lines
    .filter(([, value]) => value !== '')
    .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  return html`<dl class="pairs">!${items}</dl>`;
}

export function plateOf({ plate, vehicleId }: UnitLine, { t }: Say): string {
  return plate ?? vehicleId ?? t('vehicleNone');
}

/** How a unit is on line, in words. */
export function presenceOf({ presence }: UnitLine, { word }: Say): string {
  return presence === null ? '' : word('presence', presence.state);
}

const degreesDigits = 5;

/** Degrees with the metres they may be wrong. */
export function placeOf(
  { lat, lon, errorM }: Omit<MountProof, 'scanId' | 'provedAtMs' | 'provedBy'>,
  { t }: Say,
) {
  if (lat === null || lon === null) return t('installNoPlace');
  const bound = errorM === null ? '' : ` ± ${Math.ceil(errorM)} m`;
  return `${lat.toFixed(degreesDigits)}, ${lon.toFixed(degreesDigits)}${bound}`;
}

const marks = { pass: '✓', wait: '…', fail: '✕', 'not-fitted': '–' } as const;
const units: Readonly<Partial<Record<CheckLine['part'], string>>> = {
  modem: 'dBm',
  disk: 'MB',
  clock: 'ms',
};

function measured({ part, value }: CheckLine): string {
  return value === null ? '' : ` ${Math.round(value)} ${units[part] ?? ''}`;
}

/** A part that nothing was heard of is no fault while the unit itself is not there yet. */
function needsHand({ result, code }: CheckLine, isOnline: boolean): boolean {
  if (result === 'fail') return true;
  return result === 'wait' && (isOnline || code !== 'no-word');
}

/** The self-test, a line a part: sign, words and what to do. Nothing depends on colour alone. */
export function checkList(
  { checks, online }: Pick<UnitDetail, 'checks' | 'online'>,
  { word }: Say,
): string {
  const lines = checks.map((check) => {
    const { part, result } = check;
    const hint = needsHand(check, online) ? html`<small>${word('hint', part)}</small>` : '';
    return html`<li class="${result}"><i aria-hidden="true">${marks[result]}</i>
<b>${word('check', part)}</b> <span>${word('result', result)}${measured(check)}</span>!${hint}</li>`;
  });
  return html`<ul class="checks">!${lines}</ul>`;
}

export function plainField(
  label: string,
  name: string,
  given: { readonly value?: string; readonly hint?: string; readonly required?: boolean } = {},
): string {
  const { value = '', hint = '', required = false } = given;
  const note = hint === '' ? '' : html`<small class="hint">${hint}</small>`;
  return html`<label class="field"><span>${label}</span>
<input name="${name}" value="${value}" maxlength="200" autocomplete="off"!${required ? ' required' : ''}>!${note}</label>`;
}
