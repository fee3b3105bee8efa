import { describe, expect, it } from 'vitest';

interface Options {
  readonly host: string;
  readonly codePort: number;
  readonly units: number;
  readonly gatewayWords: readonly string[];
  readonly deviceWords: readonly string[];
}

const { readOptions } = (await import(
  new URL('../../../.tools/demo/options.mjs', import.meta.url).href
)) as { readOptions(args: readonly string[]): Options };

describe('what npm start is asked for', () => {
  it('is three units on this machine alone, unless said otherwise', () => {
    expect(readOptions([])).toMatchObject({ host: '127.0.0.1', codePort: 8081, units: 3 });
    const asked = readOptions(['--host', '192.168.1.20:9081', '--units', '5']);
    expect(asked).toMatchObject({ host: '192.168.1.20', codePort: 9081, units: 5 });
  });

  it('hands settings to the process they name', () => {
    const words = ['gateway.testListener=127.0.0.1:1884', 'device.logLevel=debug'];
    expect(readOptions(words)).toMatchObject({
      gatewayWords: ['gateway.testListener=127.0.0.1:1884'],
      deviceWords: ['device.logLevel=debug'],
    });
  });

  it.each([
    [['--host', 'here'], /--host takes IP:PORT, not "here"/],
    [['--units', '2'], /--units takes a number from 3 to 40/],
    [['--units', 'many'], /--units takes a number/],
    [['--local-port', 'low'], /--local-port takes a port/],
    [['--loud'], /--loud.*npm start -- \[--host/s],
    [['testListener=1'], /"testListener=1" is no setting/],
    [['--help'], /npm start -- \[--host/],
  ])('%s is refused, and shown how to write it', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
