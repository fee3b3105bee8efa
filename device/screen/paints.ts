import type { Bitmap } from '../../hardware/bitmap.ts';
import type { Role } from './messages.ts';

/** Colours by what they are for. In 1-bit all of them are black or white. */
export type Paint =
  | 'ground'
  | 'panel'
  | 'ink'
  | 'soft'
  | 'rule'
  | 'role'
  | 'onRole'
  | 'alert'
  | 'onAlert'
  | 'good'
  | 'onGood';
export type Paints = Readonly<Record<Paint, string>>;

const black = '#000000';
const white = '#ffffff';

const monoPaints: Paints = {
  ground: white,
  panel: white,
  ink: black,
  soft: black,
  rule: black,
  role: black,
  onRole: white,
  alert: black,
  onAlert: white,
  good: black,
  onGood: white,
};

const colourPaints: Omit<Paints, 'role'> = {
  ground: white,
  panel: '#eef1f5',
  ink: '#111827',
  soft: '#4b5563',
  rule: '#cbd2dc',
  onRole: white,
  alert: '#fde68a',
  onAlert: '#5b2c04',
  good: '#166534',
  onGood: white,
};

/** White text on these has a contrast of 5 : 1 and more. */
const roleColours: Readonly<Record<Role, string>> = {
  'tow-truck': '#b4420e',
  'patrol-car': '#1e3a8a',
  kiosk: '#0f5f4c',
};
const unknownRoleColour = '#374151';

export function paintsOf(format: Bitmap['format'], role: Role | null): Paints {
  if (format === 'mono1') return monoPaints;
  return { ...colourPaints, role: role === null ? unknownRoleColour : roleColours[role] };
}
