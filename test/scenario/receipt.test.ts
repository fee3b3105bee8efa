import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../support/child.ts';
import { Phone } from './demo/phone.ts';
import { DemoRig } from './demo/rig.ts';

const startMs = 300_000;
/** A checkpoint comes every minute. */
const checkpointMs = 90_000;
const root = new URL('../..', import.meta.url).pathname;

const rig = new DemoRig();
const folder = mkdtempSync(join(tmpdir(), 'xinlu-receipt-'));
let stopped = false;
beforeAll(() => rig.start(), startMs);
afterAll(async () => {
  if (!stopped) await rig.stop();
  rmSync(folder, { recursive: true, force: true });
}, startMs);

/** The command line as a holder of a receipt runs it, with nothing else running. */
function verify(file: string, keys: string) {
  return new Promise<{ code: number; print: unknown }>((resolve) => {
    const words = ['--import', 'tsx', 'protocols/cli.ts', 'receipt', 'verify', file];
    execFile(process.execPath, [...words, '--keys', keys], { cwd: root }, (error, stdout) => {
      const print: unknown = stdout === '' ? null : JSON.parse(stdout);
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), print });
    });
  });
}

it(
  'a receipt of a code read off the glass verifies with every process gone, and no longer with a byte changed',
  async () => {
    const { url, state } = await rig.freshCode('tow');
    const phone = new Phone();
    await phone.open(url);
    const address = await phone.keepReceipt();
    expect(address).toMatch(/\/r\/[0-9a-f]{32}$/);
    const fileOf = async () =>
      Buffer.from(await (await fetch(`${address}/receipt.json`)).arrayBuffer());
    const receipt = JSON.parse((await fileOf()).toString()) as { codeHex: string };
    expect(receipt.codeHex).toMatch(/^[0-9a-f]{164}$/);
    await until('the proof of the receipt', checkpointMs, async () => {
      return !(await fileOf()).toString().includes('"pending":true');
    });
    const [file, keys] = [join(folder, 'receipt.json'), join(folder, 'KEYS.json')];
    writeFileSync(file, await fileOf());
    const keyUrl = new URL('/audit/keys.json', address ?? '');
    writeFileSync(keys, Buffer.from(await (await fetch(keyUrl)).arrayBuffer()));
    await rig.stop();
    stopped = true;
    const { unitId, issuedAt } = state;
    expect(await verify(file, keys)).toEqual({
      code: 0,
      print: { valid: true, reason: null, issuedAt, unitId, pending: false },
    });
    const changed = readFileSync(file);
    changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
    writeFileSync(file, changed);
    expect(await verify(file, keys)).toMatchObject({ code: 1, print: { valid: false } });
  },
  startMs,
);
