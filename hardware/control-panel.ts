/** Duty buttons, in the order they sit on the panel; `next-code` turns the screen's code. */
export const BUTTONS = [
  'on-duty',
  'en-route',
  'arrived',
  'working',
  'done',
  'help',
  'next-code',
] as const;
export type ButtonName = (typeof BUTTONS)[number];

export const LEDS = ['status', 'fault', 'scanned', 'front-light'] as const;
export type LedName = (typeof LEDS)[number];
export type LedState = 'off' | 'on' | 'blink';

export interface ControlPanelEvents {
  /** A button went down. */
  button: [ButtonName];
  /** True: ignition on. Told once at the beginning, then at every change. */
  ignition: [boolean];
  /** True: the cover is open. */
  tamper: [boolean];
  /** Daylight, 0 dark to 1 bright, once a second. */
  light: [number];
  /** At the panel, in degrees Celsius, once a second. */
  temperature: [number];
  /** The board answers, or no longer does. */
  link: [boolean];
}

/** Buttons, lamps and sensors within the driver's reach. */
export interface ControlPanel {
  readonly linked: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Remembered while the board is away. `level`, 0 to 1, dims the front light. */
  led(name: LedName, state: LedState, level?: number): void;
  /** Short sounds of the buzzer; at most `beepsMax`. */
  beep(times: number): void;
  on<Name extends keyof ControlPanelEvents>(
    name: Name,
    listener: (...values: ControlPanelEvents[Name]) => void,
  ): unknown;
}
