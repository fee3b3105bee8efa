import type { Clause, LegalBasis, Matter } from '../directory/directory.ts';

/** The first matter that the words of an incident tell of; undefined: none is told. */
export function matterOf(matters: readonly Matter[], summary: string): Matter | undefined {
  return matters.find(({ keywords }) => keywords.some((word) => summary.includes(word)));
}

/** Clauses of a legal basis as one matter needs them. */
export interface ClausesAtHand {
  readonly rights: readonly Clause[];
  readonly basis: readonly Clause[];
  /** Clauses about other matters. */
  readonly others: readonly Clause[];
}

/** Those about the matter and those about all; without a matter every clause is at hand. */
export function clausesFor(
  { rights, basis, matters }: LegalBasis,
  matter: Matter | undefined,
): ClausesAtHand {
  if (matter === undefined) return { rights, basis, others: [] };
  const bound = new Set(matters.flatMap(({ clauses }) => clauses));
  const isAtHand = ({ id }: Clause) => matter.clauses.includes(id) || !bound.has(id);
  return {
    rights: rights.filter(isAtHand),
    basis: [...basis.filter(({ id }) => matter.clauses.includes(id)), ...basis.filter(isAtHand)]
      // What is about the matter comes first, each clause once.
      .filter((clause, at, all) => all.indexOf(clause) === at),
    others: [...rights, ...basis].filter((clause) => !isAtHand(clause)),
  };
}
