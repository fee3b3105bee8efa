import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { isSmallOrder, publicKeyFromRaw } from '../signed/ed25519.ts';
import { matchKeyBytes } from './match.ts';
import type { CodeKey, KeyLookup } from './verdict.ts';

const keyEntry = Type.Object({
  unitId: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xff_ff_ff })),
  issuer: Type.Optional(Type.Literal(true)),
  publicKey: Type.String(),
  keyId: Type.Optional(Type.String()),
  alg: Type.Optional(Type.String()),
  use: Type.Optional(Type.String()),
  validFrom: Type.Optional(Type.Union([Type.Number(), Type.String(), Type.Null()])),
  validTo: Type.Optional(Type.Union([Type.Number(), Type.String(), Type.Null()])),
  matchKey: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  revoked: Type.Optional(Type.Boolean()),
});
export type KeyEntry = Static<typeof keyEntry>;
/** KEYS.json. architecture.md, "Names, CLI and ports". */
export const keyFileSchema = Type.Array(keyEntry);

/** Uses of a key that may sign a code; receipts and checkpoints have keys of their own. */
const codeUses = ['code', 'issuer'];

export type KeyFileReading =
  | { readonly ok: true; readonly keys: KeyLookup }
  | { readonly ok: false; readonly message: string };

function fromBase64url(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}

/** Unix seconds from a number, or from a date as ISO 8601 text; undefined: not a time. */
function timeOf(value: number | string | null | undefined): number | null | undefined {
  if (value === undefined || value === null) return null;
  const seconds = typeof value === 'number' ? value : Date.parse(value) / 1000;
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** The key of one entry, or what is wrong with it. */
export function keyOf(entry: KeyEntry, index: number): CodeKey | string {
  const raw = fromBase64url(entry.publicKey);
  const publicKey = publicKeyFromRaw(raw);
  if (publicKey === null) {
    return raw.length === 32 && isSmallOrder(raw)
      ? 'publicKey is of small order: it binds nobody, make a new key'
      : 'publicKey must be base64url of 32 bytes';
  }
  const matchKey = entry.matchKey ? fromBase64url(entry.matchKey) : null;
  if (matchKey !== null && matchKey.length !== matchKeyBytes) {
    return `matchKey must be base64url of ${matchKeyBytes} bytes`;
  }
  const [validFrom, validTo] = [timeOf(entry.validFrom), timeOf(entry.validTo)];
  if (validFrom === undefined || validTo === undefined) {
    return 'validFrom and validTo are Unix seconds or ISO 8601 dates';
  }
  const keyId = entry.keyId ?? `#${index}`;
  return { keyId, publicKey, matchKey, validFrom, validTo, revoked: entry.revoked ?? false };
}

/** One entry of a key file with its place and its use. */
export interface UsedEntry {
  readonly index: number;
  readonly entry: KeyEntry;
  readonly use: string;
}

/** The Ed25519 entries of KEYS.json (architecture, "Names, CLI and ports"), or what is wrong. */
export function readKeyEntries(text: string): readonly UsedEntry[] | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return 'the key file is not JSON';
  }
  if (!Array.isArray(parsed)) return 'the key file is not a JSON array';
  const wrong = parsed.findIndex((entry) => !Value.Check(keyEntry, entry));
  if (wrong >= 0) return badEntry(wrong, 'is not {unitId | issuer, publicKey}');
  return (parsed as KeyEntry[])
    .map((entry, index) => ({ index, entry, use: entry.use ?? (entry.issuer ? 'issuer' : 'code') }))
    .filter(({ entry }) => (entry.alg ?? 'ed25519') === 'ed25519');
}

/** Reads the keys that sign codes. Any bad entry is said, with its number. */
export function readKeyFile(text: string): KeyFileReading {
  const entries = readKeyEntries(text);
  if (typeof entries === 'string') return { ok: false, message: entries };
  const units = new Map<number, CodeKey[]>();
  const issuers: CodeKey[] = [];
  for (const { index, entry, use } of entries) {
    if (!codeUses.includes(use)) continue;
    const key = keyOf(entry, index);
    if (typeof key === 'string') return { ok: false, message: badEntry(index, key) };
    if (use === 'issuer') issuers.push(key);
    else if (entry.unitId === undefined) {
      return { ok: false, message: badEntry(index, 'names neither unitId nor issuer') };
    } else units.set(entry.unitId, [...(units.get(entry.unitId) ?? []), key]);
  }
  const unitKeys = (unitId: number) => units.get(unitId) ?? [];
  return { ok: true, keys: { unitKeys, issuerKeys: () => issuers } };
}

/** Says which entry of a key file is wrong, and how. */
export function badEntry(index: number, what: string): string {
  return `key ${index + 1} of the key file ${what}`;
}
