import { join } from 'node:path';
import { PartProcess } from './process.mjs';

/** The value of `name.key=` among words, or the default. */
function setting(words, name, fallback) {
  const prefix = `${name}=`;
  return words.findLast((word) => word.startsWith(prefix))?.slice(prefix.length) ?? fallback;
}

/** Reachable from phones when the host is not this machine alone. */
function listenHost(host) {
  return host === '127.0.0.1' || host === 'localhost' ? '127.0.0.1' : '0.0.0.0';
}

/** Ports and addresses of the demonstration; all can be set on the command line. */
export function addresses(options) {
  const serverPort = setting(options.serverWords, 'server.port', '8080');
  const unitsPort = setting(options.gatewayWords, 'gateway.unitsPort', '8443');
  const fleetPort = setting(options.gatewayWords, 'gateway.fleetPort', '8483');
  return {
    codes: `http://${options.host}:${options.codePort}/`,
    server: `http://${options.host}:${serverPort}`,
    serverLocal: `http://127.0.0.1:${serverPort}`,
    enrolment: `https://127.0.0.1:${unitsPort}`,
    fleet: `http://127.0.0.1:${fleetPort}`,
  };
}

/** The credit server, as a part not started yet. */
export function serverPart(options) {
  const at = addresses(options);
  const words = [
    `server.dataDir=${join(options.dataFolder, 'server')}`,
    `server.host=${listenHost(options.host)}`,
    `server.publicUrl=${at.server}`,
    `server.gatewayUrl=${at.fleet}`,
    'server.sampleData=true',
    `server.codeAddress=${at.codes}`,
    'server.allowHttpCodes=true',
    ...options.serverWords,
  ];
  return new PartProcess('server', 'dist/server/main.js', words, log(options, 'server'));
}

export function gatewayPart(options, linkToken) {
  const at = addresses(options);
  const words = [
    `gateway.dataDir=${join(options.dataFolder, 'gateway')}`,
    `gateway.codeAddress=${at.codes}`,
    'gateway.allowHttpCodes=true',
    `gateway.httpHost=${listenHost(options.host)}`,
    `gateway.httpPort=${options.codePort}`,
    `gateway.serverUrl=${at.server}`,
    `gateway.serverLinkUrl=${at.serverLocal}`,
    'gateway.networkFile=gateway/samples/hebei-network.geojson',
    ...(linkToken === null ? [] : [`gateway.linkToken=${linkToken}`]),
    ...options.gatewayWords,
  ];
  return new PartProcess('gateway', 'dist/gateway/main.js', words, log(options, 'gateway'));
}

export function unitPart(options, unit) {
  const at = addresses(options);
  const words = [
    `device.serial=${unit.serial}`,
    `device.dataDir=${join(options.dataFolder, 'units', unit.serial)}`,
    `device.gatewayUrl=${at.enrolment}`,
    `device.fleetCaFile=${join(options.dataFolder, 'gateway', 'fleet-ca.pem')}`,
    `device.codeAddress=${at.codes}`,
    'device.allowHttpCodes=true',
    `device.localPort=${unit.localPort}`,
    ...unit.words,
    ...options.deviceWords,
  ];
  return new PartProcess(unit.serial, 'dist/device/simulate.js', words, log(options, unit.serial));
}

function log(options, name) {
  return join(options.dataFolder, 'log', `${name}.log`);
}
