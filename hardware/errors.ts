/** Every refusal a part can answer with. The message says what a person can do about it. */
export const HARDWARE_ERRORS = {
  'unknown-part': 'This part is not in the catalogue; list the parts with --list-hardware.',
  'missing-setting': 'The part needs a setting that is not in the configuration.',
  'port-closed': 'The line is closed; check the cable. It is opened again by itself.',
  'write-timeout': 'The part did not take the bytes in time; the line is opened afresh.',
  'write-failed': 'The line refused the bytes; check the cable.',
  'illegal-input': 'The part would not understand these bytes.',
  'busy-timeout': 'The panel stayed busy; check its ribbon cable and supply.',
  'no-answer': 'The part did not answer in time; check its cable, supply and baud rate.',
  refused: 'The part answered with an error.',
  'not-here': 'This machine has no such device; check the wiring and the device tree.',
  'no-native-calls': 'The optional package koffi is not installed; this part needs it.',
} as const;

export type HardwareErrorCode = keyof typeof HARDWARE_ERRORS;

/** A coded error of a part. `detail` names the port, the setting or the bytes. */
export class HardwareError extends Error {
  readonly code: HardwareErrorCode;

  constructor(code: HardwareErrorCode, detail: string) {
    super(`${code}: ${HARDWARE_ERRORS[code]} (${detail})`);
    this.name = 'HardwareError';
    this.code = code;
  }
}

/** The code of any thrown value; what is not ours counts as `write-failed`. */
export function codeOf(error: unknown): HardwareErrorCode {
  return error instanceof HardwareError ? error.code : 'write-failed';
}
