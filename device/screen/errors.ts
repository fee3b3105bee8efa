/** What the composer refuses to do, with what to do about it. */
export const SCREEN_ERRORS = {
  'unknown-panel': 'No layout for this size and format: choose a display row that has one.',
  'code-too-large': 'The code does not fit the panel: shorten the code address.',
  'not-started': 'The composer has to be started before it can compose.',
} as const;

export type ScreenErrorCode = keyof typeof SCREEN_ERRORS;

/** A coded error of the composer. `detail` names the panel or the link. */
export class ScreenError extends Error {
  override readonly name = 'ScreenError';
  readonly code: ScreenErrorCode;

  constructor(code: ScreenErrorCode, detail: string) {
    super(`${code}: ${SCREEN_ERRORS[code]} (${detail})`);
    this.code = code;
  }
}

/**
 * What is wrong with a frame that can be shown all the same. `missing-glyph`: the font has no
 * outline for these characters, 〓 stands in their place. `text-cut`: the text is too long for its
 * place at the smallest size and ends in `…`. `bad-logo`: the logo is left out.
 */
export interface ScreenProblem {
  readonly code: 'missing-glyph' | 'text-cut' | 'bad-logo';
  /** The text as it was given; of a logo its beginning. */
  readonly text: string;
  /** The characters without an outline, what was cut off, or why the logo is none. */
  readonly detail: string;
}
