import type { ScanReport } from '../../../protocols/http/link-bodies.ts';
import type { Speech } from './context.ts';

const directionKeys = { INC: 'directionInc', DEC: 'directionDec' } as const;

/** Section, stake and direction as people say them; else coordinates; else that it is unknown. */
export function placeText({ place, position }: ScanReport, { t }: Speech): string {
  if (place !== null) {
    const direction =
      place.directionText || (place.direction === null ? '' : t(directionKeys[place.direction]));
    return [place.section, place.stake, direction].filter((part) => part !== '').join(' ');
  }
  if (position === null) return t('noPlace');
  return `${position.lat.toFixed(5)}, ${position.lon.toFixed(5)} (WGS-84)`;
}
