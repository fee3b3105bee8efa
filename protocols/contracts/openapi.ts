import type { TObject } from 'typebox';
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
import { type Answer, type RouteContract, refusalBody } from './route-contract.ts';
import type { ListedRoute } from './route-list.ts';
import { contractsVersion } from './version.ts';

/** One port of a process and what is registered there. */
export interface Listener {
  /** Tag of its operations. */
  readonly name: string;
  readonly description: string;
  /** Where it stands when nothing is configured. */
  readonly url: string;
  readonly routes: readonly ListedRoute[];
  /** What a route without a contract of its own answers, and takes when it is a POST. */
  readonly otherwise: { readonly answer: string; readonly body: string };
  /** Name of the scheme by which a caller of this route shows who it is; null: anybody may. */
  readonly securityOf: (route: ListedRoute) => string | null;
}

export interface OpenApiOptions {
  readonly title: string;
  readonly description: string;
  readonly listeners: readonly Listener[];
  readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
}

/** What a file's ending says of a route that has no contract. */
const endings: Readonly<Record<string, string>> = {
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
  png: 'image/png',
  pdf: 'application/pdf',
  csv: 'text/csv',
};

/** `/units/:serial` and `/*` as OpenAPI writes them. */
function pathOf(url: string): string {
  return url.replaceAll(/:(\w+)/g, '{$1}').replaceAll('*', '{path}');
}

function parametersOf(url: string, query: TObject | undefined): JsonSchema[] {
  const inPath = [...pathOf(url).matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query?.required?.includes(name) ?? false,
    schema: jsonSchemaOf(schema, '2020-12'),
  }));
  return [...inPath, ...inQuery];
}

function idOf({ method, url }: ListedRoute): string {
  const words = url.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
  return `${method.toLowerCase()}${name || 'Root'}`;
}

function contentOf(answer: Answer): JsonSchema {
  if ('contentType' in answer) return { [answer.contentType]: {} };
  return { 'application/json': { schema: jsonSchemaOf(answer.schema, '2020-12') } };
}

function described({ summary, body, answers }: RouteContract): JsonSchema {
  const responses = Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      { description: 'done', content: contentOf(answer) },
    ]),
  );
  const refused = { description: 'refused', content: contentOf({ schema: refusalBody }) };
  return {
    summary,
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: { [body.contentType]: { schema: jsonSchemaOf(body.schema, '2020-12') } },
      },
    }),
    responses: { ...responses, default: refused },
  };
}

function undescribed({ method, url }: ListedRoute, otherwise: Listener['otherwise']): JsonSchema {
  const ending = /\.(\w+)$/.exec(url)?.[1] ?? '';
  const answer = endings[ending] ?? otherwise.answer;
  const responses = { default: { description: 'the answer', content: { [answer]: {} } } };
  if (method !== 'POST') return { responses };
  return { requestBody: { content: { [otherwise.body]: {} } }, responses };
}

function operationOf(route: ListedRoute, listener: Listener): JsonSchema {
  const { contract, url } = route;
  const scheme = listener.securityOf(route);
  const parameters = parametersOf(url, contract?.query);
  return {
    operationId: idOf(route),
    tags: [listener.name],
    servers: [{ url: listener.url, description: listener.description }],
    ...(parameters.length > 0 && { parameters }),
    security: scheme === null ? [] : [{ [scheme]: [] }],
    ...(contract === null ? undescribed(route, listener.otherwise) : described(contract)),
  };
}

/** A route that two listeners have is one operation with two servers. */
function addOperation(
  paths: Record<string, Record<string, JsonSchema>>,
  route: ListedRoute,
  listener: Listener,
) {
  const path = pathOf(route.url);
  const method = route.method.toLowerCase();
  const operations = paths[path] ?? {};
  paths[path] = operations;
  const operation = operationOf(route, listener);
  const other = operations[method];
  operations[method] =
    other === undefined
      ? operation
      : {
          ...other,
          tags: [...(other.tags as string[]), listener.name],
          servers: [...(other.servers as object[]), ...(operation.servers as object[])],
        };
}

/** OpenAPI 3.1 of the routes that are registered, with the schemas that check them at run time. */
export function openApiOf({
  title,
  description,
  listeners,
  securitySchemes,
}: OpenApiOptions): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const listener of listeners) {
    for (const route of listener.routes) addOperation(paths, route, listener);
  }
  return {
    openapi: '3.1.0',
    info: { title, version: contractsVersion, description, license: { name: 'Apache-2.0' } },
    tags: listeners.map(({ name, description: about }) => ({ name, description: about })),
    paths,
    components: { securitySchemes },
  };
}
