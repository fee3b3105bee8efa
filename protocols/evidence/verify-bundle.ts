import { createHash } from 'node:crypto';
import { fromBase64url } from '../audit/base64url.ts';
import { keyIdOf } from '../audit/key-id.ts';
import { parseNetwork } from '../network/parse-network.ts';
import { badEntry, keyOf, readKeyEntries } from '../scan-code/key-file.ts';
import type { CodeKey } from '../scan-code/verdict.ts';
import { rawPublicKey, signatureBytes, verifyEd25519 } from '../signed/ed25519.ts';
import { type Bundle, type BundleBody, bundleBytes, readBundle } from './bundle.ts';
import { type RecomputeFault, recompute } from './recompute.ts';
import { excerptLineOf } from './road-excerpt.ts';

/** What a reader of bundles trusts. */
export interface EvidenceKeys {
  /** Keys that gateways sign bundles with. */
  readonly evidence: readonly CodeKey[];
  /** Keys of units, by unit number; of a unit without any the gateway's statement is taken. */
  readonly units: ReadonlyMap<number, ReadonlySet<string>>;
}

export type EvidenceKeysReading =
  | { readonly ok: true; readonly keys: EvidenceKeys }
  | { readonly ok: false; readonly message: string };

/** Reads the entries of KEYS.json whose use is `evidence`, and those of units. */
export function readEvidenceKeys(text: string): EvidenceKeysReading {
  const entries = readKeyEntries(text);
  if (typeof entries === 'string') return { ok: false, message: entries };
  const evidence: CodeKey[] = [];
  const units = new Map<number, Set<string>>();
  for (const { index, entry, use } of entries) {
    if (use !== 'evidence' && use !== 'code') continue;
    const key = keyOf(entry, index);
    if (typeof key === 'string') return { ok: false, message: badEntry(index, key) };
    if (use === 'evidence') {
      evidence.push({ ...key, keyId: entry.keyId ?? keyIdOf(rawPublicKey(key.publicKey)) });
    } else if (entry.unitId !== undefined && !key.revoked) {
      const known = units.get(entry.unitId) ?? new Set();
      units.set(entry.unitId, known.add(rawPublicKey(key.publicKey).toString('base64url')));
    }
  }
  return { ok: true, keys: { evidence, units } };
}

export type BundleProblem =
  | Exclude<ReturnType<typeof readBundle>, { ok: true }>['reason']
  | RecomputeFault
  | 'unknown-key'
  | 'bad-signature'
  | 'key-not-in-force'
  | 'revoked-key'
  | 'unknown-unit-key'
  | 'results-differ'
  | 'network-differs';

/** What `evidence verify` prints; everything but the reason only of a bundle that holds. */
export interface BundleVerdict {
  readonly valid: boolean;
  /** Null when valid. */
  readonly reason: BundleProblem | null;
  readonly incidentId: string | null;
  /** Units whose key stands in the key file, and those for which the gateway alone speaks. */
  readonly unitKeys: { readonly fromFile: number; readonly stated: number } | null;
  readonly units: BundleBody['results']['units'] | null;
  readonly scans: { readonly total: number; readonly proved: number } | null;
  readonly networkSha256: string | null;
}

function refused(reason: BundleProblem): BundleVerdict {
  const nothing = { incidentId: null, unitKeys: null, units: null, scans: null };
  return { valid: false, reason, ...nothing, networkSha256: null };
}

function isInForce({ validFrom, validTo }: CodeKey, atS: number): boolean {
  return (validFrom === null || atS >= validFrom) && (validTo === null || atS <= validTo);
}

function checkSignature(
  { body, keyId, sig }: Bundle,
  keys: readonly CodeKey[],
): BundleProblem | null {
  const named = keys.filter((key) => key.keyId === keyId);
  if (named.length === 0) return 'unknown-key';
  const signature = fromBase64url(sig, signatureBytes);
  const message = bundleBytes(JSON.stringify(body));
  const signers = named.filter(
    ({ publicKey }) => signature !== null && verifyEd25519(publicKey, message, signature),
  );
  if (signers.length === 0) return 'bad-signature';
  const inForce = signers.filter((key) => isInForce(key, body.madeAtMs / 1000));
  if (inForce.length === 0) return 'key-not-in-force';
  return inForce.some(({ revoked }) => !revoked) ? null : 'revoked-key';
}

/** Every key that a bundle states for a unit which the key file knows stands there. */
function checkUnitKeys({ units }: BundleBody, known: EvidenceKeys['units']): boolean {
  return units.every(({ unitId, keys }) => {
    const own = known.get(unitId);
    return own === undefined || keys.every(({ publicKey }) => own.has(publicKey));
  });
}

/** Whether the roads of a bundle are those of this network file. */
function isOfNetwork({ network }: BundleBody, file: Uint8Array): boolean {
  const sha256 = createHash('sha256').update(file).digest('hex');
  if (network === null || network.sha256 !== sha256) return false;
  const parsed = parseNetwork(Buffer.from(file).toString('utf8'));
  if (!parsed.ok) return false;
  const lines = new Map(parsed.network.lines.map((line) => [line.feature, line]));
  return network.lines.every((line) => {
    const own = lines.get(line.feature);
    return own !== undefined && JSON.stringify(excerptLineOf(own)) === JSON.stringify(line);
  });
}

/**
 * Judges a bundle file by keys alone: no network, no clock. The gateway's signature covers every
 * byte; behind it each batch must be signed by its unit, and everything computed must come out the
 * same again. Never throws.
 * @param networkFile the whole network file, to compare the roads with; null: not compared
 */
export function verifyBundle(
  file: Uint8Array,
  keys: EvidenceKeys,
  networkFile: Uint8Array | null = null,
): BundleVerdict {
  const reading = readBundle(file);
  if (!reading.ok) return refused(reading.reason);
  const { bundle } = reading;
  const unsigned = checkSignature(bundle, keys.evidence);
  if (unsigned !== null) return refused(unsigned);
  const { results, ...facts } = bundle.body;
  if (!checkUnitKeys(bundle.body, keys.units)) return refused('unknown-unit-key');
  const again = recompute(facts);
  if (!again.ok) return refused(again.fault);
  if (JSON.stringify(again.results) !== JSON.stringify(results)) return refused('results-differ');
  if (networkFile !== null && !isOfNetwork(bundle.body, networkFile)) {
    return refused('network-differs');
  }
  const fromFile = facts.units.filter(({ unitId }) => keys.units.has(unitId)).length;
  return {
    valid: true,
    reason: null,
    incidentId: facts.incident.id,
    unitKeys: { fromFile, stated: facts.units.length - fromFile },
    units: results.units,
    scans: {
      total: results.scans.length,
      proved: results.scans.filter(({ isProved }) => isProved).length,
    },
    networkSha256: facts.network?.sha256 ?? null,
  };
}
