import type { Notice } from './state.ts';

/** Line drawings in a square of 24, for the colour in `currentColor`. */
const stroke = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
const pin = 'M12 21.5C7.5 16.2 5 12.7 5 9.6a7 7 0 0 1 14 0c0 3.1-2.5 6.6-7 11.9z';

export const icons = {
  online:
    '<path fill="currentColor" d="M3 15h3.4v6H3zM8.2 11.5h3.4V21H8.2zM13.4 7.5h3.4V21h-3.4zM18.6 3H22v18h-3.4z"/>',
  offline:
    `<path ${stroke} stroke-width="1.6" d="M3.8 15.8h1.8v4.4H3.8zM9 12.3h1.8v7.9H9z"/>` +
    `<path ${stroke} stroke-width="2.6" d="M14.5 8.5l7 7M21.5 8.5l-7 7"/>`,
  fix: `<path fill="currentColor" fill-rule="evenodd" d="${pin}M12 6.6a3 3 0 1 0 .01 0z"/>`,
  'no-fix': `<path ${stroke} stroke-width="2" d="${pin}M12 6.2v4.4M12 13.6v.1"/>`,
  silent: `<path ${stroke} stroke-width="2" d="${pin}M3 3l18 18"/>`,
  clock: `<path ${stroke} stroke-width="1.6" d="M12 2.5a9.5 9.5 0 1 0 .01 0zM12 7v5.4l3.6 2.2"/>`,
  power: `<path ${stroke} stroke-width="1.8" d="M12 3v8.5M7 5.6a8 8 0 1 0 10 0"/>`,
  pause: `<path ${stroke} stroke-width="1.6" d="M12 2.5a9.5 9.5 0 1 0 .01 0zM9.6 8.5v7M14.4 8.5v7"/>`,
  stop: `<path ${stroke} stroke-width="1.8" d="M12 2.5a9.5 9.5 0 1 0 .01 0zM5.4 5.4l13.2 13.2"/>`,
  unknown: `<path ${stroke} stroke-width="1.6" d="M12 2.5a9.5 9.5 0 1 0 .01 0zM9.2 9.3a2.9 2.9 0 1 1 4.4 2.5c-1.1.7-1.6 1.2-1.6 2.4M12 17.2v.1"/>`,
} as const;

export type IconName = keyof typeof icons;

export const noticeIcons: Readonly<Record<Notice, IconName>> = {
  'no-time': 'clock',
  'not-enrolled': 'unknown',
  off: 'power',
  blanked: 'pause',
  suspended: 'stop',
};
