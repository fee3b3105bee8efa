import Fastify, { type FastifyInstance } from 'fastify';
import { codeDigitsOf, signCode } from '../../protocols/scan-code/code.ts';
import { startRig } from '../gateway/scan/rig.ts';
import { type LoadResult, load } from './load.ts';
import { type BenchRow, median, row } from './row.ts';

const scansPerRound = 1_500;
const rounds = 5;
const connections = 32;

async function portOf(app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as { port: number }).port;
}

/**
 * Whole scans over sockets (verdict, link, commit, post to a server that answers at once, 303),
 * against an empty Fastify route asked in the same way in turns.
 */
export async function benchEdge(): Promise<BenchRow[]> {
  const rig = await startRig();
  const bare = Fastify();
  bare.get('/*', () => '');
  const [edgePort, barePort] = [await portOf(rig.app), await portOf(bare)];
  const { signer } = rig.fleet.add('XL-BENCH', 7);
  const issuedAt = Math.floor(rig.clock.nowMs / 1000);
  const path = (second: number) =>
    `/${codeDigitsOf(
      signCode(
        {
          kind: 0,
          unitId: 7,
          issuedAt: issuedAt - second,
          ttlS: 3600,
          duty: 1,
          lat: 38,
          lon: 114.5,
          fixAgeS: 1,
          incidentRef: 0,
        },
        signer,
      ),
    )}`;
  const edge: LoadResult[] = [];
  const empty: LoadResult[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // A scan of each code: codes of the last minutes, none of which has met a later one.
    const paths = Array.from({ length: scansPerRound }, (_, at) => path((at % 60) + round));
    edge.push(await load(edgePort, paths, connections));
    empty.push(await load(barePort, paths, connections));
  }
  const seen = edge.map(({ statuses }) => statuses['303'] ?? 0);
  if (Math.min(...seen) < scansPerRound) throw new Error(`not all scans gave 303: ${seen}`);
  await bare.close();
  await rig.stop();
  const of = (results: readonly LoadResult[], figure: 'perSecond' | 'p99Ms') =>
    median(results.map((result) => result[figure]));
  const name = 'an empty Fastify route';
  return [
    row('scan edge', 'requests/s', of(edge, 'perSecond'), [name, of(empty, 'perSecond')], null),
    row('scan edge, p99', 'ms', of(edge, 'p99Ms'), [name, of(empty, 'p99Ms')], null),
  ];
}
