/** Fen as yuan: whole yuan without decimals. */
export function yuanText(fen: number): string {
  return (fen / 100).toFixed(fen % 100 === 0 ? 0 : 2);
}
