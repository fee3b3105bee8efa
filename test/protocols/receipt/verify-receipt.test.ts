import { describe, expect, it } from 'vitest';
import { type Receipt, receiptText } from '../../../protocols/receipt/receipt.ts';
import { readReceiptKeys } from '../../../protocols/receipt/receipt-keys.ts';
import { receiptBytesMax, verifyReceipt } from '../../../protocols/receipt/verify-receipt.ts';
import { completed, genuineKeys, keptAtMs, keyEntry, pendingReceipt } from './genuine.ts';

function keysOf(entries: readonly object[]) {
  const reading = readReceiptKeys(JSON.stringify(entries));
  if (!reading.ok) throw new Error(reading.message);
  return reading.keys;
}

const keys = keysOf(genuineKeys);
const fileOf = (receipt: Receipt) => Buffer.from(receiptText(receipt));
const verify = (receipt: Receipt, entries: readonly object[] = genuineKeys) =>
  verifyReceipt(fileOf(receipt), keysOf(entries));

const receipts = [
  ['complete', completed(pendingReceipt()), false],
  ['pending', pendingReceipt(), true],
] as const;

describe.each(receipts)('a genuine receipt, %s,', (_, receipt, pending) => {
  const file = fileOf(receipt);

  it('verifies by its keys alone and says which code it is about', () => {
    expect(verifyReceipt(file, keys)).toEqual({
      valid: true,
      reason: null,
      issuedAt: 1_780_000_000,
      unitId: 7,
      pending,
    });
  });

  it('fails with any one bit of any byte changed', () => {
    const passed: string[] = [];
    for (let at = 0; at < file.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(file);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        const { valid, issuedAt, unitId } = verifyReceipt(changed, keys);
        if (valid || issuedAt !== null || unitId !== null) passed.push(`bit ${bit} of byte ${at}`);
      }
    }
    expect(passed).toEqual([]);
  });

  it('fails with any byte made a blank, a digit or a quote, left out, or doubled', () => {
    const passed: string[] = [];
    for (let at = 0; at <= file.length; at += 1) {
      const [before, here, after] = [
        file.subarray(0, at),
        file.subarray(at, at + 1),
        file.subarray(at + 1),
      ];
      const others = [...' 0"}'].map((sign) => Buffer.from(sign));
      const changes = [
        ...others.map((sign) => [before, sign, after]),
        [before, after],
        [before, here, here, after],
        ...others.map((sign) => [before, sign, here, after]),
        [before, Buffer.from('\n'), here, after],
      ];
      for (const change of changes) {
        const changed = Buffer.concat(change);
        if (!changed.equals(file) && verifyReceipt(changed, keys).valid) {
          passed.push(`byte ${at}: ${changed.subarray(Math.max(0, at - 5), at + 5)}`);
        }
      }
    }
    expect(passed).toEqual([]);
  });
});

