const PIN_MODE = 0xf4;
const SYSEX = 0xf0;
const SAMPLING_INTERVAL = 0x7a;
const DIGITAL = 0x90;
const ANALOG = 0xe0;
const REPORT_ANALOG = 0xc0;
const REPORT_DIGITAL = 0xd0;

/** In this order a board that has lost its memory is told again what it was. */
const ORDER = ['mode', 'interval', 'digital', 'analog', 'report'] as const;
type Kind = (typeof ORDER)[number];

/**
 * Remembers the last word said to each pin and port, so that a board back from an unplug can be
 * told all of it. firmata-io writes one whole message at a time.
 */
export class FirmataMirror {
  readonly #last: Readonly<Record<Kind, Map<number, Uint8Array>>> = {
    mode: new Map(),
    interval: new Map(),
    digital: new Map(),
    analog: new Map(),
    report: new Map(),
  };

  note(message: Uint8Array): void {
    const [first = 0, second = 0] = message;
    const kind = kindOf(first, second);
    if (kind === null) return;
    const key = first === PIN_MODE ? second : first;
    this.#last[kind].set(key, message.slice());
  }

  replay(): Uint8Array[] {
    return ORDER.flatMap((kind) => [...this.#last[kind].values()]);
  }
}

function kindOf(first: number, second: number): Kind | null {
  if (first === PIN_MODE) return 'mode';
  if (first === SYSEX) return second === SAMPLING_INTERVAL ? 'interval' : null;
  const command = first & 0xf0;
  if (command === DIGITAL) return 'digital';
  if (command === ANALOG) return 'analog';
  return command === REPORT_ANALOG || command === REPORT_DIGITAL ? 'report' : null;
}
