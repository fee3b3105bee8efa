import { html } from 'ghtml';
import type { Language } from '../http/language.ts';
import { type SharedMessageKey, sharedMessages } from './messages.ts';
import { translator } from './translate.ts';

/** National numbers a driver may need, in the order they are offered. */
const numbers: readonly (readonly [number: string, name: SharedMessageKey])[] = [
  ['12122', 'callRescue'],
  ['122', 'callAccident'],
  ['120', 'callAmbulance'],
  ['12328', 'callSupervision'],
];

/** The numbers as plain links, one tap each. */
export function callList(language: Language): string {
  const t = translator(sharedMessages, language);
  const links = numbers.map(
    ([number, name]) => html`<a href="tel:${number}"><b>${number}</b> <span>${t(name)}</span></a>`,
  );
  return html`<nav class="calls" aria-label="${t('callTitle')}">!${links}</nav>`;
}
