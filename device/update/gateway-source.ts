import type { KeyObject } from 'node:crypto';
import { type Dispatcher, request } from 'undici';
import type { Credentials } from '../identity/credentials.ts';
import { gatewayDispatcher } from '../identity/gateway-dispatcher.ts';
import { type BundleSource, SourceError } from './download.ts';

export interface GatewaySourceParts {
  /** HTTPS address for units. */
  readonly gatewayUrl: string;
  readonly tlsKey: KeyObject;
  /** Asked at every download: a renewed certificate is taken up then. */
  credentials(): Credentials;
  /** Trusted Unix ms; null: none. */
  trustedMs(): number | null;
}

/** A download that brings nothing for so long is given up, to be gone on with, ms. */
const silenceMsMax = 60_000;

function dispatcherOf({ tlsKey, credentials, trustedMs }: GatewaySourceParts): Dispatcher {
  const { fleetCaPem, certificatePem } = credentials().grant;
  const key = tlsKey.export({ format: 'pem', type: 'pkcs8' });
  return gatewayDispatcher(
    { fleetCaPem, trustedMs },
    { own: { cert: certificatePem, key }, timeoutMs: silenceMsMax, answerBytesMax: -1 },
  );
}

/** Bytes of an answer that begins where it was asked to. Throws SourceError for every other. */
async function answerFrom(url: URL, from: number, dispatcher: Dispatcher, signal: AbortSignal) {
  const headers = from > 0 ? { range: `bytes=${from}-` } : {};
  const { statusCode, headers: given, body } = await request(url, { dispatcher, headers, signal });
  const isWanted =
    from === 0
      ? statusCode === 200
      : statusCode === 206 && String(given['content-range']).startsWith(`bytes ${from}-`);
  if (isWanted) return body;
  await body.dump();
  throw new SourceError(`the gateway answered ${statusCode}`);
}

/** A release as the gateway gives it out: HTTPS by the unit's own certificate, resumable. */
export function gatewaySource(parts: GatewaySourceParts, releaseId: string): BundleSource {
  const url = new URL(`/releases/${releaseId}/bundle`, parts.gatewayUrl);
  return {
    async *pieces(from, signal) {
      const dispatcher = dispatcherOf(parts);
      try {
        for await (const piece of await answerFrom(url, from, dispatcher, signal)) {
          yield piece as Uint8Array;
        }
      } catch (error) {
        throw error instanceof SourceError ? error : new SourceError((error as Error).message);
      } finally {
        await dispatcher.destroy();
      }
    },
  };
}
