/**
 * Judges a receipt in the reader's own browser; nothing leaves the page. The same steps as
 * `xinlu receipt verify`, over WebCrypto, written a second time so that one checks the other.
 */
const ownKeys = JSON.parse(document.getElementById('keys').textContent);
const encoder = new TextEncoder();
const receiptBytesMax = 256 * 1024;
const saltBytes = 16;
const hashBytes = 32;

class Refused extends Error {}
const refuseUnless = (holds, reason) => {
  if (!holds) throw new Refused(reason);
};

const toBase64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');

/** The bytes of a text that is the only way to write them; else null. */
const fromBase64url = (text, length) => {
  if (typeof text !== 'string' || !/^[\w-]*$/.test(text)) return null;
  try {
    const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
    return bytes.length === length && toBase64url(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
};

const joined = (...parts) => {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};
const sha256 = async (...parts) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', joined(...parts)));
const hexOf = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join('');
const isSame = (left, right) =>
  left.length === right.length && left.every((one, at) => one === right[at]);
const signedUnder = (domain, ...parts) => joined(encoder.encode(`${domain}\0`), ...parts);
const uint64 = (value) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
};

const isSignedBy = async (publicKey, message, signature) => {
  const raw = fromBase64url(publicKey, hashBytes);
  if (raw === null || signature === null) return false;
  const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, signature, message);
};

const receiptNames = 'v payload salt codeHex unitKey leafIndex path checkpoint keyId sig'.split(
  ' ',
);
const checkpointNames = 'v number size timeMs root rowHash keyId sig'.split(' ');

/** The members in their order and no others, or null. */
const ordered = (value, names) => {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject || Object.keys(value).length !== names.length) return null;
  if (!names.every((name) => Object.hasOwn(value, name))) return null;
  return Object.fromEntries(names.map((name) => [name, value[name]]));
};

/** The receipt of a file that is written as receipts are, byte for byte. */
const readReceipt = (bytes) => {
  refuseUnless(bytes.length <= receiptBytesMax, 'too-large');
  let text;
  let value;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new Refused('not-a-receipt');
  }
  const names = value?.pending === true ? [...receiptNames, 'pending'] : receiptNames;
  const receipt = ordered(value, names);
  refuseUnless(receipt?.v === 1 && typeof receipt.payload === 'string', 'not-a-receipt');
  if (receipt.checkpoint !== null) {
    receipt.checkpoint = ordered(receipt.checkpoint, checkpointNames);
    refuseUnless(receipt.checkpoint?.v === 1, 'not-a-receipt');
  }
  refuseUnless(JSON.stringify(receipt) === text, 'not-as-written');
  return receipt;
};

const isInForce = ({ validFrom, validTo }, atMs) =>
  (validFrom == null || atMs >= Date.parse(validFrom)) &&
  (validTo == null || atMs <= Date.parse(validTo));

const keysFor = (use, keyId) => ownKeys.filter((key) => key.use === use && key.keyId === keyId);

/** Whether a key of that use and id, in force then, signed the message; refuses with reasons. */
const checkSigned = async (message, { use, keyId, sig, atMs }, unknown, bad) => {
  const named = keysFor(use, keyId);
  refuseUnless(named.length > 0, unknown);
  const signature = fromBase64url(sig, 64);
  for (const key of named) {
    if (await isSignedBy(key.publicKey, message, signature)) {
      refuseUnless(isInForce(key, atMs), 'key-not-in-force');
      return;
    }
  }
  throw new Refused(bad);
};

const checkCode = async ({ codeHex, unitKey }, { code, unitId, issuedAt }) => {
  if (code === null && codeHex === null && unitKey === null) return;
  const isWhole = typeof codeHex === 'string' && /^[0-9a-f]{164}$/.test(codeHex);
  refuseUnless(code !== null && isWhole && unitKey === code.unitKey, 'code-differs');
  const bytes = Uint8Array.from(codeHex.match(/../g), (pair) => Number.parseInt(pair, 16));
  refuseUnless(hexOf(await sha256(bytes)) === code.sha256, 'code-differs');
  const view = new DataView(bytes.buffer);
  const isItsOwn = (view.getUint32(0) & 0xff_ff_ff) === unitId && view.getUint32(4) === issuedAt;
  refuseUnless(isItsOwn, 'code-differs');
  const message = signedUnder('xinlu.scan.v1', bytes.subarray(0, 18));
  refuseUnless(await isSignedBy(unitKey, message, bytes.subarray(18)), 'bad-code-signature');
};

const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/** RFC 9162, section 2.1.3.2. */
const rootOf = async (leaf, index, size, path) => {
  refuseUnless(index < size, 'not-in-log');
  let [fn, sn, root] = [index, size - 1, leaf];
  const half = () => {
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  };
  for (const node of path) {
    refuseUnless(sn > 0, 'not-in-log');
    if (fn % 2 === 1 || fn === sn) {
      root = await nodeHash(node, root);
      while (fn % 2 === 0 && fn !== 0) half();
    } else {
      root = await nodeHash(root, node);
    }
    half();
  }
  refuseUnless(sn === 0, 'not-in-log');
  return root;
};

const checkLog = async (receipt, salt) => {
  const { leafIndex, path, checkpoint, payload } = receipt;
  if (receipt.pending) {
    const claims = leafIndex !== null || path !== null || checkpoint !== null;
    refuseUnless(!claims, 'not-as-written');
    return;
  }
  refuseUnless(checkpoint !== null, 'not-in-log');
  const { number, size, timeMs, keyId, sig } = checkpoint;
  const root = fromBase64url(checkpoint.root, hashBytes);
  const rowHash = fromBase64url(checkpoint.rowHash, hashBytes);
  const counts = [number, size, timeMs, leafIndex];
  const isCounted = counts.every((count) => Number.isSafeInteger(count) && count >= 0);
  const isFormed = root !== null && rowHash !== null && isCounted && Array.isArray(path);
  refuseUnless(isFormed, 'not-in-log');
  const numbers = [number, size, timeMs].map(uint64);
  const message = signedUnder('xinlu.checkpoint.v1', ...numbers, root, rowHash);
  const claim = { use: 'checkpoint', keyId, sig, atMs: timeMs };
  await checkSigned(message, claim, 'unknown-checkpoint-key', 'bad-checkpoint-signature');
  const nodes = path.map((node) => fromBase64url(node, hashBytes));
  refuseUnless(!nodes.includes(null), 'not-in-log');
  const leaf = await sha256(Uint8Array.of(0), salt, encoder.encode(payload));
  refuseUnless(isSame(await rootOf(leaf, leafIndex, size, nodes), root), 'not-in-log');
};

/** The facts of a genuine receipt; throws Refused with the reason. */
const verify = async (bytes) => {
  const receipt = readReceipt(bytes);
  const { payload, keyId, sig } = receipt;
  const parsed = JSON.parse(payload);
  const facts = parsed.after;
  refuseUnless(parsed.action === 'receipt.issue' && facts?.v === 1, 'bad-payload');
  const message = signedUnder('xinlu.receipt.v1', encoder.encode(payload));
  const claim = { use: 'receipt', keyId, sig, atMs: facts.keptAtMs };
  await checkSigned(message, claim, 'unknown-key', 'bad-signature');
  const salt = fromBase64url(receipt.salt, saltBytes);
  refuseUnless(salt !== null && hexOf(await sha256(salt)) === facts.saltSha256, 'salt-differs');
  await checkCode(receipt, facts);
  await checkLog(receipt, salt);
  return { receipt, facts };
};

globalThis.xinlu = { verify, Refused };
