import { type Static, Type } from 'typebox';
import { key } from '../protocols/config/config.ts';

/** Everything that can be set on a credit server. architecture.md, "Configuration". */
export const serverConfigSchema = Type.Object({
  dataDir: key.text('folder of the store and the secrets', { default: '.data/server' }),
  storeUrl: key.text('PostgreSQL of the store: postgres://…; empty: a file in dataDir', {
    default: '',
    secret: true,
  }),
  host: key.text('address the pages are served on', { default: '127.0.0.1' }),
  port: key.integer('port of the pages; 0 takes a free one', {
    default: 8080,
    minimum: 0,
    maximum: 65_535,
  }),
  publicUrl: key.text('what people type to get here, without a slash at the end', {
    default: 'http://127.0.0.1:8080',
  }),
  codeAddress: key.text('where printed codes point, as on the gateway; empty: no cards', {
    default: '',
  }),
  allowHttpCodes: key.flag('printed codes may be http: demonstrations on a local network only', {
    default: false,
  }),
  adminPort: key.integer('loopback port of the commands; 0 takes a free one', {
    default: 8481,
    minimum: 0,
    maximum: 65_535,
  }),
  gatewayUrl: key.text('fleet API of the gateway; off this machine only https', {
    default: 'http://127.0.0.1:8483',
  }),
  gatewayCaFile: key.text('PEM of who signs the gateway; empty: who the system trusts', {
    default: '',
  }),
  trustedProxies: key.list('addresses whose X-Forwarded-* headers are believed', {
    default: ['127.0.0.1', '::1'],
  }),
  sampleData: key.flag('load the fictional sample organisations, marked 示例', { default: false }),
  cookieSecure: Type.Union([Type.Literal('auto'), Type.Literal('true'), Type.Literal('false')], {
    description: 'Secure cookies; auto: unless publicUrl is http',
    default: 'auto',
  }),
  logLevel: key.text('fatal, error, warn, info, debug, trace or silent', { default: 'info' }),
});
export type ServerConfig = Readonly<Static<typeof serverConfigSchema>>;

/** Whether cookies travel over https only. */
export function cookiesAreSecure(config: ServerConfig): boolean {
  if (config.cookieSecure !== 'auto') return config.cookieSecure === 'true';
  return !config.publicUrl.startsWith('http://');
}
