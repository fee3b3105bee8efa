import qrcode from 'qrcode';
import { describe, expect, it } from 'vitest';
import { digitsOfLink, linkOf, parseCodeHost } from '../../../protocols/scan-code/link.ts';
import { qrSegments } from '../../../protocols/scan-code/segments.ts';

const digits = '0'.repeat(197).concat('7');

function hostOf(address: string) {
  const check = parseCodeHost(address, true);
  if (!check.ok) throw new Error(check.message);
  return check.codeHost;
}

describe('the address of the codes', () => {
  it.each([
    ['https://xl.example.cn/', 'XL.EXAMPLE.CN'],
    ['https://XL.EXAMPLE.CN', 'XL.EXAMPLE.CN'],
    ['https://xl.cn:8443/a/', 'XL.CN:8443/A'],
    ['https://abcdefghijklmn.cn/', 'ABCDEFGHIJKLMN.CN'],
  ])('%s is taken, in capitals', (address, host) => {
    expect(parseCodeHost(address, false)).toStrictEqual({
      ok: true,
      codeHost: { scheme: 'https', host },
      warning: null,
    });
  });

  it.each([
    ['https://abcdefghijklmno.cn/', /19 characters after the scheme, 18 fit .*: take a shorter/],
    ['http://xl.example.cn/', /is not https/],
    ['ftp://xl.example.cn/', /must read https:/],
    ['https://xl_example.cn/', /must read https:/],
    ['https://xl.example.cn/?a=1', /must read https:/],
    ['https:// xl.example.cn/', /must read https:/],
    ['xl.example.cn', /must read https:/],
    ['', /must read https:/],
  ])('%s is refused with what to do', (address, message) => {
    const check = parseCodeHost(address, false);
    expect(check.ok ? '' : check.message).toMatch(message);
  });

  it('may be http and longer where a demonstration allows it, with a warning', () => {
    const check = parseCodeHost('http://192.168.100.200:8081/', true);
    expect(check).toMatchObject({ ok: true, warning: /22 characters .*: a larger QR/ });
  });
});

describe('the text of the QR', () => {
  it('fits version 6 at M and version 5 at L with the longest host', () => {
    const segments = qrSegments(hostOf('https://abcdefghijklmn.cn/'), digits).map(
      ({ mode, text }) => ({ mode, data: mode === 'byte' ? Buffer.from(text) : text }),
    );
    const versionAt = (level: 'L' | 'M' | 'Q') =>
      qrcode.create(segments as never, { errorCorrectionLevel: level }).version;
    expect([versionAt('L'), versionAt('M'), versionAt('Q')]).toStrictEqual([5, 6, 8]);
  });

  it('is exactly the link, whatever the case it is typed in', () => {
    const host = hostOf('https://xl.example.cn/');
    const text = qrSegments(host, digits)
      .map((segment) => segment.text)
      .join('');
    expect(text).toBe(linkOf(host, digits));
    expect(digitsOfLink(text)).toBe(digits);
    expect(digitsOfLink(text.toLowerCase())).toBe(digits);
    expect(digitsOfLink(text.toUpperCase())).toBe(digits);
    expect(digitsOfLink(`${text}?x=1`)).toBeNull();
  });
});
