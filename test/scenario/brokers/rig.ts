import { join } from 'node:path';
import { runCommand } from '../../../gateway/admin/run-command.ts';
import { startWorld, temporaryFolder, until, type World } from '../../gateway/world.ts';
import { freePorts } from '../../support/free-port.ts';
import { Mosquitto } from './mosquitto.ts';

/** A gateway with a broker of one kind; `restartBroker` brings it back as it was. */
export interface BrokerRig {
  readonly world: World;
  /** Takes the broker down at once, as a power cut does, and starts it again. */
  restartBroker(): Promise<void>;
  stop(): Promise<void>;
}

const reachedMsMax = 20_000;

async function embedded(): Promise<BrokerRig> {
  const folder = temporaryFolder();
  const [port = 0] = await freePorts(1);
  const words = [`mqttPort=${port}`];
  let world = await startWorld(words, folder.path);
  return {
    get world() {
      return world;
    },
    restartBroker: async () => {
      await world.gateway.stop();
      world = await startWorld(words, folder.path);
    },
    stop: async () => {
      await world.stop();
      folder.remove();
    },
  };
}

/** The command as an operator types it; fails with what it complained of. */
async function xinlu(words: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const complaints: string[] = [];
  const io = {
    callerFolder: process.cwd(),
    print: (line: string) => lines.push(line),
    complain: (line: string) => complaints.push(line),
  };
  const exitCode = await runCommand(words, io);
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${complaints} ${lines}`);
  return lines;
}

/** The gateway first: it makes the broker's files by its own command, then the broker comes. */
async function mosquitto(): Promise<BrokerRig> {
  const folder = temporaryFolder();
  const data = join(folder.path, 'gateway');
  const files = join(folder.path, 'broker');
  const [port = 0] = await freePorts(1);
  const broker = new Mosquitto(files, port);
  const world = await startWorld(
    [
      'broker=external',
      `brokerUrl=mqtts://127.0.0.1:${port}`,
      `brokerFolder=${files}`,
      `brokerPidFile=${broker.pidFile}`,
    ],
    data,
  );
  const reached = () => world.log.filter(({ message }) => message === 'broker reached').length;
  await xinlu([
    ...['gateway', 'broker-config', 'mosquitto', '--out', files],
    ...['--data', data, '--admin', world.addresses.adminUrl],
  ]);
  await broker.start();
  await until('the gateway at the broker', () => reached() > 0, reachedMsMax);
  return {
    world,
    restartBroker: async () => {
      const before = reached();
      await broker.stop('SIGKILL');
      await broker.start();
      await until('the gateway at the broker again', () => reached() > before, reachedMsMax);
    },
    stop: async () => {
      await world.stop();
      await broker.stop();
      folder.remove();
    },
  };
}

/** Every kind of broker the same promises hold for. */
export const brokerKinds = { aedes: embedded, Mosquitto: mosquitto } as const;
export type BrokerKind = keyof typeof brokerKinds;
