import { type Static, Type } from 'typebox';
import { nullable } from './json-parts.ts';

/** Parts that bodies between gateway and server have in common. */

/** A place on the network as people say it. */
export const place = Type.Object({
  section: Type.String(),
  stake: Type.String({ description: 'K234+567' }),
  stakeM: Type.Integer(),
  direction: nullable(Type.Union([Type.Literal('INC'), Type.Literal('DEC')])),
  directionText: Type.String({ description: 'e.g. 石家庄方向; empty when unknown' }),
  offsetM: Type.Number({ minimum: 0 }),
  sample: Type.Boolean({ description: 'the network is a 示例' }),
});
export type Place = Static<typeof place>;
