import type { ScreenState } from '../../../device/screen/screen.ts';
import { enrolmentDigits, enrolmentHost } from '../../../protocols/enrolment/code.ts';
import { keyFingerprint } from '../../../protocols/enrolment/request.ts';
import type { ScreenContent } from '../../../protocols/messages/down-schemas.ts';
import { codeDigitsOf, signCode } from '../../../protocols/scan-code/code.ts';
import { type CodeHost, linkOf } from '../../../protocols/scan-code/link.ts';
import { type Match, matchOf } from '../../../protocols/scan-code/match.ts';
import { signerFromSeed } from '../../support/keys.ts';

/** States of fictional vehicles, for the tests of the screen. */
export const signer = signerFromSeed(Buffer.alloc(32, 7));
export const matchKey = Buffer.alloc(32, 9);
export const codeHost: CodeHost = { scheme: 'https', host: 'XL.EXAMPLE.CN' };
/** 2026-11-23 06:32:07 UTC, 14:32:07 in Asia/Shanghai. */
export const issuedAt = 1_795_415_527;

type Role = ScreenContent['role'];

export const contents: Readonly<Record<Role, ScreenContent>> = {
  'tow-truck': {
    version: 1,
    role: 'tow-truck',
    title: '示例清障救援有限公司',
    titleEn: 'Example Rescue Co., Ltd.',
    plate: '冀F·示001',
    hotline: '0312-5550123',
    area: 'G4 京港澳高速保定段',
    sample: true,
  },
  'patrol-car': {
    version: 1,
    role: 'patrol-car',
    title: '示例高速公路路政大队',
    titleEn: 'Example Expressway Road Administration Brigade',
    plate: '冀A·示002',
    hotline: '0311-5550456',
    area: 'G5 京昆高速石家庄段',
    sample: true,
  },
  kiosk: {
    version: 1,
    role: 'kiosk',
    title: '示例高速公路服务区管理有限公司',
    titleEn: 'Example Service Area Management Co., Ltd.',
    plate: '示例服务区',
    hotline: '0311-5550789',
    area: 'G4 京港澳高速 K270 北京方向',
    sample: true,
  },
};
export const roles = Object.keys(contents) as Role[];

export const panels = [
  { name: 'eink-800x480', width: 800, height: 480, format: 'mono1' },
  { name: 'lcd-1024x600', width: 1024, height: 600, format: 'rgb24' },
  { name: 'kiosk-1280x800', width: 1280, height: 800, format: 'rgb24' },
] as const;

export function codeAt(second: number, match?: Match): NonNullable<ScreenState['code']> {
  const bytes = signCode(
    {
      kind: 0,
      unitId: 4711,
      issuedAt: second,
      ttlS: 30,
      duty: 5,
      lat: 38.04,
      lon: 114.5,
      fixAgeS: 1,
      incidentRef: 12,
    },
    signer,
  );
  const digits = codeDigitsOf(bytes);
  const shown = match ?? matchOf(bytes, matchKey);
  return { bytes, digits, codeHost, link: linkOf(codeHost, digits), match: shown };
}

export function enrolmentOf(serial: string): NonNullable<ScreenState['enrolment']> {
  const digits = enrolmentDigits(serial, issuedAt, signer);
  const host = enrolmentHost(codeHost);
  const fingerprint = keyFingerprint(signer.publicKey);
  return { digits, codeHost: host, link: linkOf(host, digits), serial, fingerprint };
}

export function stateOf(role: Role, more: Partial<ScreenState> = {}): ScreenState {
  return {
    content: contents[role],
    code: codeAt(issuedAt),
    enrolment: null,
    notice: null,
    training: false,
    duty: 5,
    link: 'online',
    gnss: 'fix',
    echo: null,
    incidentPlace: null,
    crewText: null,
    serial: 'XL-DEMO-0001',
    validUntilMs: (issuedAt + 30) * 1000,
    ...more,
  };
}

const incidentPlace = 'G4 京港澳高速 K234+567 北京方向';
const none = { code: null, validUntilMs: null } as const;

/** Every kind of frame, by name. */
export const variants: Readonly<Record<string, Partial<ScreenState>>> = {
  plain: {},
  working: { incidentPlace, echo: { atMs: issuedAt * 1000, match: [12, 200, 4] } },
  scanned: { echo: { atMs: issuedAt * 1000, match: [255, 30, 3] }, training: true },
  trouble: { training: true, link: 'offline', gnss: 'silent', duty: 3, incidentPlace },
  'no-time': { ...none, notice: 'no-time', gnss: 'no-fix' },
  blanked: { ...none, notice: 'blanked' },
  suspended: { ...none, notice: 'suspended', link: 'offline' },
  off: { ...none, notice: 'off' },
  'not-enrolled': { ...none, notice: 'not-enrolled', content: null },
  enrolment: { ...none, content: null, enrolment: enrolmentOf('XL-DEMO-0001') },
};
