import { type Static, Type } from 'typebox';
import { key } from '../protocols/config/config.ts';
import { CodedError } from '../protocols/errors.ts';
import { parseCodeHost } from '../protocols/scan-code/link.ts';
import { checkExternalBroker } from './broker/external-config.ts';
import { rolloutLimits } from './releases/limits.ts';

const portMax = 65_535;
const port = (description: string, standard: number) =>
  key.integer(description, { default: standard, minimum: 0, maximum: portMax });

/** Every key of the gateway. architecture.md, "Configuration" and "Ports and small contracts". */
export const gatewayConfig = Type.Object({
  dataDir: key.text('folder of store and secrets', { default: '.data/gateway' }),
  storeUrl: key.text('PostgreSQL of the store: postgres://…; empty: a file in dataDir', {
    default: '',
    secret: true,
  }),
  codeAddress: key.text('where codes point: https://HOST[:PORT][/PREFIX]/', {
    default: 'http://127.0.0.1:8081/',
  }),
  allowHttpCodes: key.flag('codes may be http: demonstrations on a local network only', {
    default: false,
  }),
  httpHost: key.text('address the codes are opened at', { default: '127.0.0.1' }),
  httpPort: port('port the codes are opened at', 8081),
  unitsHost: key.text('address of enrolment over HTTPS', { default: '127.0.0.1' }),
  unitsPort: port('port of enrolment over HTTPS', 8443),
  mqttHost: key.text('address of MQTT over TLS', { default: '127.0.0.1' }),
  mqttPort: port('port of MQTT over TLS', 8883),
  broker: Type.Union([Type.Literal('embedded'), Type.Literal('external')], {
    description: 'embedded: MQTT in this process; external: a broker that others run',
    default: 'embedded',
  }),
  brokerUrl: key.text('external broker as this process reaches it: mqtts://HOST[:PORT]', {
    default: '',
  }),
  brokerUnitUrls: key.list('external broker as units reach it; empty: brokerUrl', { default: [] }),
  brokerName: key.text('client id and certificate name of this gateway at the broker', {
    default: 'gateway-1',
  }),
  brokerShareGroup: key.text('shared by all gateways; empty: made at the first start', {
    default: '',
    secret: true,
  }),
  brokerCertificateFile: key.text('client certificate, PEM; empty: by the fleet CA', {
    default: '',
  }),
  brokerKeyFile: key.text('key of brokerCertificateFile, PEM', { default: '' }),
  brokerCaFile: key.text(
    'who signs the broker, PEM, with brokerCertificateFile; empty: the fleet CA',
    {
      default: '',
    },
  ),
  brokerFolder: key.text('folder of the broker’s certificates, kept up to date; empty: none', {
    default: '',
  }),
  brokerReload: key.list('program and words that make the broker read its files; empty: none', {
    default: [],
  }),
  brokerPidFile: key.text('file with the process number that gets SIGHUP; empty: none', {
    default: '',
  }),
  adminPort: port('administration, on loopback only', 8482),
  fleetHost: key.text('address of the fleet API for the server; off loopback it is https', {
    default: '127.0.0.1',
  }),
  fleetPort: port('port of the fleet API for the server', 8483),
  jt808Host: key.text('address of JT/T 808 terminals over TCP', { default: '127.0.0.1' }),
  jt808Port: port('port of JT/T 808 terminals over TCP; 0: no terminals', 0),
  serverUrl: key.text('credit server as phones open it', { default: 'http://127.0.0.1:8080' }),
  serverLinkUrl: key.text('credit server as this process reaches it; empty: serverUrl', {
    default: '',
  }),
  linkToken: key.text('one-time token of "xinlu link create"', { default: '', secret: true }),
  networkFile: key.text('road network, GeoJSON; empty: no places', { default: '' }),
  testListener: key.text('HOST:PORT of plain MQTT for checks; refused in production', {
    default: '',
  }),
  production: key.flag('refuses what is for tests and demonstrations', { default: false }),
  tlsNames: key.list('names and addresses in the TLS certificates', {
    default: ['localhost', '127.0.0.1'],
  }),
  offlineAfterS: key.integer('a unit silent for this long signs codes without presence', {
    default: 86_400,
    minimum: 60,
  }),
  releaseKey: key.text('Ed25519 key that signs releases of the units, base64url; empty: none', {
    default: '',
  }),
  releaseBytesPerS: key.integer('bytes a second of one download of a release', {
    default: rolloutLimits.downloadBytesPerS,
    minimum: 1024,
  }),
  logLevel: key.text('trace, debug, info, warn, error or silent', { default: 'info' }),
});
export type GatewayConfig = Readonly<Static<typeof gatewayConfig>>;

/** Host and port of `testListener`; null when there is none. */
export function testListenerOf({ testListener, production }: GatewayConfig) {
  if (testListener === '') return null;
  if (production) {
    throw new CodedError('bad-config', 'gateway.testListener is refused in production');
  }
  const match = /^(.+):(\d{1,5})$/.exec(testListener);
  const at = { host: match?.[1] ?? '', port: Number(match?.[2]), setting: 'testListener' };
  if (match === null || at.port > portMax) {
    throw new CodedError('bad-config', `gateway.testListener must read HOST:PORT: ${testListener}`);
  }
  return at;
}

/** What only the values together can say wrong. @throws CodedError 'bad-config' */
export function checkGatewayConfig(config: GatewayConfig): void {
  const codes = parseCodeHost(config.codeAddress, config.allowHttpCodes);
  if (!codes.ok) throw new CodedError('bad-config', `gateway.codeAddress: ${codes.message}`);
  if (config.tlsNames.length === 0) {
    throw new CodedError('bad-config', 'gateway.tlsNames needs a name that units connect to');
  }
  checkExternalBroker(config);
  testListenerOf(config);
}
