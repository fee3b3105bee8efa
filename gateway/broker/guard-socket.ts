import type { Socket } from 'node:net';
import { PacketGuard } from './packet-guard.ts';
import type { PacketProblem } from './packet-table.ts';

export interface GuardOptions {
  /** False: this connection sends too much, close it. */
  readonly allow: (packets: number) => boolean;
  readonly onRefused: (problem: PacketProblem) => void;
}

/** CONNACK without a session. MQTT 3.1.1, section 3.2. */
function connack(returnCode: number): Buffer {
  return Buffer.from([0x20, 0x02, 0x00, returnCode]);
}

function close(socket: Socket, { returnCode }: PacketProblem): void {
  if (returnCode === undefined) socket.destroy();
  else socket.end(connack(returnCode), () => socket.destroy());
}

/**
 * Puts a guard before whoever reads this socket: `read()` gives whole, checked packets only. No
 * stream is wrapped around the socket, so nothing is copied and writes go as they went.
 */
export function guardSocket(socket: Socket, { allow, onRefused }: GuardOptions): void {
  const guard = new PacketGuard();
  const read = socket.read.bind(socket);
  const refuse = (problem: PacketProblem) => {
    onRefused(problem);
    close(socket, problem);
    return null;
  };
  socket.read = (size?: number) => {
    const chunk: unknown = read(size);
    if (!Buffer.isBuffer(chunk)) return null;
    const { pass, packets, refused } = guard.push(chunk);
    if (refused !== null) return refuse(refused);
    return allow(packets) ? pass : refuse({ reason: 'rate of packets' });
  };
}
