import { type ErrorCode, errorTable } from '../../protocols/errors.ts';

/** An expected "no": a value with a code of the table, and what to do in this case. */
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
}

export function refusal(code: ErrorCode, message: string = errorTable[code].en): Refusal {
  return { ok: false, code, message };
}

/** The HTTP answer to a refusal. */
export function refusalAnswer({ code, message }: Refusal): {
  status: number;
  body: { code: ErrorCode; message: string };
} {
  return { status: errorTable[code].status, body: { code, message } };
}
