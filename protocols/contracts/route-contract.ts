import { type TObject, type TSchema, Type } from 'typebox';

/** An answer with its schema, or one that is no JSON. */
export type Answer = { readonly schema: TSchema } | { readonly contentType: string };

/** What one HTTP route takes and gives: stands in its options, beside the code that keeps it. */
export interface RouteContract {
  /** What it does, in one line. */
  readonly summary: string;
  readonly query?: TObject;
  readonly body?: { readonly contentType: string; readonly schema: TSchema };
  /** By HTTP status; what is not listed is a refusal. */
  readonly answers: Readonly<Record<number, Answer>>;
}

/** Every "no" of a program's route. `code` is of the one table of errors. */
export const refusalBody = Type.Object({
  code: Type.String(),
  message: Type.String({ description: 'what to do, in English' }),
});

interface JsonRoute {
  readonly body?: TSchema;
  readonly query?: TObject;
  /** 200. */
  readonly answer: TSchema;
}

/** The contract of a route that takes and gives JSON; `config` of its options takes it. */
export function jsonContract(summary: string, { body, query, answer }: JsonRoute) {
  const contract: RouteContract = {
    summary,
    ...(query !== undefined && { query }),
    ...(body !== undefined && { body: { contentType: 'application/json', schema: body } }),
    answers: { 200: { schema: answer } },
  };
  return { contract };
}

/** The contract of a route whose answer is a document of another kind. */
export function documentContract(summary: string, contentType: string, query?: TObject) {
  const answers = { 200: { contentType } };
  const contract: RouteContract = { summary, ...(query !== undefined && { query }), answers };
  return { contract };
}
