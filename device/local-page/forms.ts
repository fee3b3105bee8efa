import type { FastifyInstance } from 'fastify';

const formBytesMax = 1024;

/** Bodies of plain forms as their fields; of a field that comes twice the last counts. */
export function readForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: formBytesMax },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
}
