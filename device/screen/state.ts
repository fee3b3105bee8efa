import type { ScreenContent } from '../../protocols/messages/down-schemas.ts';
import type { Duty } from '../../protocols/scan-code/fields.ts';
import type { CodeHost } from '../../protocols/scan-code/link.ts';
import type { Match } from '../../protocols/scan-code/match.ts';

/** Why there is no code on the glass. */
export type Notice = 'no-time' | 'not-enrolled' | 'off' | 'blanked' | 'suspended';

/** What a QR says, and how its text falls into segments. */
export interface QrContent {
  readonly link: string;
  readonly digits: string;
  readonly codeHost: CodeHost;
}

/** A living code and the match shown beside it. */
export interface CodeOnScreen extends QrContent {
  /** The 82 bytes. */
  readonly bytes: Uint8Array;
  readonly match: Match | null;
}

/** An enrolment code and what is read aloud at the bench. */
export interface EnrolmentOnScreen extends QrContent {
  readonly serial: string;
  readonly fingerprint: string;
}

/** The answer to an opening: beside the next code, the match of the code that was opened. */
export interface EchoOnScreen {
  /** When it was opened, Unix ms: 已扫码 ✓ HH:MM:SS. */
  readonly atMs: number;
  readonly match: Match;
}

/** Everything a frame shows, plain data. The same state gives the same bytes. */
export interface ScreenState {
  /** From the newest configuration; null before the first. */
  readonly content: ScreenContent | null;
  readonly code: CodeOnScreen | null;
  readonly enrolment: EnrolmentOnScreen | null;
  /** Shown instead of a code. */
  readonly notice: Notice | null;
  /** 演练，不计入评价 */
  readonly training: boolean;
  readonly duty: Duty;
  readonly link: 'online' | 'offline';
  readonly gnss: 'fix' | 'no-fix' | 'silent';
  /** The opening to answer, for as long as it may be acted on. */
  readonly echo: EchoOnScreen | null;
  /** Section, stake and direction of the incident the unit works. */
  readonly incidentPlace: string | null;
  /** What the dispatcher says to the crew, in place of the incident while it stands. */
  readonly crewText: string | null;
  readonly serial: string;
  /** Unix ms at which the code ends; shown where the panel can follow it. */
  readonly validUntilMs: number | null;
}

/** Which set of items a state asks for. */
export type View = 'unit' | 'enrolment' | 'notice';

/** What the screen shows, once the rules of precedence are applied. */
export interface Scene {
  readonly view: View;
  readonly state: ScreenState;
  /** Set exactly in view `notice`. */
  readonly notice: Notice | null;
  /** The one QR of the frame; null in view `notice`. */
  readonly qr: QrContent | null;
}

/**
 * A notice stands before any code, an enrolment code before a living one, and a state without
 * anything to scan is `blanked`: there is never more than one QR, and never an empty place.
 */
export function sceneOf(state: ScreenState): Scene {
  const { notice, enrolment, code } = state;
  if (enrolment !== null && (notice === null || notice === 'not-enrolled')) {
    return { view: 'enrolment', state, notice: null, qr: enrolment };
  }
  if (notice === null && code !== null) return { view: 'unit', state, notice: null, qr: code };
  return { view: 'notice', state, notice: notice ?? 'blanked', qr: null };
}
