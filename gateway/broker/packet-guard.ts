import { brokerLimits } from './limits.ts';
import { PacketReader } from './packet-reader.ts';
import { clientPackets, connectType, type PacketProblem } from './packet-table.ts';

/** What the guard makes of a chunk. After `refused` the connection is over. */
export interface GuardAnswer {
  /** Whole, checked packets for the parser behind; null: none yet. */
  readonly pass: Buffer | null;
  readonly packets: number;
  readonly refused: PacketProblem | null;
}

/** Bytes of a length field: MQTT 3.1.1, section 2.2.3. */
const lengthBytesMax = 4;

type Header =
  | { readonly kind: 'partial' }
  | { readonly kind: 'bad' }
  | { readonly kind: 'whole'; readonly headBytes: number; readonly bodyBytes: number };

function readHeader(bytes: Buffer, offset: number): Header {
  let bodyBytes = 0;
  for (let index = 0; index < lengthBytesMax; index += 1) {
    const byte = bytes[offset + 1 + index];
    if (byte === undefined) return { kind: 'partial' };
    bodyBytes += (byte & 0x7f) * 128 ** index;
    if (byte < 0x80) return { kind: 'whole', headBytes: index + 2, bodyBytes };
  }
  return { kind: 'bad' };
}

/**
 * Stands before the broker's parser, which has no size limit and takes much that MQTT forbids: lets
 * whole packets through that are legal for a client, in any chunking, and refuses the connection at
 * the first that is not. Bounded: holds at most one packet. Never throws.
 */
export class PacketGuard {
  #parts: Buffer[] = [];
  #held = 0;
  /** Bytes that must be there before looking again is worth it. */
  #needed = 1;
  #connected = false;
  #over = false;

  push(chunk: Buffer): GuardAnswer {
    if (this.#over) return { pass: null, packets: 0, refused: { reason: 'closed' } };
    this.#parts.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed) return { pass: null, packets: 0, refused: null };
    const bytes = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts, this.#held);
    return this.#scan(bytes);
  }

  #scan(bytes: Buffer): GuardAnswer {
    let offset = 0;
    let packets = 0;
    while (offset < bytes.length) {
      const header = readHeader(bytes, offset);
      if (header.kind === 'bad') return this.#refuse({ reason: 'length field' });
      const size = header.kind === 'whole' ? header.headBytes + header.bodyBytes : 0;
      const early = this.#checkHead(bytes[offset] ?? 0, size);
      if (early !== null) return this.#refuse(early);
      if (header.kind === 'partial') break;
      if (offset + size > bytes.length) {
        this.#needed = size;
        break;
      }
      const body = bytes.subarray(offset + header.headBytes, offset + size);
      const late = this.#checkBody(bytes[offset] ?? 0, body);
      if (late !== null) return this.#refuse(late);
      offset += size;
      packets += 1;
      this.#needed = 1;
    }
    this.#hold(bytes.subarray(offset));
    return { pass: offset === 0 ? null : bytes.subarray(0, offset), packets, refused: null };
  }

  /** What the first byte and the size already say. */
  #checkHead(first: number, size: number): PacketProblem | null {
    const row = clientPackets.get(first >> 4);
    const flags = first & 0x0f;
    if (row === undefined) return { reason: 'packet type' };
    if ((row.name === 'CONNECT') === this.#connected) return { reason: 'order of packets' };
    const fits = typeof row.flags === 'number' ? flags === row.flags : row.flags(flags);
    if (!fits) return { reason: `flags of ${row.name}` };
    const bytesMax = this.#connected
      ? brokerLimits.packetBytesMax
      : brokerLimits.connectPacketBytesMax;
    return size > bytesMax ? { reason: 'packet size' } : null;
  }

  #checkBody(first: number, body: Buffer): PacketProblem | null {
    const type = first >> 4;
    const found = clientPackets.get(type)?.check(new PacketReader(body), first & 0x0f) ?? null;
    if (found === null && type === connectType) this.#connected = true;
    return found;
  }

  #hold(rest: Buffer): void {
    this.#parts = rest.length === 0 ? [] : [Buffer.from(rest)];
    this.#held = rest.length;
  }

  #refuse(refused: PacketProblem): GuardAnswer {
    this.#over = true;
    this.#hold(Buffer.alloc(0));
    return { pass: null, packets: 0, refused };
  }
}
