import { createReadStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { documentContract } from '../../protocols/contracts/route-contract.ts';
import { type Refusal, refusal, refusalAnswer } from '../http/refusal.ts';
import type { Timers } from '../link/timers.ts';
import type { FleetRegistry } from '../registry/registry.ts';
import { bundleFile } from './import-bundle.ts';
import { rolloutLimits } from './limits.ts';
import type { ReleaseDesk } from './release-desk.ts';

export interface DownloadDeps {
  readonly desk: ReleaseDesk;
  readonly registry: FleetRegistry;
  readonly timers: Timers;
  readonly folder: string;
  /** Of one download. */
  readonly bytesPerS: number;
}

const contract = documentContract('a release for the unit that asks', 'application/octet-stream');

/** SHA-256 of the client certificate, hexadecimal; empty without one. */
function fingerprintOf(socket: TLSSocket): string {
  const { fingerprint256 } = socket.getPeerCertificate();
  return (fingerprint256 ?? '').replaceAll(':', '').toLowerCase();
}

/** `bytes=N-`, all that a unit asks for; 0 for no range, null for another kind. */
export function rangeStart(header: string | undefined): number | null {
  if (header === undefined) return 0;
  const start = /^bytes=(\d{1,12})-$/.exec(header)?.[1];
  return start === undefined ? null : Number(start);
}

/** Lets bytes through no faster than so many a second. */
export function throttle(bytesPerS: number, timers: Timers): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      timers.after((chunk.length * 1000) / bytesPerS, () => done(null, chunk));
    },
  });
}

function refuse(reply: FastifyReply, why: Refusal) {
  const { status, body } = refusalAnswer(why);
  if (why.code === 'too-many') void reply.header('retry-after', rolloutLimits.downloadRetryS);
  return reply.code(status).send(body);
}

/**
 * `GET /releases/:id/bundle` on the units' port, for a unit that shows its certificate and is to
 * have just this release. Resumable by `Range: bytes=N-`; so many at a time, so fast.
 */
export function registerDownloadRoute(app: FastifyInstance, deps: DownloadDeps): void {
  const { desk, registry, timers, folder, bytesPerS } = deps;
  let running = 0;

  const send = (reply: FastifyReply, releaseId: string, serial: string, from: number) => {
    const bundleBytes = desk.get(releaseId)?.row.bundleBytes ?? 0;
    if (from >= bundleBytes) {
      void reply.header('content-range', `bytes */${bundleBytes}`);
      return reply.code(416).send({ code: 'bad-request', message: 'nothing is behind this byte' });
    }
    void reply.header('content-type', 'application/octet-stream').header('accept-ranges', 'bytes');
    running += 1;
    let handedBytes = from;
    const file: Readable = createReadStream(bundleFile(folder, releaseId), { start: from });
    const paced = throttle(bytesPerS, timers);
    paced.on('data', (chunk: Buffer) => {
      handedBytes += chunk.length;
    });
    paced.once('close', () => {
      running -= 1;
      file.destroy();
      desk.handed(releaseId, serial, handedBytes);
    });
    file.once('error', (error) => paced.destroy(error));
    void reply.header('content-length', bundleBytes - from);
    if (from > 0) {
      void reply.header('content-range', `bytes ${from}-${bundleBytes - 1}/${bundleBytes}`);
    }
    return reply.code(from > 0 ? 206 : 200).send(file.pipe(paced));
  };

  app.get<{ Params: { id: string } }>(
    '/releases/:id/bundle',
    { config: contract },
    (request, reply) => {
      const fingerprint = fingerprintOf(request.raw.socket as TLSSocket);
      const unit = registry.unitOfCertificate(fingerprint);
      if (unit === undefined) return refuse(reply, refusal('unauthorised'));
      if (desk.wantedBy(unit)?.row.releaseId !== request.params.id) {
        return refuse(reply, refusal('forbidden', 'this release is not for this unit now'));
      }
      const from = rangeStart(request.headers.range);
      if (from === null) return refuse(reply, refusal('bad-request', 'Range must be bytes=N-'));
      if (running >= rolloutLimits.downloadsMax) return refuse(reply, refusal('too-many'));
      return send(reply, request.params.id, unit.serial, from);
    },
  );
}
