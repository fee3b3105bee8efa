import { randomBytes } from 'node:crypto';
import jsqr from 'jsqr';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listPrints } from '../../server/cards/card-table.ts';
import { cardHostOf, pictureOf } from '../../server/cards/draw-prints.ts';
import { openCardIssuer } from '../../server/cards/issuer.ts';
import { type CardParts, printCards, revokeCard } from '../../server/cards/print-cards.ts';
import { createLinkToken } from '../../server/link/create-token.ts';
import { createServer, type Server } from '../../server/server.ts';
import { startWorld, temporaryFolder, type World } from '../gateway/world.ts';
import { rigConfig } from '../server/rig.ts';
import { until } from '../support/child.ts';
import { freePorts } from '../support/free-port.ts';

const env = {
  nowMs: () => Date.now(),
  randomBytes: (size: number) => randomBytes(size),
  log: pino({ level: 'silent' }),
};
const readQr = jsqr as unknown as (typeof jsqr)['default'];
/** Promised within a second; a loaded machine is given ten times that. */
const revokedMsMax = 10_000;

describe('a printed card from the desk to a phone', () => {
  const folder = temporaryFolder();
  let server: Server;
  let world: World;
  let cards: CardParts;
  let codes: string;
  beforeAll(async () => {
    const [httpPort = 0] = await freePorts(1);
    codes = `http://127.0.0.1:${httpPort}/`;
    const config = rigConfig(folder.path, { codeAddress: codes, allowHttpCodes: true });
    server = await createServer(config, env);
    const { url } = await server.start();
    const { token } = await createLinkToken(server.store, env);
    const words = [`httpPort=${httpPort}`, `serverUrl=${url}`, `linkToken=${token}`];
    world = await startWorld([...words, `codeAddress=${codes}`]);
    const issuer = await openCardIssuer(server.store, folder.path, env);
    const codeHost = cardHostOf(config);
    cards = { store: server.store, env, issuer, codeHost, audit: async () => undefined };
  });
  afterAll(async () => {
    await world.stop();
    // The gateway's fetch lives in this process and keeps its connections open.
    server.app.server.closeAllConnections();
    await server.stop();
    folder.remove();
  });

  /** As printed: the picture, read by an independent decoder. */
  async function printed(subjectId: string, kind: 2 | 3) {
    const order = { names: [{ kind, subjectId }], reason: '新发', by: 'operator' };
    const done = await printCards(cards, { ...order, earlier: 'keep', organisationId: null });
    if (!done.ok) throw new Error(done.problem);
    const [print] = (await listPrints(server.store, null)).filter((one) =>
      done.printIds.includes(one.printId),
    );
    if (print === undefined) throw new Error('not on the register');
    if (cards.codeHost === null) throw new Error('no address');
    const made = await pictureOf(server.store, print, cards.codeHost);
    const { data, info } = await sharp(made?.bytes)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const found = readQr(new Uint8ClampedArray(data), info.width, info.height);
    return { url: found?.data ?? '', printId: print.printId };
  }

  /** What a phone that scans it is shown in the end. */
  async function scanned(url: string) {
    const page = await fetch(url);
    const text = await page.text();
    return { verdict: /data-verdict="([a-z-]+)"/.exec(text)?.[1], url: page.url, text };
  }

  it.each([
    ['of a person', 'per-demo-officer-1', 2, '示例甲'],
    ['of a vehicle', 'veh-demo-tow-1', 3, '冀F·示001'],
  ] as const)(
    '%s opens the page of who it is, until it is revoked',
    async (_of, id, kind, name) => {
      const { url, printId } = await printed(id, kind);
      expect(url.startsWith(codes)).toBe(true);
      // The gateway hears of the print as it does of the revocation.
      await until('the card at the gateway', revokedMsMax, async () => {
        return (await scanned(url)).verdict === 'static';
      });
      const good = await scanned(url);
      expect(good.url).toContain('/v/');
      expect(good.text).toContain(name);

      const reason = { reason: '遗失', by: 'operator', organisationId: null };
      expect(await revokeCard(cards, { printId, ...reason })).toBe(null);
      const atMs = Date.now();
      await until('the end of the card', revokedMsMax, async () => {
        return (await scanned(url)).verdict === 'revoked';
      });
      process.stderr.write(`card ${_of}: refused ${Date.now() - atMs} ms after it was revoked\n`);
    },
  );

  it('signed by a stolen key, but never registered, is worth nothing', async () => {
    const { url } = await printed('per-demo-officer-1', 2);
    await until('the card at the gateway', revokedMsMax, async () => {
      return (await scanned(url)).verdict === 'static';
    });
    const { signCode, codeDigitsOf } = await import('../../protocols/scan-code/code.ts');
    const forged = signCode(
      {
        ...{ kind: 2, unitId: 2001, issuedAt: 1_700_000_000, ttlS: 'static', duty: 0 },
        ...{ lat: null, lon: null, fixAgeS: null, incidentRef: 0 },
      },
      cards.issuer.signer,
    );
    expect((await scanned(`${codes}${codeDigitsOf(forged)}`)).verdict).toBe('revoked');
  });
});
