import { CodedError } from '../../protocols/errors.ts';
import type { GatewayConfig } from '../config.ts';

/** Name of a gateway at a broker: lower case, so that it is no serial of a unit. */
export const gatewayNamePattern = /^[a-z][a-z0-9-]{0,31}$/;
const standardPort = 8883;
const secureScheme = 'mqtts:';

/** Where units find the broker, when it is not in this process. */
export function externalAddresses({ brokerUnitUrls, brokerUrl }: GatewayConfig): readonly string[] {
  return brokerUnitUrls.length > 0 ? brokerUnitUrls : [brokerUrl];
}

/** Names that the broker's certificate must be good for: units' and the gateway's way to it. */
export function brokerNames(config: GatewayConfig): readonly string[] {
  if (config.broker === 'embedded') return config.tlsNames;
  const urls = [...externalAddresses(config), config.brokerUrl];
  return [...new Set(urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, '')))];
}

/** Port that units are told. */
export function brokerPort(config: GatewayConfig): number {
  if (config.broker === 'embedded') return config.mqttPort || standardPort;
  const [first = config.brokerUrl] = externalAddresses(config);
  return Number(new URL(first).port) || standardPort;
}

/** What is wrong with the keys of an external broker. @throws CodedError 'bad-config' */
export function checkExternalBroker(config: GatewayConfig): void {
  if (config.broker === 'embedded') return;
  for (const url of [config.brokerUrl, ...config.brokerUnitUrls]) {
    if (URL.canParse(url) && new URL(url).protocol === secureScheme) continue;
    throw new CodedError('bad-config', `gateway.brokerUrl must read mqtts://HOST[:PORT]: "${url}"`);
  }
  if (!gatewayNamePattern.test(config.brokerName)) {
    throw new CodedError('bad-config', 'gateway.brokerName is lower case: a-z, 0-9, -, at most 32');
  }
  if (!/^[\w-]{0,64}$/.test(config.brokerShareGroup)) {
    throw new CodedError('bad-config', 'gateway.brokerShareGroup is of letters, digits, _ and -');
  }
  if ((config.brokerCertificateFile === '') !== (config.brokerKeyFile === '')) {
    throw new CodedError(
      'bad-config',
      'gateway.brokerCertificateFile and brokerKeyFile go together',
    );
  }
}
