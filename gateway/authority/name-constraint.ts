import './reflect-metadata.ts';
import { Extension, type JsonName, Name, type X509Certificate } from '@peculiar/x509';

/** id-ce-nameConstraints: RFC 5280, section 4.2.1.10. */
const nameConstraintsOid = '2.5.29.30';
const tags = { sequence: 0x30, permittedSubtrees: 0xa0, directoryName: 0xa4 } as const;
/** Longest body that is written here: two bytes of length. */
const bodyBytesMax = 255;
const shortLengthMax = 127;

function der(tag: number, body: Uint8Array): Buffer {
  if (body.length > bodyBytesMax) throw new RangeError(`${body.length} bytes are no short name`);
  const length = body.length > shortLengthMax ? [0x81, body.length] : [body.length];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

/**
 * Whatever this CA signs, and what is signed below it, is named `O=<organisation>, …`: a
 * certificate of any other name is worth nothing, even to who trusts this CA for everything. Host
 * names are left free: a unit that was off for a year must still take the gateway under a new one.
 */
export function onlyWithin(organisation: string): Extension {
  const base = new Uint8Array(new Name([{ O: [organisation] }]).toArrayBuffer());
  const subtree = der(tags.sequence, der(tags.directoryName, base));
  const constraints = der(tags.sequence, der(tags.permittedSubtrees, subtree));
  return new Extension(nameConstraintsOid, true, constraints);
}

/** The organisation in a CA's name; null for a CA from before there was one. */
export function organisationOf({ subjectName }: X509Certificate): string | null {
  return subjectName.getField('O')[0] ?? null;
}

/** The name of what a CA signs: within its own organisation. */
export function nameWithin(authority: X509Certificate, commonName: string): JsonName {
  const organisation = organisationOf(authority);
  const own = { CN: [commonName] };
  return organisation === null ? [own] : [{ O: [organisation] }, own];
}
