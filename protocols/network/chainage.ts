/** A stretch of a line on which stakes grow evenly with length. */
export interface Piece {
  /** How many chain breaks (断链) lie before it, counted along increasing stakes. */
  readonly chain: number;
  readonly fromAlongM: number;
  readonly toAlongM: number;
  readonly fromStakeM: number;
  readonly toStakeM: number;
}

export type StakeRefusal = 'off-section' | 'chain-gap';

/** Stakes are rounded to metres: a place this far behind a line's end is the end. */
const endSlackM = 1;

/** Stakes along one line, over pieces in the order of the line. */
export class Chainage {
  readonly pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
  }

  get fromStakeM(): number {
    return this.pieces[0]?.fromStakeM ?? 0;
  }

  get toStakeM(): number {
    return this.pieces.at(-1)?.toStakeM ?? 0;
  }

  /** The stake after so many metres of line, not rounded. */
  stakeAt(alongM: number): { stakeM: number; chain: number } {
    let [low, high] = [0, this.pieces.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.pieces[middle] as Piece).fromAlongM <= alongM) low = middle;
      else high = middle;
    }
    const piece = this.pieces[low] as Piece;
    const share = (alongM - piece.fromAlongM) / (piece.toAlongM - piece.fromAlongM);
    const stakeM = piece.fromStakeM + share * (piece.toStakeM - piece.fromStakeM);
    return { stakeM, chain: piece.chain };
  }

  /**
   * Metres of line up to a stake. Where a long chain (长链) gives a stake twice, `chain` says which
   * one is meant; without it, the first. A short chain (短链) leaves stakes out: 'chain-gap'.
   */
  alongAt(stakeM: number, chain?: number): number | StakeRefusal {
    const within = this.pieces.find((piece) => isIn(piece, stakeM, chain));
    if (within !== undefined) return alongIn(within, stakeM);
    const beforeStart = this.fromStakeM - stakeM;
    const behindEnd = stakeM - this.toStakeM;
    if (Math.abs(beforeStart) <= endSlackM) return 0;
    if (Math.abs(behindEnd) <= endSlackM) return this.pieces.at(-1)?.toAlongM ?? 0;
    const isGap = chain === undefined && beforeStart < 0 && behindEnd < 0;
    return isGap ? 'chain-gap' : 'off-section';
  }
}

function isIn(piece: Piece, stakeM: number, chain: number | undefined): boolean {
  if (chain !== undefined && piece.chain !== chain) return false;
  return piece.fromStakeM <= stakeM && stakeM <= piece.toStakeM;
}

function alongIn(piece: Piece, stakeM: number): number {
  const share = (stakeM - piece.fromStakeM) / (piece.toStakeM - piece.fromStakeM);
  return piece.fromAlongM + share * (piece.toAlongM - piece.fromAlongM);
}
