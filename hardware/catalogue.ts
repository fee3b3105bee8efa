import type { DisplayProfileName } from './display-profiles.ts';
import type { ReceiverProfileName } from './gnss/profiles.ts';

export type DisplayDriver = 'png' | 'web';
export type GnssDriver = 'nmea-serial' | 'fixed' | 'replay';

interface DisplayRow {
  readonly kind: 'display';
  readonly driver: DisplayDriver;
  readonly profile: DisplayProfileName;
  readonly about: string;
}

interface GnssRow {
  readonly kind: 'gnss';
  readonly driver: GnssDriver;
  readonly profile?: ReceiverProfileName;
  readonly about: string;
}

/** Every part the unit can be built with. A configuration names a row. */
export const CATALOGUE = {
  'png-eink-demo': row('png', 'png-eink-demo', 'PNG file in place of 7.5" e-ink, fast rotation'),
  'png-eink': row('png', 'waveshare-7in5-v2', 'PNG file in place of 7.5" e-ink, maker’s rule'),
  'png-lcd': row('png', 'png-lcd', 'PNG file in place of a 1024x600 LCD'),
  'web-kiosk': row('web', 'web-kiosk', 'Page for Chromium in full screen, 1280x800'),
  nmea: receiver('nmea-serial', 'generic', 'Any receiver with NMEA 0183 on a serial line'),
  atgm336h: receiver('nmea-serial', 'casic', 'ATGM336H, L76K and other CASIC receivers'),
  mtk: receiver('nmea-serial', 'mtk', 'MediaTek MT3333 and its kin'),
  lc29h: receiver('nmea-serial', 'quectel', 'Quectel LC29H'),
  ublox: receiver('nmea-serial', 'ublox', 'u-blox 6 to M10'),
  fixed: { kind: 'gnss', driver: 'fixed', about: 'A surveyed position, for a kiosk' },
  replay: { kind: 'gnss', driver: 'replay', about: 'A recorded NMEA log' },
} as const satisfies Record<string, DisplayRow | GnssRow>;

function row(driver: DisplayDriver, profile: DisplayProfileName, about: string): DisplayRow {
  return { kind: 'display', driver, profile, about };
}

function receiver(driver: GnssDriver, profile: ReceiverProfileName, about: string): GnssRow {
  return { kind: 'gnss', driver, profile, about };
}
