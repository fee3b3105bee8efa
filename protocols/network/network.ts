export type { Area, AreaStanding, Whereabouts } from './areas.ts';
export { alongTurnDegMax, type Position } from './foot.ts';
export type { Carriageway, Direction } from './line-file.ts';
export { matchTrack } from './match.ts';
export { type NetworkOptions, type ParsedNetwork, parseNetwork } from './parse-network.ts';
export type { PathPlace } from './polyline.ts';
export { type NetworkProblem, type NetworkProblemCode, networkProblems } from './problems.ts';
export {
  type Located,
  type LocateQuery,
  type NoStake,
  offsetMMax,
  type RoadNetwork,
  type StakeChoice,
} from './road-network.ts';
export type { RoadPlace } from './road-place.ts';
export type { RoutePlace } from './route.ts';
export { formatStake, parseStake, type Stake } from './stake.ts';
