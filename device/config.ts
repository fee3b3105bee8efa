import { type Static, Type } from 'typebox';
import type { FixedPosition } from '../hardware/gnss/fixed.ts';
import { type ConfigSources, key, readConfig } from '../protocols/config/config.ts';
import { CodedError } from '../protocols/errors.ts';
import { isLatLon } from '../protocols/geo/geo.ts';
import { isSerial } from '../protocols/messages/topics.ts';
import { type DutyName, duties } from '../protocols/scan-code/fields.ts';
import { parseCodeHost } from '../protocols/scan-code/link.ts';
import type { DoorAt } from './local-page/local-page.ts';

/** Every key of the unit's configuration, with what it is for. */
export const deviceConfig = Type.Object({
  dataDir: key.text('Folder for keys, store and last frame', { default: '.data/device' }),
  serial: key.text('Serial of the unit: 4 to 20 of A-Z 0-9 -'),
  model: key.text('Hardware model, told to the gateway', { default: 'generic' }),
  gatewayUrl: key.text('HTTPS address for units: enrolment', {
    default: 'https://127.0.0.1:8443',
  }),
  fleetCaFile: key.text('PEM of the fleet CA, the only authority the unit trusts'),
  codeAddress: key.text('Address under which the enrolment code points: https://HOST/'),
  allowHttpCodes: key.flag('Codes with http, for a demonstration on a local network', {
    default: false,
  }),
  display: key.text('Display: a row of the hardware catalogue', { default: 'png-lcd' }),
  displayPath: key.text('File or device of the display; empty: screen.png in dataDir', {
    default: '',
  }),
  gnss: key.text('GNSS receiver: a row of the hardware catalogue', { default: 'nmea' }),
  gnssPath: key.text('Serial device of the receiver, best by-id; log file for replay', {
    default: '',
  }),
  position: key.text('Where a unit with the receiver "fixed" stands: LAT,LON in WGS-84', {
    default: '',
  }),
  backlight: key.text('Folder of the backlight of a framebuffer; empty: it cannot be dimmed', {
    default: '',
  }),
  panel: key.text('Control panel: a row of the hardware catalogue', { default: 'no-panel' }),
  panelPath: key.text('Serial device of the panel, best by-id; input device for gpio-keys', {
    default: '',
  }),
  modem: key.text('Modem: a row of the hardware catalogue', { default: 'no-modem' }),
  modemPath: key.text('AT port of the modem, best by-id', { default: '' }),
  watchdog: key.text('Who restarts a hung unit: systemd or none', { default: 'systemd' }),
  holdUpS: key.integer('Seconds the unit runs on its own once the ignition is off', {
    default: 8,
    minimum: 1,
    maximum: 600,
  }),
  localHost: key.text('Loopback address of the local page', { default: '127.0.0.1' }),
  localPort: key.integer('Port of the local page', { default: 8090, minimum: 0, maximum: 65535 }),
  serviceHost: key.text('Address for technicians on a cable, PIN for everything; empty: none', {
    default: '',
  }),
  servicePort: key.integer('Port at serviceHost', { default: 8190, minimum: 0, maximum: 65535 }),
  shiftHoursMax: key.integer('Hours after which whoever is aboard is signed off', {
    default: 12,
    minimum: 1,
    maximum: 24,
  }),
  rotationS: key.integer('Seconds between two codes; 0: by the panel', { default: 0, minimum: 0 }),
  ttlS: key.integer('Seconds a code lives; 0: by the panel', { default: 0, minimum: 0 }),
  duty: key.text(`Duty without an incident: ${duties.join(' ')}`, { default: 'patrol' }),
  redialFirstMs: key.integer('Longest wait before the first dial after the gateway was lost', {
    default: 30_000,
    minimum: 0,
    maximum: 60_000,
  }),
  releaseKey: key.text('Ed25519 key that signs releases, base64url; empty: of the enrolment', {
    default: '',
  }),
  updateFolder: key.text('Folder in which a depot leaves bundles (.xup); empty: none', {
    default: '',
  }),
  parkedS: key.integer('Seconds without movement before a release is started', {
    default: 600,
    minimum: 1,
  }),
  logLevel: key.text('trace debug info warn error silent', { default: 'info' }),
});
export type DeviceConfig = Readonly<Static<typeof deviceConfig>>;

function refuse(keyName: string, why: string): never {
  throw new CodedError('bad-config', `device.${keyName} ${why}`);
}

/** Checks what a schema cannot say. Throws CodedError `bad-config` naming the key. */
export function checkDeviceConfig(config: DeviceConfig): DeviceConfig {
  if (!isSerial(config.serial)) refuse('serial', 'must be 4 to 20 characters of A-Z 0-9 -');
  if (!duties.includes(config.duty as DutyName)) {
    refuse('duty', `must be one of ${duties.join(' ')}`);
  }
  const host = parseCodeHost(config.codeAddress, config.allowHttpCodes);
  if (!host.ok) refuse('codeAddress', host.message);
  if (!['systemd', 'none'].includes(config.watchdog)) {
    refuse('watchdog', 'must be systemd or none');
  }
  if (config.gnss === 'fixed') fixedPosition(config);
  if (!loopbackPattern.test(config.localHost)) {
    refuse('localHost', 'must be a loopback address: serviceHost is for others, with a PIN');
  }
  return config;
}

const loopbackPattern = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** Where the local page listens: always for this machine, on a cable if it is configured. */
export function doorsOf(config: DeviceConfig): readonly DoorAt[] {
  const { localHost, localPort, serviceHost, servicePort } = config;
  const local: DoorAt = { door: 'loopback', host: localHost, port: localPort };
  if (serviceHost === '') return [local];
  return [local, { door: 'service', host: serviceHost, port: servicePort }];
}

/** Reads and checks the configuration of a unit. */
export function readDeviceConfig(sources: ConfigSources): DeviceConfig {
  return checkDeviceConfig(readConfig('device', deviceConfig, sources));
}

/** The surveyed position of a kiosk. Throws CodedError `bad-config`. */
export function fixedPosition({ position }: Pick<DeviceConfig, 'position'>): FixedPosition {
  const [lat, lon, ...rest] = position.split(',').map((part) => Number(part.trim() || Number.NaN));
  const place = { lat, lon };
  if (rest.length > 0 || !isLatLon(place)) {
    refuse('position', 'must read LAT,LON in degrees WGS-84');
  }
  return place;
}
