import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { canonicalBytes } from './canonical.ts';
import { releaseLimits } from './limits.ts';

const unixS = Type.Integer({ minimum: 1_700_000_000, maximum: 0xff_ff_ff_ff });

/**
 * The release key says which deploy key counts. `number` grows: a unit that has confirmed a
 * release under one statement takes none with a smaller number, so a lost deploy key is ended by
 * the next statement.
 */
export const deployStatement = Type.Object(
  {
    format: Type.Literal(1),
    number: Type.Integer({ minimum: 1, maximum: 0x7f_ff_ff_ff }),
    publicKey: Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      description: 'Ed25519, base64url of 32 bytes',
    }),
    fromS: unixS,
    toS: unixS,
  },
  { additionalProperties: false },
);
export type DeployStatement = Static<typeof deployStatement>;

export function encodeStatement(statement: DeployStatement): Buffer {
  return canonicalBytes(deployStatement, statement);
}

/** The statement these bytes are, and the only bytes that it is; null for all others. */
export function readStatement(bytes: Uint8Array): DeployStatement | null {
  if (bytes.length > releaseLimits.statementBytesMax) return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (!Value.Check(deployStatement, parsed) || parsed.toS <= parsed.fromS) return null;
    return encodeStatement(parsed).equals(bytes) ? parsed : null;
  } catch {
    return null;
  }
}
