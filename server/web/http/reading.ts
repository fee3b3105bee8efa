import type { FastifyRequest } from 'fastify';
import { chooseLanguage, type Language } from './language.ts';

/** How somebody reads: in which language, and whether in large type (大字版). */
export interface Reading {
  readonly language: Language;
  readonly elder: boolean;
}

/** The choices in the address (`?lang=en&view=elder`), else the browser's language. */
export function readingOf(request: FastifyRequest): Reading {
  const { lang, view } = request.query as { lang?: unknown; view?: unknown };
  const language = chooseLanguage(lang, request.headers['accept-language']);
  return { language, elder: view === 'elder' };
}

/** An address of ours, query and fragment allowed, that keeps the reader's choices. */
export function linkTo({ language, elder }: Reading, address: string): string {
  const [path = '', fragment] = address.split('#');
  const first = path.includes('?') ? '&' : '?';
  const view = elder ? '&view=elder' : '';
  return `${path}${first}lang=${language}${view}${fragment === undefined ? '' : `#${fragment}`}`;
}
