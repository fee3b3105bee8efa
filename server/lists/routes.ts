import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import type { Store } from '../../protocols/store/store.ts';
import { cleanWords, textField } from '../scan-page/forms.ts';
import { readingOf } from '../web/http/reading.ts';
import { listsPage } from '../web/lists/lists-page.ts';
import { measuresPage } from '../web/lists/measures-page.ts';
import { shippedMeasures } from './joint-measures.ts';
import { isPublicList } from './list-entry.ts';
import { queryCharsMax, searchList } from './list-table.ts';

const listContract = jsonContract('the public lists, red or black', {
  query: Type.Object({ q: Type.Optional(Type.String({ maxLength: queryCharsMax })) }),
  answer: Type.Object({
    total: Type.Integer({ minimum: 0 }),
    items: Type.Array(
      Type.Object({
        name: Type.String(),
        reason: Type.String({ description: '上榜理由' }),
        measure: Type.String({ description: '奖励措施 or 处罚措施' }),
        authority: Type.String({ description: '认证单位 or 认定单位' }),
        date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      }),
    ),
  }),
});

interface ListParts {
  readonly store: Store;
  readonly nowMs: () => number;
}

function queryOf(request: FastifyRequest): string {
  return cleanWords(textField(request.query, 'q')).slice(0, queryCharsMax);
}

function send(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
}

/** `GET /lists?list=black&q=…` and `GET /lists/measures`. product.md, steps 5 and 6. */
export function listRoutes(app: FastifyInstance, { store, nowMs }: ListParts): void {
  const measures = shippedMeasures();
  app.get('/lists', async (request, reply) => {
    const asked = textField(request.query, 'list');
    const list = isPublicList(asked) ? asked : 'red';
    const query = queryOf(request);
    const found = await searchList(store, { list, query, nowMs: nowMs() });
    return send(reply, listsPage(readingOf(request), { list, query, ...found }));
  });
  app.get('/lists/measures', (request, reply) =>
    send(reply, measuresPage(readingOf(request), measures)),
  );
}

/** `GET /lists/{red|black}?q=` → `{total, items: [{name, reason, measure, authority, date}]}`. */
export function listApi(app: FastifyInstance, { store, nowMs }: ListParts): void {
  app.get<{ Params: { list: string } }>(
    '/lists/:list',
    { config: listContract },
    async (request, reply) => {
      const { list } = request.params;
      reply.header('cache-control', 'no-cache');
      if (!isPublicList(list)) {
        return reply.code(404).send({ code: 'not-found', message: 'The lists are red and black.' });
      }
      const found = await searchList(store, { list, query: queryOf(request), nowMs: nowMs() });
      const items = found.entries.map(({ sample: _sample, ...entry }) => entry);
      return reply.send({ total: found.total, items });
    },
  );
}
