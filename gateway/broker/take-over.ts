import { connectAsync } from 'mqtt';
import type { CertificateAuthority } from '../authority/authority.ts';
import { newRequest } from '../authority/own-request.ts';
import { externalLimits } from './limits.ts';

/** Ends the session of a serial at the broker, whoever holds it. */
export type TakeOver = (serial: string, url: string, caPem: string) => Promise<void>;

/**
 * Takes a session over and lets it go: a broker must end the one that stands when another comes
 * with its client id (MQTT 3.1.1, MQTT-3.1.4-2). Only who can issue certificates can come under a
 * unit's name; this one is known to no registry and its key is forgotten at once.
 */
export function takeOverBy(authority: CertificateAuthority): TakeOver {
  return async (serial, url, caPem) => {
    const { csrPem, privateKeyPem } = await newRequest(serial);
    const { pem } = await authority.issueUnit(csrPem, serial);
    const client = await connectAsync(url, {
      protocolVersion: 4,
      clientId: serial,
      username: serial,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: externalLimits.takeOverMsMax,
      ca: caPem,
      cert: pem,
      key: privateKeyPem,
    });
    await client.endAsync();
  };
}
