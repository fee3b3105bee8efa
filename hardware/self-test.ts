import { type Bitmap, blankBitmap } from './bitmap.ts';
import type { ControlPanel } from './control-panel.ts';
import type { Display } from './display.ts';
import { type Cancel, pause, type Timers } from './environment.ts';
import type { GnssReceiver } from './gnss.ts';
import type { Modem } from './modem.ts';

/** What is fitted to this unit, opened and not yet started. */
export interface FittedParts {
  readonly display?: Display | null;
  readonly gnss?: GnssReceiver | null;
  readonly panel?: ControlPanel | null;
  readonly modem?: Modem | null;
}

export interface SelfTestLine {
  readonly part: keyof FittedParts;
  readonly result: 'pass' | 'fail' | 'not-fitted';
  /** Coded: why it failed, or what was seen. */
  readonly detail: string | null;
}

export const SELF_TEST_LIMITS = { partMsMax: 20_000, pollMs: 50 } as const;

type Outcome = Omit<SelfTestLine, 'part'>;

const PASS: Outcome = { result: 'pass', detail: null };

/** Runs each part once, one after the other, and stops it again. Never rejects. */
export async function selfTest(parts: FittedParts, timers: Timers): Promise<SelfTestLine[]> {
  const { display, gnss, panel, modem } = parts;
  return [
    { part: 'display', ...(await tried(display, timers, testDisplay)) },
    { part: 'gnss', ...(await tried(gnss, timers, (part) => testGnss(part, timers))) },
    { part: 'panel', ...(await tried(panel, timers, (part) => testPanel(part, timers))) },
    { part: 'modem', ...(await tried(modem, timers, (part) => testModem(part, timers))) },
  ];
}

async function tried<Part extends { start(): Promise<void>; stop(): Promise<void> }>(
  part: Part | null | undefined,
  timers: Timers,
  test: (part: Part) => Promise<Outcome>,
): Promise<Outcome> {
  if (part === null || part === undefined) return { result: 'not-fitted', detail: null };
  let cancel: Cancel = () => undefined;
  const tooLate = new Promise<Outcome>((resolve) => {
    cancel = timers.after(SELF_TEST_LIMITS.partMsMax, () => resolve(failed('no-answer')));
  });
  const run = async (): Promise<Outcome> => {
    await part.start();
    return await test(part);
  };
  const answered = run().catch((error: unknown) => failed(String(error)));
  const outcome = await Promise.race([answered, tooLate]);
  cancel();
  await part.stop().catch(() => undefined);
  return outcome;
}

async function testDisplay(display: Display): Promise<Outcome> {
  const shown = await display.show(testPicture(display));
  if (shown.shown) return { result: 'pass', detail: shown.mode };
  return failed(shown.skipped === 'fault' ? (display.health().reason ?? 'fault') : shown.skipped);
}

async function testGnss(receiver: GnssReceiver, timers: Timers): Promise<Outcome> {
  const heard = await until(() => receiver.state === 'fix' || receiver.state === 'no-fix', timers);
  return heard ? { result: 'pass', detail: receiver.state } : failed(receiver.state);
}

async function testPanel(panel: ControlPanel, timers: Timers): Promise<Outcome> {
  if (!(await until(() => panel.linked, timers))) return failed('no-answer');
  panel.beep(1);
  return PASS;
}

async function testModem(modem: Modem, timers: Timers): Promise<Outcome> {
  let last = 'no-answer';
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      const { sim, operator } = await modem.report();
      return { result: 'pass', detail: operator ?? sim };
    } catch (error) {
      last = String(error);
      await pause(timers, SELF_TEST_LIMITS.pollMs * 10);
    }
  }
  return failed(last);
}

async function until(holds: () => boolean, timers: Timers): Promise<boolean> {
  const polls = (SELF_TEST_LIMITS.partMsMax - 1000) / SELF_TEST_LIMITS.pollMs;
  for (let poll = 0; poll < polls; poll += 1) {
    if (holds()) return true;
    await pause(timers, SELF_TEST_LIMITS.pollMs);
  }
  return holds();
}

/** Black and white fields of 40 pixels: a missing line or a swapped colour is seen at once. */
function testPicture(display: Display): Bitmap {
  const { width, height, format } = display.caps;
  const picture = blankBitmap(format, width, height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if ((Math.floor(x / 40) + Math.floor(y / 40)) % 2 === 0) continue;
      if (format === 'rgb24')
        picture.data.fill(0, y * width * 3 + x * 3, y * width * 3 + x * 3 + 3);
      else {
        const at = y * picture.strideBytes + (x >> 3);
        picture.data[at] = (picture.data[at] ?? 0) | (0x80 >> (x & 7));
      }
    }
  }
  return picture;
}

function failed(detail: string): Outcome {
  return { result: 'fail', detail };
}
