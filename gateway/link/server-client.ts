import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { CodedError } from '../../protocols/errors.ts';
import {
  type Directory,
  directory,
  type LinkMessage,
  type LinkMessagesAnswer,
  linkClaimAnswer,
  linkMessagesAnswer,
  linkVersion,
} from '../../protocols/http/link-bodies.ts';
import { type PrintFeed, printFeed } from '../../protocols/http/print-bodies.ts';
import { linkLimits } from './limits.ts';

export type LinkKeys = Static<typeof linkClaimAnswer>;

/** What became of a request: its body, or why there is none. `status` 0: no answer at all. */
export type Reply<Body> =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly status: number };

export interface DirectoryBody {
  readonly directory: Directory;
  readonly etag: string;
}

/** The server as the gateway sees it. wire.md, "Gateway ↔ server (HTTP)". */
export interface ServerClient {
  claim(token: string, gatewayId: string): Promise<Reply<LinkKeys>>;
  post(
    key: string,
    messages: readonly LinkMessage[],
    msMax: number,
  ): Promise<Reply<LinkMessagesAnswer>>;
  /** Body null: not changed since `etag`. */
  directory(key: string, etag: string | null): Promise<Reply<DirectoryBody | null>>;
  /**
   * Changes of the register of prints after a number; may be held open for `waitMs`, or until
   * `givenUp`.
   */
  prints(
    key: string,
    after: number,
    waitMs: number,
    givenUp: AbortSignal,
  ): Promise<Reply<PrintFeed>>;
}

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The address without its closing slash. Throws `bad-config`: off loopback only https. */
export function checkedServerUrl(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const secure =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && loopbackHosts.has(url.hostname));
  if (!secure) {
    throw new CodedError(
      'bad-config',
      `serverLinkUrl "${address}" must be https; http only to this machine itself`,
    );
  }
  return address.replace(/\/+$/, '');
}

const noAnswer = { ok: false, status: 0 } as const;

/** Reads JSON of a schema; anything else counts as no answer. */
async function bodyOf<Schema extends TSchema>(
  response: Response,
  schema: Schema,
  bytesMax: number,
): Promise<Reply<Static<Schema>>> {
  if (!response.ok) {
    await response.body?.cancel();
    return { ok: false, status: response.status };
  }
  const text = await response.text();
  if (text.length > bytesMax) return noAnswer;
  const body: unknown = JSON.parse(text);
  return Value.Check(schema, body) ? { ok: true, body: body as Static<Schema> } : noAnswer;
}

/** Over fetch, which keeps connections open. A link that fails is an answer, not an exception. */
export function createServerClient(baseUrl: string): ServerClient {
  const request = (path: string, init: RequestInit, msMax: number) =>
    fetch(`${baseUrl}/link/v1/${path}`, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(msMax), ...(init.signal ? [init.signal] : [])]),
    });
  const json = { 'content-type': 'application/json' };
  const answerBytesMax = 64 * 1024;
  return {
    claim: async (token, gatewayId) => {
      try {
        const body = JSON.stringify({ token, gatewayId });
        const init = { method: 'POST', headers: json, body };
        const response = await request('claim', init, linkLimits.claimMsMax);
        return await bodyOf(response, linkClaimAnswer, answerBytesMax);
      } catch {
        return noAnswer;
      }
    },
    post: async (key, messages, msMax) => {
      try {
        const headers = { ...json, authorization: `Bearer ${key}` };
        const body = JSON.stringify({ v: linkVersion, messages });
        const response = await request('messages', { method: 'POST', headers, body }, msMax);
        return await bodyOf(response, linkMessagesAnswer, answerBytesMax);
      } catch {
        return noAnswer;
      }
    },
    prints: async (key, after, waitMs, signal) => {
      try {
        const path = `prints?after=${after}&waitMs=${waitMs}`;
        const headers = { authorization: `Bearer ${key}` };
        const response = await request(
          path,
          { headers, signal },
          waitMs + linkLimits.directoryMsMax,
        );
        return await bodyOf(response, printFeed, linkLimits.printsBytesMax);
      } catch {
        return noAnswer;
      }
    },
    directory: async (key, etag) => {
      try {
        const headers = {
          authorization: `Bearer ${key}`,
          ...(etag === null ? {} : { 'if-none-match': etag }),
        };
        const response = await request('directory', { headers }, linkLimits.directoryMsMax);
        if (response.status === 304) return { ok: true, body: null };
        const reply = await bodyOf(response, directory, linkLimits.directoryBytesMax);
        if (!reply.ok) return reply;
        return {
          ok: true,
          body: { directory: reply.body, etag: response.headers.get('etag') ?? '' },
        };
      } catch {
        return noAnswer;
      }
    },
  };
}
