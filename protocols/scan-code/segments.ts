import type { CodeHost } from './link.ts';

/** One explicit segment of a QR, in the mode that costs fewest bits for its characters. */
export interface QrSegment {
  readonly mode: 'byte' | 'alphanumeric' | 'numeric';
  readonly text: string;
}

/**
 * Scheme in lower case as bytes (upper-case schemes break some scanners), host in capitals,
 * digits as digits. Scan code, "Text in the QR".
 */
export function qrSegments({ scheme, host }: CodeHost, digits: string): readonly QrSegment[] {
  return [
    { mode: 'byte', text: `${scheme}://` },
    { mode: 'alphanumeric', text: `${host}/` },
    { mode: 'numeric', text: digits },
  ];
}
