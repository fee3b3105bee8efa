import type { Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { CodedError } from '../../protocols/errors.ts';

/** Where something listens; `setting` names the key of the configuration that says so. */
export interface ListenAt {
  readonly host: string;
  readonly port: number;
  readonly setting: string;
}

function taken({ host, port, setting }: ListenAt): CodedError {
  return new CodedError(
    'port-taken',
    `${host}:${port} is in use: stop the other program, or set gateway.${setting}`,
  );
}

function explained(error: unknown, at: ListenAt): unknown {
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? taken(at) : error;
}

/** Listens and answers the port (0 takes a free one). @throws CodedError 'port-taken' */
export function listenSocket(server: Server, at: ListenAt, backlog: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: unknown) => reject(explained(error, at));
    server.once('error', failed);
    server.listen({ host: at.host, port: at.port, backlog }, () => {
      server.removeListener('error', failed);
      resolve(portOf(server));
    });
  });
}

/** As `listenSocket`, for an HTTP application. */
export async function listenApp(app: FastifyInstance, at: ListenAt): Promise<number> {
  try {
    await app.listen({ host: at.host, port: at.port });
  } catch (error) {
    throw explained(error, at);
  }
  return portOf(app.server);
}

function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
