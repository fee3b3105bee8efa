import { readFileSync } from 'node:fs';

export interface Styles {
  /** Of the short pages. */
  readonly base: string;
  /** Of the page of a scan, the base included: one request on a slow line. */
  readonly scan: string;
  /** Of the pages that anybody may read. */
  readonly public: string;
}

/** Parts of the scan page's style, in the order they are joined. */
const scanStyles = ['band', 'match', 'identity', 'rating', 'documents', 'wide'];

/** Parts of the public pages' style. */
const publicStyles = [
  'scan/identity',
  'scan/rating',
  'scan/documents',
  'shared/public',
  'receipt/receipt',
];

/** Styles of all pages, read at start. */
export function readStyles(): Styles {
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
  const base = `${read('../shared/base.css')}\n${read('../shared/elder.css')}`;
  return {
    base,
    scan: [base, ...scanStyles.map((name) => read(`../scan/${name}.css`))].join('\n'),
    public: [base, ...publicStyles.map((name) => read(`../${name}.css`))].join('\n'),
  };
}
