import { readFileSync } from 'node:fs';
import fastifyMultipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { benchScript } from '../web/bench/install-page.ts';
import { labelStylesheet } from '../web/bench/label-page.ts';
import type { BenchParts } from './bench-parts.ts';
import { configurationRoutes } from './configuration-routes.ts';
import { enrolRoutes } from './enrol-routes.ts';
import { installRoutes, photoBytesMax } from './install-routes.ts';
import { listRoutes } from './list-routes.ts';
import { unitRoutes } from './unit-routes.ts';

const assetAgeSMax = 600;
/** A form has a token, a list or a photograph, and a few words. */
const multipartLimits = {
  fileSize: photoBytesMax,
  files: 1,
  fields: 8,
  fieldSize: 512 * 1024,
  parts: 9,
};

function assetRoutes(app: FastifyInstance): void {
  const read = (name: string) =>
    readFileSync(new URL(`../web/bench/${name}`, import.meta.url), 'utf8');
  const assets = [
    [benchScript, 'text/javascript; charset=utf-8', read('bench-script.js')],
    [labelStylesheet, 'text/css; charset=utf-8', read('label.css')],
  ] as const;
  for (const [address, type, text] of assets) {
    app.get(address, (_request, reply) =>
      reply.type(type).header('cache-control', `public, max-age=${assetAgeSMax}`).send(text),
    );
  }
}

/** Everything for technicians, behind the access table. The gateway decides about every unit. */
export function benchRoutes(app: FastifyInstance, parts: BenchParts): void {
  void app.register((bench, _options, done) => {
    const forms = { attachFieldsToBody: 'keyValues', limits: multipartLimits } as const;
    void bench.register(fastifyMultipart, forms).after(() => {
      assetRoutes(bench);
      listRoutes(bench, parts);
      enrolRoutes(bench, parts);
      installRoutes(bench, parts);
      unitRoutes(bench, parts);
      configurationRoutes(bench, parts);
    });
    done();
  });
}
