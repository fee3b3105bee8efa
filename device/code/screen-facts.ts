import type { Duty } from '../../protocols/scan-code/fields.ts';
import type { ScreenState } from '../screen/screen.ts';
import type { CodeIdentity, MintedCode } from './minter.ts';

/** Everything the screen and the codes need to know of the unit, as it is now. */
export interface ScreenFacts {
  readonly serial: string;
  /** Null while the unit is not enrolled. */
  readonly identity: CodeIdentity | null;
  readonly enrolment: ScreenState['enrolment'];
  readonly suspended: boolean;
  readonly content: ScreenState['content'];
  readonly training: boolean;
  readonly duty: Duty;
  readonly incidentRef: number;
  readonly incidentPlace: string | null;
  /** What the dispatcher says to the crew. */
  readonly crewText: string | null;
  readonly link: ScreenState['link'];
  readonly gnss: ScreenState['gnss'];
}

export type Notice = NonNullable<ScreenState['notice']>;

/** What stands on the glass beside the facts. */
export interface ScreenSubject {
  readonly notice: Notice | null;
  readonly code: MintedCode | null;
  readonly echo: ScreenState['echo'];
}

/** A frame as plain data for the composer. */
export function screenState(facts: ScreenFacts, subject: ScreenSubject): ScreenState {
  const { code, notice, echo } = subject;
  return {
    content: facts.content,
    code:
      code === null
        ? null
        : {
            bytes: code.bytes,
            link: code.link,
            digits: code.digits,
            codeHost: code.codeHost,
            match: code.match,
          },
    enrolment: notice === 'not-enrolled' ? facts.enrolment : null,
    notice,
    training: facts.training,
    duty: facts.duty,
    link: facts.link,
    gnss: facts.gnss,
    echo,
    incidentPlace: facts.incidentPlace,
    crewText: facts.crewText,
    serial: facts.serial,
    validUntilMs: code?.validUntilMs ?? null,
  };
}

/**
 * Two frames with one key need no redraw. E-ink does not spend a refresh on the small signs of
 * link and receiver: they come along with the next frame.
 */
export function frameKey(state: ScreenState, persistent: boolean): string {
  const { code, link, gnss, validUntilMs, ...rest } = state;
  const signs = persistent ? {} : { link, gnss, validUntilMs };
  return JSON.stringify({ ...rest, ...signs, code: code?.digits ?? null });
}

/** What a code says beside time and place: when it changes, the code is no longer true. */
export function signedFacts({ duty, incidentRef, identity }: ScreenFacts): string {
  return `${duty} ${incidentRef} ${identity?.unitId}`;
}
