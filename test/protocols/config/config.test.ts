import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { envNameOf, key, printableConfig, readConfig } from '../../../protocols/config/config.ts';

const schema = Type.Object({
  httpPort: key.integer('port of the codes', { default: 8081, minimum: 1, maximum: 65_535 }),
  production: key.flag('refuses test helpers', { default: false }),
  tlsNames: key.list('names in the certificate', { default: ['localhost'] }),
  serverUrl: key.text('where people look'),
  linkToken: key.text('one-time token', { default: '', secret: true }),
});
const read = (fileText: string | undefined, env: Record<string, string>, ...words: string[]) =>
  readConfig('gateway', schema, { fileText, env, words });

describe('a configuration', () => {
  it('takes defaults, then the file, then the environment, then the command line', () => {
    const file = '{"serverUrl": "http://file", "httpPort": 1, "production": true}';
    const env = { XINLU_GATEWAY_HTTP_PORT: '2', XINLU_GATEWAY_TLS_NAMES: 'a, b' };
    expect(read(file, env, 'gateway.serverUrl=http://word')).toStrictEqual({
      httpPort: 2,
      production: true,
      tlsNames: ['a', 'b'],
      serverUrl: 'http://word',
      linkToken: '',
    });
    expect(envNameOf('gateway', 'testListener')).toBe('XINLU_GATEWAY_TEST_LISTENER');
  });

  it('may stand under the name of its process in a file shared by all', () => {
    expect(read('{"gateway": {"serverUrl": "x"}}', {}).serverUrl).toBe('x');
  });

  it.each([
    ['{"serverurl": "x"}', [], /no such key: serverurl; known are httpPort/],
    [undefined, [], /gateway.serverUrl is missing: where people look/],
    [undefined, ['serverUrl=x', 'httpPort=70000'], /httpPort cannot be 70000: port of the codes/],
    [undefined, ['serverUrl=x', 'httpPort=many'], /httpPort cannot be "many"/],
    [undefined, ['serverUrl'], /does not read key=value/],
    ['{', [], /not JSON/],
  ])('is refused with the key and its purpose: %s %s', (file, words, message) => {
    expect(() => read(file, {}, ...words)).toThrow(message);
  });

  it('cannot be changed afterwards, and is printed without secrets', () => {
    const config = read(undefined, {}, 'serverUrl=x', 'linkToken=abc');
    expect(() => Object.assign(config, { httpPort: 1 })).toThrow();
    expect(printableConfig(schema, { ...config })).toMatchObject({
      linkToken: '********',
      serverUrl: 'x',
    });
  });
});
