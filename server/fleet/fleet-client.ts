import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { CodedError, type ErrorCode, errorTable } from '../../protocols/errors.ts';
import {
  type FleetAnswer,
  type FleetAsk,
  type FleetCaller,
  type FleetOperation,
  fleetOperations,
  fleetVersion,
} from '../../protocols/http/fleet-operations.ts';
import type { Store } from '../../protocols/store/store.ts';
import { isLoopback } from '../link/gate.ts';
import { newestLinkId } from '../link/link-table.ts';
import type { SecretBox } from '../secrets.ts';

/** A gateway on the other side of the province answers within this, in milliseconds. */
export const answerMsMax = 8_000;
/** 2,000 units with everything about them, in bytes. */
const answerBytesMax = 4 * 1024 * 1024;

/** Why the gateway did not do it: its own code, or that there was no (understandable) answer. */
export type FleetRefusal = ErrorCode | 'gateway-away' | 'gateway-not-linked';

export type FleetReply<Name extends FleetOperation> =
  | { readonly ok: true; readonly body: FleetAnswer<Name> }
  | { readonly ok: false; readonly code: FleetRefusal; readonly message: string };

/** The gateway as the server's pages see it. */
export interface FleetClient {
  /** Never throws: a gateway that is away is an answer. */
  call<Name extends FleetOperation>(
    name: Name,
    ask: FleetAsk<Name>,
    caller: FleetCaller,
  ): Promise<FleetReply<Name>>;
}

export interface FleetClientParts {
  readonly store: Store;
  readonly secrets: SecretBox;
  readonly gatewayUrl: string;
  /** PEM of who signs the gateway; empty: who the system trusts. */
  readonly gatewayCaFile: string;
}

/** The address without its closing slash. Throws `bad-config`: off loopback only https. */
export function checkedGatewayUrl(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
  const isHere = host === 'localhost' || isLoopback(host);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isHere)) {
    throw new CodedError(
      'bad-config',
      `server.gatewayUrl "${address}" must be https; http only to this machine itself`,
    );
  }
  return address.replace(/\/+$/, '');
}

function readCa(file: string): string | null {
  if (file === '') return null;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CodedError('bad-config', `server.gatewayCaFile: ${(error as Error).message}`);
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}

function post(address: string, key: string, body: string, ca: string | null): Promise<Answer> {
  const request = address.startsWith('https:') ? httpsRequest : httpRequest;
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  const signal = AbortSignal.timeout(answerMsMax);
  const options = { method: 'POST', headers, signal, agent: false as const };
  return new Promise((resolve, reject) => {
    const asked = request(address, { ...options, ...(ca !== null && { ca }) }, (response) => {
      readAnswer(response).then(resolve, reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

function away(message: string) {
  return { ok: false, code: 'gateway-away', message } as const;
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorTable, code);
}

/** The gateway's refusal; a body that is none counts as no answer. */
function refusalOf(body: unknown, status: number) {
  const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown };
  // The key is ours alone: a gateway that does not take it is not (or no longer) linked.
  if (status === errorTable.unauthorised.status) {
    return {
      ok: false,
      code: 'gateway-not-linked',
      message: 'the gateway refuses our key',
    } as const;
  }
  if (!isErrorCode(code)) return away(`the gateway answered ${status}`);
  return { ok: false, code, message: String(message ?? '') } as const;
}

/** Asks the gateway of the newest link, over HTTP on this machine and HTTPS beyond it. */
class LinkedFleet implements FleetClient {
  readonly #parts: FleetClientParts;
  readonly #url: string;
  readonly #ca: string | null;

  constructor(parts: FleetClientParts) {
    this.#parts = parts;
    this.#url = checkedGatewayUrl(parts.gatewayUrl);
    this.#ca = readCa(parts.gatewayCaFile);
  }

  async call<Name extends FleetOperation>(
    name: Name,
    ask: FleetAsk<Name>,
    { actor, scope }: FleetCaller,
  ): Promise<FleetReply<Name>> {
    const { store, secrets } = this.#parts;
    const linkId = await newestLinkId(store);
    if (linkId === null) {
      return { ok: false, code: 'gateway-not-linked', message: 'no gateway is linked' };
    }
    const key = secrets.derive('xinlu.link.to-gateway.v1', linkId);
    const asked = JSON.stringify({ v: fleetVersion, actor, scope, ask });
    try {
      const answer = await post(`${this.#url}/fleet/v1/${name}`, key, asked, this.#ca);
      const body: unknown = JSON.parse(answer.text);
      if (answer.status !== 200) return refusalOf(body, answer.status);
      const isWhole = Value.Check(fleetOperations[name].answer as TSchema, body);
      if (!isWhole) return away('the answer does not fit its schema');
      return { ok: true, body: body as FleetAnswer<Name> };
    } catch (error) {
      return away((error as Error).message);
    }
  }
}

/** Throws `bad-config` for an address or a file that cannot be. Nothing is sent before a call. */
export function createFleetClient(parts: FleetClientParts): FleetClient {
  return new LinkedFleet(parts);
}
