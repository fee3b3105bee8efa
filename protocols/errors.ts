/**
 * Every code a person or a program may meet, with what to do. Texts are for people; programs
 * compare codes. HTTP status where the code is an answer.
 */
export const errorTable = {
  'bad-config': { status: 500, en: 'The configuration is wrong: see the message for the key.' },
  'port-taken': { status: 500, en: 'The port is in use: stop the other program or set another.' },
  'store-in-use': { status: 500, en: 'Another process has this store open: stop it first.' },
  'store-away': { status: 503, en: 'The database cannot be reached: see that it runs.' },
  'store-damaged': { status: 500, en: 'The store is damaged: restore a backup.' },
  'bad-request': { status: 400, en: 'The request does not fit its schema.' },
  unauthorised: { status: 401, en: 'A valid key or token is needed.' },
  forbidden: { status: 403, en: 'This caller may not do this.' },
  'not-found': { status: 404, en: 'There is no such thing here.' },
  conflict: { status: 409, en: 'The state does not allow this.' },
  'too-large': { status: 413, en: 'The request is larger than allowed.' },
  'too-many': { status: 429, en: 'Too many requests: wait a little.' },
  'unknown-serial': { status: 404, en: 'This serial is not registered: load it first.' },
  'serial-active': { status: 409, en: 'This serial has an active key: re-key it with a reason.' },
  'code-expired': { status: 410, en: 'This enrolment code has expired: scan the new one.' },
  'clock-off': {
    status: 409,
    en: 'The clock of the unit is ahead: give it time, then scan again.',
  },
  'other-organisation': { status: 403, en: 'This belongs to an organisation outside your rights.' },
  'bad-nonce': { status: 401, en: 'The nonce is unknown, used or older than 60 s: ask again.' },
  'bad-signature': { status: 403, en: 'The signature does not fit the key.' },
  'wrong-pin': { status: 403, en: 'This does not fit: check what was typed.' },
  'link-token-used': { status: 409, en: 'This link token was used: make a new one.' },
} as const;

export type ErrorCode = keyof typeof errorTable;

/** A refusal with a code of the table; `message` says what to do in this case. */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string = errorTable[code].en) {
    super(message);
    this.code = code;
  }
}
