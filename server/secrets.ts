import { createHash, createHmac } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Bytes of every secret made here. */
export const secretBytes = 32;

/** Writes a file so that a power cut leaves the old one or the new one, never half of it. */
export function writeFileSafely(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/** The secret kept in a file of mode 0600; made at the first start, base64url. */
export function loadSecret(path: string, randomBytes: (bytes: number) => Buffer): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secret = randomBytes(secretBytes).toString('base64url');
  writeFileSafely(path, `${secret}\n`);
  return secret;
}

/** What is stored of a bearer key, token or cookie: never itself. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** What a key of the server is for; no two purposes have one key. */
export type SecretPurpose =
  | 'xinlu.csrf.v1'
  | 'xinlu.link.to-gateway.v1'
  | 'xinlu.receipt-id.v1'
  | 'xinlu.return-code.v1'
  | 'xinlu.totp-offer.v1'
  | 'xinlu.totp-seal.v1';

/** Keys that follow from the server's one secret, each for one purpose. */
export class SecretBox {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** HMAC-SHA-256 over purpose, zero byte, subject; base64url. */
  derive(purpose: SecretPurpose, subject: string): string {
    return createHmac('sha256', this.#root).update(`${purpose}\0${subject}`).digest('base64url');
  }
}

/** Files of the server's data folder. */
export const dataFiles = {
  store: (dataDir: string) => join(dataDir, 'server.sqlite'),
  rootSecret: (dataDir: string) => join(dataDir, 'secrets', 'server.key'),
  signingSecret: (dataDir: string, use: 'receipt' | 'checkpoint' | 'issuer') =>
    join(dataDir, 'secrets', `${use}.key`),
  adminToken: (dataDir: string) => join(dataDir, 'admin.token'),
  adminAddress: (dataDir: string) => join(dataDir, 'admin.address'),
  setupLink: (dataDir: string) => join(dataDir, 'setup.link'),
};
