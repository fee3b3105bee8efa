import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { LogFile, logFileLimits } from '../../../device/log/log-file.ts';
import { LogRing, logLinesMax } from '../../../device/log/log-ring.ts';
import { logChunks, logUploadLimits } from '../../../device/log/log-upload.ts';
import { makeCode } from '../support/local-view.ts';
import { breathe, makeWorld, memoryLog, startMs, temporaryFolder } from '../support/world.ts';

const folders: { remove(): void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function newRing() {
  const ring = new LogRing(() => startMs);
  return { ring, log: ring.over(memoryLog().log) };
}

describe('the log', () => {
  it('keeps the newest lines, by their level', () => {
    const { ring, log } = newRing();
    for (let n = 0; n < 3 * logLinesMax; n += 1) log[n % 2 === 0 ? 'info' : 'warn']({ n }, 'line');
    expect(ring.lines()).toHaveLength(logLinesMax);
    expect(ring.lines().at(-1)?.fields).toStrictEqual({ n: 3 * logLinesMax - 1 });
    expect(ring.lines('warn')).toHaveLength(logLinesMax / 2);
    expect(ring.lines('error')).toStrictEqual([]);
  });

  it('keeps neither a key nor a code nor a PIN, wherever they stand', () => {
    const { ring, log } = newRing();
    const code = makeCode();
    const secret = 'MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v_VzguXRK9gLZr';
    log.info({ matchKey: 'aa', nested: { pin: '12345678', list: [code.link, secret] } }, code.link);
    log.warn({ error: `bad -----BEGIN PRIVATE KEY-----\n${secret}\n` }, 'x');
    log.error({ error: new Error(`digits ${code.digits}`), bytes: code.bytes }, 'y');
    const text = JSON.stringify(ring.lines());
    for (const never of [code.digits, secret, '12345678', '"aa"', 'PRIVATE']) {
      expect(text).not.toContain(never);
    }
    expect(text).toContain('digits …');
  });

  it('outlives the run in files of bounded size that only their owner reads', async () => {
    const folder = temporaryFolder();
    folders.push(folder);
    const path = join(folder.path, 'log/unit.log');
    const world = makeWorld('log');
    const { ring, log } = newRing();
    const file = new LogFile(path, ring, world.env.timers);
    await file.start();
    for (let round = 0; round < 8; round += 1) {
      for (let n = 0; n < 400; n += 1) log.info({ round, n, text: 'x y '.repeat(50) }, 'line');
      await world.clock.advance(logFileLimits.gatherMs);
      await breathe();
    }
    await file.stop();
    const { size, mode } = statSync(path);
    expect(size).toBeLessThan(2 * logFileLimits.bytesMax);
    expect(mode & 0o777).toBe(0o600);
    const tail = await file.tail(20_000);
    expect(Buffer.byteLength(tail.join('\n'))).toBeLessThanOrEqual(20_000);
    expect(JSON.parse(tail.at(-1) ?? '{}')).toMatchObject({ fields: { round: 7, n: 399 } });
  });

  it('goes up in pieces that fit a batch, the newest of it if it is too much', async () => {
    const lines = Array.from({ length: 6_000 }, (_, n) => `${n} ${makeNoise(n)}`);
    const { chunks, lines: sent } = await logChunks('c1', lines);
    const bytes = chunks.map((chunk) => chunk.bytes ?? new Uint8Array());
    expect(Math.max(...bytes.map(({ length }) => length))).toBe(logUploadLimits.chunkBytesMax);
    expect(bytes.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(
      logUploadLimits.bytesMax,
    );
    const text = (await promisify(gunzip)(Buffer.concat(bytes))).toString();
    expect(text.split('\n')).toStrictEqual(lines.slice(-sent));
    expect(chunks.map(({ index, chunks: of }) => [index, of])).toStrictEqual(
      chunks.map((_, index) => [index + 1, chunks.length]),
    );
  });
});

/** Text that hardly packs, the same for the same number. */
function makeNoise(n: number): string {
  return Buffer.from(String(Math.sin(n + 1))).toString('base64url');
}
