import { type Static, Type } from 'typebox';
import { linkVersion } from './link-bodies.ts';

/** Most changes in one answer. */
export const printChangesMax = 1000;
/** A gateway's question is held open for a change this long, in milliseconds. */
export const printWaitMsMax = 25_000;

const secondOrNull = Type.Union([Type.Integer(), Type.Null()]);

/** A key that signs printed cards; the times are Unix seconds. */
export const printIssuer = Type.Object({
  keyId: Type.String(),
  publicKey: Type.String({ description: 'raw Ed25519, base64url' }),
  validFrom: secondOrNull,
  validTo: secondOrNull,
  revoked: Type.Boolean(),
});
export type PrintIssuer = Static<typeof printIssuer>;

/** A print as it is now, by SHA-256 of its 82 bytes. */
export const printChange = Type.Object({
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  revoked: Type.Boolean(),
});
export type PrintChange = Static<typeof printChange>;

/**
 * `GET /link/v1/prints?after=N&waitMs=M`: changes of the register of prints after number N, at
 * once or as soon as there is one. Scan code, "Printed cards".
 */
export const printFeed = Type.Object({
  v: Type.Literal(linkVersion),
  changeNo: Type.Integer({ minimum: 0, description: 'ask for what comes after this next' }),
  issuers: Type.Array(printIssuer),
  changes: Type.Array(printChange, { maxItems: printChangesMax }),
});
export type PrintFeed = Static<typeof printFeed>;
