import { expect, it } from 'vitest';
import { configurationPage } from '../../../server/web/bench/configuration-page.ts';
import type { SignedIn } from '../../../server/web/organisations/tree-page.ts';
import { logoOf } from '../../support/logos.ts';

const context = (language: 'zh-CN' | 'en') =>
  ({
    ...{ language, nonce: 'n', path: '/bench/units/XL-1/configuration', night: false },
    principal: { accountId: 'acc-1', name: '示例', token: 'token', roles: [], rights: [] },
  }) as unknown as SignedIn;

it('tells a logo by its size and bytes, and where it comes from, never by its base64', async () => {
  const [logo, covered] = [await logoOf(64, 32), await logoOf(48, 48)];
  const row = { key: 'logo', version: 2, setAtMs: 0, setBy: 'admin' };
  const configuration = {
    ...{ serial: 'XL-1', desiredVersion: 3, reported: null, drift: 'waiting' as const },
    keys: ['title', 'language', 'logo'],
    settings: [
      {
        ...{ ...row, scope: 'unit', scopeId: 'XL-1', value: logo },
        covers: [{ ...row, scope: 'fleet', scopeId: '*', value: covered }],
      },
    ],
  };
  const view = { configuration, organisation: null, notice: null, message: '' };
  const bytesOf = (text: string) => Buffer.from(text, 'base64').length;
  const page = configurationPage(context('zh-CN'), view);
  expect(page).toContain(`标志: PNG 64 × 32，${bytesOf(logo)} 字节`);
  expect(page).toContain(`<s>PNG 48 × 48，${bytesOf(covered)} 字节</s>`);
  expect(page).toContain('enctype="multipart/form-data"');
  expect(page).not.toContain(logo.slice(0, 20));
  expect(configurationPage(context('en'), view)).toContain(`PNG 64 × 32, ${bytesOf(logo)} bytes`);
});
