import { isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import { rootFolder } from '../shell.mjs';

export const unitsMin = 3;
/** Each unit is a process of its own, of about 120 MB. */
export const unitsMax = 40;
const portMax = 65_535;

const usage = `npm start -- [--host IP:PORT] [--units N] [--data DIR] [process.key=value …]
  --host IP:PORT     where phones reach this machine's codes (default 127.0.0.1:8081)
  --units N          how many units to simulate, ${unitsMin} to ${unitsMax} (default ${unitsMin})
  --local-port PORT  local page of the first unit; the others follow (default 8090)
  --data DIR         where everything is kept (default .data)
  process.key=value  a setting of server, gateway or device, e.g. gateway.testListener=127.0.0.1:1884`;

/** A command line that cannot be acted on; the message says how to write it. */
export class OptionError extends Error {}

function hostAndPort(text) {
  const match = /^([A-Za-z0-9.-]+):(\d{1,5})$/.exec(text);
  if (match === null) throw new OptionError(`--host takes IP:PORT, not "${text}"\n${usage}`);
  return { host: match[1], port: Number(match[2]) };
}

function unitCount(text) {
  const count = Number(text);
  if (!Number.isInteger(count) || count < unitsMin || count > unitsMax) {
    throw new OptionError(`--units takes a number from ${unitsMin} to ${unitsMax}\n${usage}`);
  }
  return count;
}

function localPort(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port + unitsMax > portMax) {
    throw new OptionError(`--local-port takes a port from 1 to ${portMax - unitsMax}\n${usage}`);
  }
  return port;
}

/** The words `name.key=value` that are meant for one process. */
function wordsFor(name, words) {
  return words.filter((word) => word.startsWith(`${name}.`));
}

function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        host: { type: 'string', default: '127.0.0.1:8081' },
        units: { type: 'string', default: String(unitsMin) },
        'local-port': { type: 'string', default: '8090' },
        data: { type: 'string', default: '.data' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new OptionError(`${error.message}\n${usage}`);
  }
}

/** What `npm start` was asked for. Throws OptionError. */
export function readOptions(args) {
  const { values, positionals } = parse(args);
  if (values.help) throw new OptionError(usage);
  const foreign = positionals.find((word) => !/^(server|gateway|device)\.[A-Za-z]+=/.test(word));
  if (foreign !== undefined) throw new OptionError(`"${foreign}" is no setting\n${usage}`);
  const { host, port } = hostAndPort(values.host);
  return {
    host,
    codePort: port,
    units: unitCount(values.units),
    firstLocalPort: localPort(values['local-port']),
    dataFolder: isAbsolute(values.data) ? values.data : join(rootFolder, values.data),
    serverWords: wordsFor('server', positionals),
    gatewayWords: wordsFor('gateway', positionals),
    deviceWords: wordsFor('device', positionals),
  };
}
