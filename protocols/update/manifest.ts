import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { canonicalBytes } from './canonical.ts';
import { releaseLimits } from './limits.ts';

const sha256Text = Type.String({ pattern: '^[0-9a-f]{64}$' });
const unixS = Type.Integer({ minimum: 1_700_000_000, maximum: 0xff_ff_ff_ff });
const closed = { additionalProperties: false } as const;

/** Computers a release may be built for, as Node names them. */
export const architectures = ['x64', 'arm64', 'arm'] as const;

/**
 * What a release is: everything a unit must know before it takes a byte of it. Signed as
 * `canonicalBytes` twice, by the release key and by the deploy key (trust.ts).
 */
export const releaseManifest = Type.Object(
  {
    format: Type.Literal(1),
    product: Type.Literal('xinlu-device'),
    version: Type.String({ pattern: '^[0-9]{1,4}(\\.[0-9]{1,4}){2}(-[a-z0-9.]{1,20})?$' }),
    counter: Type.Integer({
      minimum: 1,
      maximum: 0x7f_ff_ff_ff,
      description: 'grows with every release; a unit never goes below the last one it confirmed',
    }),
    models: Type.Array(Type.String({ pattern: '^[A-Za-z0-9._-]{1,32}$' }), {
      minItems: 1,
      maxItems: releaseLimits.modelsMax,
      uniqueItems: true,
      description: 'hardware ids: `device.model` of the units that may take it',
    }),
    architectures: Type.Array(Type.Enum(architectures), {
      minItems: 1,
      uniqueItems: true,
    }),
    nodeMajor: Type.Integer({ minimum: 20, maximum: 99 }),
    createdS: unixS,
    expiresS: unixS,
    payload: Type.Object(
      {
        bytes: Type.Integer({ minimum: 1, maximum: releaseLimits.payloadBytesMax }),
        sha256: sha256Text,
      },
      closed,
    ),
    tree: Type.Object(
      {
        files: Type.Integer({ minimum: 1, maximum: releaseLimits.filesMax }),
        bytes: Type.Integer({ minimum: 1, maximum: releaseLimits.treeBytesMax }),
        sha256: sha256Text,
      },
      closed,
    ),
    libraries: Type.Array(
      Type.String({
        pattern: '^(@?[A-Za-z0-9][A-Za-z0-9._-]*/)*@?[A-Za-z0-9][A-Za-z0-9._-]*@[0-9A-Za-z.+-]+$',
      }),
      {
        maxItems: releaseLimits.librariesMax,
        uniqueItems: true,
        description:
          'PATH@VERSION below the node_modules of the installed package; none: brings its own',
      },
    ),
  },
  closed,
);
export type ReleaseManifest = Static<typeof releaseManifest>;

export function encodeManifest(manifest: ReleaseManifest): Buffer {
  return canonicalBytes(releaseManifest, manifest);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The manifest these bytes are, and the only bytes that it is; null for all others. */
export function readManifest(bytes: Uint8Array): ReleaseManifest | null {
  if (bytes.length > releaseLimits.manifestBytesMax) return null;
  const parsed = parseJson(bytes);
  if (!Value.Check(releaseManifest, parsed)) return null;
  if (parsed.expiresS <= parsed.createdS) return null;
  return encodeManifest(parsed).equals(bytes) ? parsed : null;
}

/** Name of a release wherever it is spoken of: SHA-256 of its manifest, hexadecimal. */
export function releaseIdOf(manifestBytes: Uint8Array): string {
  return createHash('sha256').update(manifestBytes).digest('hex');
}

/** True for what can be the name of a release. */
export function isReleaseId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