describe('a receipt', () => {
  const complete = completed(pendingReceipt());

  it('verifies at every place of trees of many sizes', () => {
    for (const size of [1, 2, 3, 7, 8, 9, 33]) {
      for (let index = 0; index < size; index += 1) {
        const receipt = completed(pendingReceipt(), index, size);
        expect(verify(receipt)).toMatchObject({ valid: true });
        const elsewhere = { ...receipt, leafIndex: (index + 1) % size };
        if (size > 1) expect(verify(elsewhere)).toMatchObject({ reason: 'not-in-log' });
      }
    }
  });

  it('verifies after both keys were replaced, and one made with a key already ended does not', () => {
    const endedMs = keptAtMs + 90_000;
    const ended = { validTo: new Date(endedMs).toISOString() };
    const began = { validFrom: new Date(endedMs).toISOString(), validTo: null };
    const entries = [
      keyEntry('receipt', 'receipt', ended),
      keyEntry('receipt', 'next receipt', began),
      keyEntry('checkpoint', 'checkpoint', ended),
      keyEntry('checkpoint', 'next checkpoint', began),
    ];
    expect(verify(complete, entries)).toMatchObject({ valid: true });
    const later = pendingReceipt({ payload: { keptAtMs: endedMs + 1 } });
    expect(verify(later, entries)).toMatchObject({ valid: false, reason: 'key-not-in-force' });
    const renewed = { receiptKey: 'next receipt', payload: { keptAtMs: endedMs + 1 } };
    expect(verify(pendingReceipt(renewed), entries)).toMatchObject({ valid: true, pending: true });
  });

  it('is refused for its own reason, whatever is wrong with it', () => {
    const other = pendingReceipt({ words: '另一张' });
    const reasons: readonly (readonly [string, Receipt])[] = [
      ['unknown-key', { ...complete, keyId: '0000000000000000' }],
      ['bad-signature', { ...complete, sig: other.sig }],
      ['salt-differs', { ...complete, salt: complete.salt.replace(/^./, 'x') }],
      ['code-differs', { ...complete, codeHex: `00${complete.codeHex?.slice(2)}` }],
      ['code-differs', { ...complete, codeHex: null, unitKey: null }],
      ['code-differs', pendingReceipt({ payload: { unitId: 8 } })],
      ['code-differs', pendingReceipt({ payload: { issuedAt: 1 } })],
      ['bad-payload', pendingReceipt({ payload: { unitId: 'seven' } })],
      ['not-in-log', { ...complete, leafIndex: null }],
      ['not-in-log', { ...complete, path: [] }],
      ['not-in-log', { ...complete, checkpoint: null }],
      ['not-as-written', { ...complete, pending: true }],
    ];
    for (const [reason, receipt] of reasons) {
      expect([reason, verify(receipt)]).toEqual([
        reason,
        { valid: false, reason, issuedAt: null, unitId: null, pending: null },
      ]);
    }
  });

  it('is refused by the wrong keys: of another use, revoked, or none', () => {
    const [receiptKey, checkpointKey] = genuineKeys as [object, object];
    const asReceipt = { ...checkpointKey, use: 'receipt' };
    const asCheckpoint = { ...receiptKey, use: 'checkpoint' };
    expect(verify(complete, [])).toMatchObject({ reason: 'unknown-key' });
    expect(verify(complete, [asReceipt, asCheckpoint])).toMatchObject({ reason: 'unknown-key' });
    const revoked = { ...receiptKey, revoked: true };
    expect(verify(complete, [revoked, checkpointKey])).toMatchObject({ reason: 'revoked-key' });
    expect(verify(complete, [receiptKey])).toMatchObject({ reason: 'unknown-checkpoint-key' });
    const lost = { ...checkpointKey, revoked: true };
    expect(verify(complete, [receiptKey, lost])).toMatchObject({
      reason: 'bad-checkpoint-signature',
    });
  });

  it('without the scanned code verifies by the rest', () => {
    const bare = pendingReceipt({ payload: { code: null } });
    expect(verify({ ...bare, codeHex: null, unitKey: null })).toMatchObject({ valid: true });
    expect(verify(bare)).toMatchObject({ reason: 'code-differs' });
  });

  it('never throws on what is no receipt', () => {
    const texts = [
      '',
      '{',
      'null',
      '[]',
      '{"v":1}',
      '"x"',
      '\u0000',
      JSON.stringify({ ...complete, v: 2 }),
    ];
    for (const text of texts) {
      expect(verifyReceipt(Buffer.from(text), keys).reason).toBe('not-a-receipt');
    }
    expect(verifyReceipt(Buffer.alloc(receiptBytesMax + 1, 32), keys).reason).toBe('too-large');
    const spaced = Buffer.from(JSON.stringify(complete, null, 2));
    expect(verifyReceipt(spaced, keys).reason).toBe('not-as-written');
  });
});

describe('the keys of receipts', () => {
  it('are read out of a file that also holds keys of codes', () => {
    const unit = { unitId: 7, publicKey: genuineKeys[0]?.publicKey };
    expect(keysOf([unit, ...genuineKeys])).toMatchObject({
      receipt: [{ keyId: genuineKeys[0]?.keyId }],
      checkpoint: [{ keyId: genuineKeys[1]?.keyId }],
    });
  });

  it('are known by their hash when the file gives them no id', () => {
    const unnamed = genuineKeys.map(({ use, publicKey }) => ({ use, publicKey }));
    expect(verify(completed(pendingReceipt()), unnamed)).toMatchObject({ valid: true });
  });

  it('are refused with the number of the entry that is wrong', () => {
    const entries = [...genuineKeys, { use: 'receipt', publicKey: 'AAAA' }];
    const reading = readReceiptKeys(JSON.stringify(entries));
    expect(reading).toMatchObject({ ok: false, message: expect.stringContaining('key 3 of') });
    for (const text of ['', '{}', '[1]']) expect(readReceiptKeys(text).ok).toBe(false);
  });
});
