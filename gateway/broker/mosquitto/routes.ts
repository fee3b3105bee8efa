import { isAbsolute } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../../protocols/contracts/route-contract.ts';
import { refusal, refusalAnswer } from '../../http/refusal.ts';
import { type BrokerFile, type BrokerFilesDeps, certificateFiles } from '../broker-files.ts';
import { gatewayNamePattern } from '../external-config.ts';
import { accessFile } from './access-file.ts';
import { accessFileName, configFile, configFileName } from './config-file.ts';

export interface MosquittoRouteDeps extends BrokerFilesDeps {
  /** Name of this gateway at the broker. */
  readonly gatewayName: string;
  /** Port that units are told. */
  readonly port: number;
}

const gatewaysMax = 32;
const request = Type.Object({
  folder: Type.String({ minLength: 1, maxLength: 1024, description: 'absolute' }),
  gateways: Type.Optional(
    Type.Array(Type.String({ pattern: gatewayNamePattern.source }), { maxItems: gatewaysMax }),
  ),
});

const contract = jsonContract('every file of a Mosquitto for this fleet', {
  body: request,
  answer: Type.Object({
    files: Type.Array(
      Type.Object({ name: Type.String(), text: Type.String(), isSecret: Type.Boolean() }),
    ),
  }),
});

/** Every file of a Mosquitto for this fleet, as it has to be now. */
export async function mosquittoFiles(
  deps: MosquittoRouteDeps,
  folder: string,
  gateways: readonly string[],
): Promise<readonly BrokerFile[]> {
  const names = [...new Set([deps.gatewayName, ...gateways])];
  return [
    { name: configFileName, text: configFile({ folder, port: deps.port }), isSecret: false },
    { name: accessFileName, text: accessFile(names), isSecret: false },
    ...(await certificateFiles(deps)),
  ];
}

/** `xinlu gateway broker-config mosquitto` on the administration listener. */
export function registerMosquittoRoute(app: FastifyInstance, deps: MosquittoRouteDeps): void {
  app.post('/broker/mosquitto', { config: contract }, async ({ body }, reply) => {
    if (!Value.Check(request, body) || !isAbsolute(body.folder) || /\s/.test(body.folder)) {
      const reason = 'an absolute folder without spaces is needed, and lower-case gateway names';
      const answer = refusalAnswer(refusal('bad-request', reason));
      return reply.code(answer.status).send(answer.body);
    }
    return { files: await mosquittoFiles(deps, body.folder, body.gateways ?? []) };
  });
}
