import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { logoCharsMax, logoLimits, readLogo } from '../../../protocols/picture/logo.ts';
import { logoOf, noisyLogo } from '../../support/logos.ts';
import { Random, seedOr } from '../../support/random.ts';

const file = Buffer.from(await logoOf(64, 32), 'base64');
const read = (png: Buffer) => readLogo(png.toString('base64'));
const endBytes = 12;

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, crc]);
}

/** The file with its header changed and its checksum right again. */
function withHeader(change: (header: Buffer) => void): Buffer {
  const header = Buffer.from(file.subarray(16, 29));
  change(header);
  return Buffer.concat([file.subarray(0, 8), chunk('IHDR', header), file.subarray(33)]);
}

function withChunk(type: string): Buffer {
  const end = file.length - endBytes;
  const extra = chunk(type, Buffer.from('x\0\0x'));
  return Buffer.concat([file.subarray(0, end), extra, file.subarray(end)]);
}

describe('a logo', () => {
  it.each([
    [8, 8],
    [64, 64],
    [256, 128],
    [256, 8],
  ])('of %i × %i pixels is read', async (widthPx, heightPx) => {
    expect(readLogo(await logoOf(widthPx, heightPx))).toMatchObject({
      ...{ ok: true, widthPx, heightPx },
    });
  });

  it.each([
    [257, 128],
    [256, 129],
    [32, 33],
    [16, 7],
  ])('of %i × %i pixels is refused', async (widthPx, heightPx) => {
    expect(readLogo(await logoOf(widthPx, heightPx))).toEqual({ ok: false, problem: 'bad-size' });
  });

  it('keeps its limit of bytes, and base64 of more is not even decoded', async () => {
    const { bytesMax } = logoLimits;
    const large = Buffer.from(await noisyLogo(new Random(seedOr(3)), 76), 'base64');
    expect(large.length).toBeGreaterThan(bytesMax * 0.9);
    const fill = chunk('tIME', Buffer.alloc(bytesMax - large.length - endBytes));
    const end = large.length - endBytes;
    const most = Buffer.concat([large.subarray(0, end), fill, large.subarray(end)]);
    expect(most).toHaveLength(bytesMax);
    expect(read(most)).toMatchObject({ ok: true });
    expect(most.toString('base64').length).toBe(logoCharsMax);
    const more = Buffer.concat([most.subarray(0, -endBytes), chunk('tIME', Buffer.alloc(1))]);
    expect(read(Buffer.concat([more, most.subarray(-endBytes)]))).toMatchObject({
      problem: 'too-many-bytes',
    });
  });

  it('is refused with any one bit of it turned, and with any end of it missing', () => {
    for (let bit = 0; bit < file.length * 8; bit += 1) {
      const turned = Buffer.from(file);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(read(turned), `bit ${bit}`).toMatchObject({ ok: false });
    }
    for (let length = 1; length < file.length; length += 1) {
      expect(read(file.subarray(0, length)), `${length} bytes`).toMatchObject({ ok: false });
    }
  });

  it.each([
    ['no text', '', 'not-base64'],
    ['words', '标志', 'not-base64'],
    ['base64 with a line end', `${file.toString('base64')}\n`, 'not-base64'],
    ['base64url', Buffer.from([0xff, 0xff, 0xff]).toString('base64url'), 'not-base64'],
    ['another kind of file', Buffer.from('GIF89a').toString('base64'), 'not-png'],
    ['something behind the end', Buffer.concat([file, Buffer.of(0)]).toString('base64'), 'not-png'],
  ])('is not %s', (_name, text, problem) => {
    expect(readLogo(text)).toEqual({ ok: false, problem });
  });

  it.each([
    ['16 bits a channel', 8, 16],
    ['a colour type that is none', 9, 5],
    ['colours without their table', 9, 3],
    ['another packing', 10, 1],
    ['interlacing', 12, 1],
  ])('with %s is refused', (_name, at, value) => {
    const changed = withHeader((header) => header.writeUInt8(value, at));
    expect(read(changed)).toEqual({ ok: false, problem: 'bad-header' });
  });

  it.each(['iCCP', 'zTXt', 'iTXt', 'tEXt', 'acTL'])('with a chunk %s is refused', (type) => {
    expect(read(withChunk('pHYs'))).toMatchObject({ ok: true });
    expect(read(withChunk(type))).toEqual({ ok: false, problem: 'extra-chunks' });
  });

  it('with a palette, as painting programs save it, is read', async () => {
    const png = await sharp(file).png({ palette: true }).toBuffer();
    expect(read(png)).toMatchObject({ ok: true, widthPx: 64, heightPx: 32 });
  });
});
