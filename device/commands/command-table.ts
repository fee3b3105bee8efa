import { type CommandMessage, crewTextCharsMax } from '../../protocols/messages/down-schemas.ts';
import { type SelfTestLine, selfTestText } from '../../protocols/messages/self-test-lines.ts';

/** What came of a command, in the unit's words. */
export interface Outcome {
  readonly ok: boolean;
  /** `done`, or coded why not. */
  readonly code: string;
  readonly detail: string;
}

/** What commands can reach. */
export interface CommandTargets {
  nextCode(): void;
  /** The second another code was issued at once it stands on the glass; else why there is none. */
  rotate(): Promise<number | string>;
  setSuspended(suspended: boolean): void;
  selfTest(): Promise<readonly SelfTestLine[]>;
  /** False: no lamps are fitted. */
  blink(): boolean;
  /** Shows a text to the crew. Unix ms. */
  say(text: string, untilMs: number): Promise<void>;
  /** Puts the newest of the log into the outbox. */
  uploadLog(commandId: string): Promise<{ readonly chunks: number; readonly lines: number }>;
  /** The system goes down and comes back; the answer is given after that. */
  reboot(): void;
  /** Everything that makes it this unit goes, once what it had to say is acknowledged. */
  wipe(): void;
}

/** Longest time a text may stand, ms. */
const textMsMax = 24 * 3_600_000;

interface CommandRow {
  /** Null: it is answered after the restart it causes. */
  readonly obey: (
    targets: CommandTargets,
    message: CommandMessage,
    nowMs: number,
  ) => Promise<Outcome | null> | Outcome | null;
  /** The same twice is the same: it needs no memory of ids. */
  readonly isState?: true;
  /** Goes on after it is answered, also over a restart. */
  readonly goesOn?: (targets: CommandTargets) => void;
}

function done(detail = ''): Outcome {
  return { ok: true, code: 'done', detail };
}

function no(code: string, detail = ''): Outcome {
  return { ok: false, code, detail };
}

async function rotate(targets: CommandTargets): Promise<Outcome> {
  const rotated = await targets.rotate();
  return typeof rotated === 'number' ? done(String(rotated)) : no('no-code', rotated);
}

/** A line of text: what is no character for people becomes a space. */
function cleanLine(text: string): string {
  return text
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .normalize('NFC');
}

async function say(
  targets: CommandTargets,
  { text = '', untilMs = 0 }: CommandMessage,
  nowMs: number,
): Promise<Outcome> {
  const line = cleanLine(text);
  if (line === '' || [...line].length > crewTextCharsMax) return no('bad-text');
  if (untilMs <= nowMs) return no('expired');
  await targets.say(line, Math.min(untilMs, nowMs + textMsMax));
  return done();
}

async function uploadLog(targets: CommandTargets, { id }: CommandMessage): Promise<Outcome> {
  const { chunks, lines } = await targets.uploadLog(id);
  return done(`${chunks} ${lines}`);
}

/** Every command a unit knows, by name. */
const commandTable: Readonly<Record<string, CommandRow>> = {
  'next-code': {
    obey: (targets) => {
      targets.nextCode();
      return done();
    },
  },
  rotate: { obey: rotate },
  suspend: {
    isState: true,
    obey: (targets) => {
      targets.setSuspended(true);
      return done();
    },
  },
  resume: {
    isState: true,
    obey: (targets) => {
      targets.setSuspended(false);
      return done();
    },
  },
  'self-test': { obey: async (targets) => done(selfTestText(await targets.selfTest())) },
  blink: { obey: (targets) => (targets.blink() ? done() : no('not-fitted')) },
  message: { obey: say },
  'log-upload': { obey: uploadLog },
  reboot: {
    obey: (targets) => {
      targets.reboot();
      return null;
    },
  },
  wipe: { obey: () => done(), goesOn: (targets) => targets.wipe() },
};

/** The row of a name; undefined: no unit knows it. */
export function commandRow(name: string): CommandRow | undefined {
  return Object.hasOwn(commandTable, name) ? commandTable[name] : undefined;
}
