import { Chainage, type Piece } from './chainage.ts';
import { type ChainBreak, type StakeTable, scaleMax, scaleMin, scaleSlackM } from './line-file.ts';
import type { Polyline } from './polyline.ts';
import type { NetworkProblemCode } from './problems.ts';
import { formatStake } from './stake.ts';

/** A known stake at a place on the line, between two chain breaks. */
interface Control {
  readonly vertex: number;
  readonly alongM: number;
  readonly stakeM: number;
}

type Report = (code: NetworkProblemCode, found: string) => void;

/** Whether stakes fall in the order in which a file lists the vertices. */
export function isFalling({ anchors, breaks }: StakeTable): boolean {
  const known = [
    ...anchors,
    ...breaks.map(({ vertex, aheadStakeM }) => ({ vertex, stakeM: aheadStakeM })),
  ].sort((a, b) => a.vertex - b.vertex);
  return (known.at(-1)?.stakeM ?? 0) < (known[0]?.stakeM ?? 0);
}

/** The same table for the vertices in reverse order. A break names stakes, so it stays as it is. */
export function reversed({ anchors, breaks }: StakeTable, vertexCount: number): StakeTable {
  const flip = <T extends { vertex: number }>(row: T): T => ({
    ...row,
    vertex: vertexCount - 1 - row.vertex,
  });
  return { anchors: anchors.map(flip), breaks: breaks.map(flip) };
}

/**
 * Turns anchors and breaks into pieces along a line whose stakes grow with its vertices. Between
 * two anchors stakes are spread evenly; before the first and behind the last a metre is a metre.
 */
export function buildChainage(path: Polyline, table: StakeTable, report: Report): Chainage | null {
  const breaks = [...table.breaks].sort((a, b) => a.vertex - b.vertex);
  const pieces: Piece[] = [];
  let isGood = true;
  for (let chain = 0; chain <= breaks.length; chain += 1) {
    const controls = controlsOf(chain, path, table, breaks);
    const unlikely = controls.filter((to, at) => !isLikely(controls[at - 1], to, report));
    isGood &&= unlikely.length === 0;
    const ends = [
      ...startOf(controls, chain),
      ...controls,
      ...endOf(controls, chain, breaks, path),
    ];
    for (const [at, to] of ends.entries()) {
      const from = ends[at - 1];
      if (from !== undefined && from.alongM < to.alongM) pieces.push(pieceOf(chain, from, to));
    }
  }
  const below = pieces[0]?.fromStakeM ?? 0;
  if (below < -0.5) report('stake-below-zero', `the line starts ${Math.round(-below)} m before K0`);
  return isGood && below >= -0.5 ? new Chainage(pieces) : null;
}

/** Known stakes of the stretch behind `chain` breaks: its anchors, and the breaks at its ends. */
function controlsOf(
  chain: number,
  path: Polyline,
  { anchors }: StakeTable,
  breaks: readonly ChainBreak[],
): Control[] {
  const [start, end] = [breaks[chain - 1], breaks[chain]];
  const control = (vertex: number, stakeM: number) => ({
    vertex,
    stakeM,
    alongM: path.alongM(vertex),
  });
  const within = anchors
    .filter(({ vertex }) => vertex > (start?.vertex ?? -1))
    .filter(({ vertex }) => vertex < (end?.vertex ?? Number.POSITIVE_INFINITY))
    .map(({ vertex, stakeM }) => control(vertex, stakeM))
    .sort((a, b) => a.vertex - b.vertex);
  return [
    ...(start === undefined ? [] : [control(start.vertex, start.aheadStakeM)]),
    ...within,
    ...(end === undefined ? [] : [control(end.vertex, end.backStakeM)]),
  ];
}

function isLikely(from: Control | undefined, to: Control, report: Report): boolean {
  if (from === undefined) return true;
  const between = `${formatStake(from.stakeM)} and ${formatStake(to.stakeM)}`;
  const [stakesM, lengthM] = [to.stakeM - from.stakeM, to.alongM - from.alongM];
  if (stakesM <= 0 || to.vertex === from.vertex) {
    report('anchors-not-monotonic', `${between} do not run the way of the line`);
    return false;
  }
  const isNear = Math.abs(stakesM - lengthM) <= scaleSlackM && lengthM > 0;
  const scale = lengthM / stakesM;
  if (isNear || (scale >= scaleMin && scale <= scaleMax)) return true;
  report('scale-implausible', `${between} are ${Math.round(lengthM)} m of line apart`);
  return false;
}

function startOf(controls: readonly Control[], chain: number): Control[] {
  const first = controls[0];
  if (chain > 0 || first === undefined) return [];
  return [{ vertex: 0, alongM: 0, stakeM: first.stakeM - first.alongM }];
}

function endOf(
  controls: readonly Control[],
  chain: number,
  breaks: readonly ChainBreak[],
  path: Polyline,
): Control[] {
  const last = controls.at(-1);
  if (chain < breaks.length || last === undefined) return [];
  const restM = path.lengthM - last.alongM;
  return [{ vertex: path.vertices.length - 1, alongM: path.lengthM, stakeM: last.stakeM + restM }];
}

function pieceOf(chain: number, from: Control, to: Control): Piece {
  return {
    chain,
    fromAlongM: from.alongM,
    toAlongM: to.alongM,
    fromStakeM: from.stakeM,
    toStakeM: to.stakeM,
  };
}
