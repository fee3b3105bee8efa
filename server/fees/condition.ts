/** Facts of `a && b && c`, none for no condition; null when it is written otherwise. */
export function conditionFacts(condition: string | undefined): string[] | null {
  if (condition === undefined) return [];
  const facts = condition.split('&&').map((fact) => fact.trim());
  return facts.every((fact) => /^[A-Za-z]\w*$/.test(fact)) ? facts : null;
}
