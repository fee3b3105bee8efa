import type { DisplayProfileName } from './display-profiles.ts';
import type { PanelBatch } from './epd/uc8179-tables.ts';
import type { ReceiverProfileName } from './gnss/profiles.ts';

export type DisplayDriver = 'png' | 'web' | 'epd-uc8179' | 'fb';
export type GnssDriver = 'nmea-serial' | 'gpsd' | 'fixed' | 'replay';

export interface DisplayRow {
  readonly kind: 'display';
  readonly driver: DisplayDriver;
  readonly profile: DisplayProfileName;
  readonly batch?: PanelBatch;
  readonly about: string;
}

export interface GnssRow {
  readonly kind: 'gnss';
  readonly driver: GnssDriver;
  readonly profile?: ReceiverProfileName;
  readonly about: string;
}

export interface ControlPanelRow {
  readonly kind: 'control-panel';
  readonly driver: 'firmata' | 'evdev' | 'none';
  readonly about: string;
}

export interface ModemRow {
  readonly kind: 'modem';
  readonly driver: 'at-serial' | 'none';
  readonly about: string;
}

export type CatalogueRow = DisplayRow | GnssRow | ControlPanelRow | ModemRow;
export type PartKind = CatalogueRow['kind'];

/** Every part the unit can be built with. A configuration names a row. */
export const CATALOGUE: Readonly<Record<string, CatalogueRow>> = {
  'png-eink-demo': row('png', 'png-eink-demo', 'PNG file in place of 7.5" e-ink, fast rotation'),
  'png-eink': row('png', 'waveshare-7in5-v2', 'PNG file in place of 7.5" e-ink, maker’s rule'),
  'png-lcd': row('png', 'png-lcd', 'PNG file in place of a 1024x600 LCD'),
  'web-kiosk': row('web', 'web-kiosk', 'Page for Chromium in full screen, 1280x800'),
  'fb-1024x600': row('fb', 'fb-1024x600', 'LCD on the kernel framebuffer, 1024x600'),
  'fb-1280x800': row('fb', 'fb-1280x800', 'LCD on the kernel framebuffer, 1280x800'),
  'waveshare-7in5-v2': eink('waveshare-7in5-v2', 'since-2023', '7.5" e-ink, UC8179 on SPI'),
  'waveshare-7in5-v2-2022': eink('waveshare-7in5-v2', 'before-2023', '7.5" e-ink, older batch'),
  'waveshare-7in5-v2-strict': eink(
    'waveshare-7in5-v2-strict',
    'since-2023',
    '7.5" e-ink, never refreshed within 180 s',
  ),
  'waveshare-7in5-v2-demo': eink(
    'png-eink-demo',
    'since-2023',
    '7.5" e-ink at the speed of a demonstration',
  ),
  nmea: receiver('nmea-serial', 'generic', 'Any receiver with NMEA 0183 on a serial line'),
  atgm336h: receiver('nmea-serial', 'casic', 'ATGM336H, L76K and other CASIC receivers'),
  mtk: receiver('nmea-serial', 'mtk', 'MediaTek MT3333 and its kin'),
  lc29h: receiver('nmea-serial', 'quectel', 'Quectel LC29H'),
  ublox: receiver('nmea-serial', 'ublox', 'u-blox 6 to M10'),
  gpsd: { kind: 'gnss', driver: 'gpsd', about: 'A receiver that gpsd holds' },
  fixed: { kind: 'gnss', driver: 'fixed', about: 'A surveyed position, for a kiosk' },
  replay: { kind: 'gnss', driver: 'replay', about: 'A recorded NMEA log' },
  'firmata-nano': {
    kind: 'control-panel',
    driver: 'firmata',
    about: 'Arduino Nano with StandardFirmata: buttons, lamps, buzzer, sensors',
  },
  'gpio-keys': {
    kind: 'control-panel',
    driver: 'evdev',
    about: 'Buttons and lamps on the computer’s own pins',
  },
  'no-panel': { kind: 'control-panel', driver: 'none', about: 'No control panel' },
  'quectel-ec20': { kind: 'modem', driver: 'at-serial', about: 'Quectel EC20, EG25 and their kin' },
  'no-modem': { kind: 'modem', driver: 'none', about: 'No modem, or one that others look after' },
};

function row(driver: DisplayDriver, profile: DisplayProfileName, about: string): DisplayRow {
  return { kind: 'display', driver, profile, about };
}

function eink(profile: DisplayProfileName, batch: PanelBatch, about: string): DisplayRow {
  return { kind: 'display', driver: 'epd-uc8179', profile, batch, about };
}

function receiver(driver: GnssDriver, profile: ReceiverProfileName, about: string): GnssRow {
  return { kind: 'gnss', driver, profile, about };
}
