import { createLinkToken } from '../../../server/link/create-token.ts';
import { startWorld, type World } from '../../gateway/world.ts';
import { openRig, type Rig, seededBytes } from '../../server/rig.ts';
import { freePorts } from '../../support/free-port.ts';

/** A credit server and a gateway that are linked, both real and in this process. */
export interface LinkedRig {
  readonly server: Rig;
  readonly serverUrl: string;
  readonly gateway: World;
  stop(): Promise<void>;
}

const linkWaitMsMax = 30_000;

async function waitForLink({ server }: Rig): Promise<void> {
  const endMs = Date.now() + linkWaitMsMax;
  const isLinked = () =>
    server.store.get(
      "SELECT 1 FROM links WHERE revoked_at_ms IS NULL AND gateway_id <> 'gateway-1'",
    );
  while ((await isLinked()) === undefined) {
    if (Date.now() > endMs) throw new Error('the gateway did not claim its link');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param words further settings of the gateway */
export async function startLinked(words: readonly string[] = []): Promise<LinkedRig> {
  const [fleetPort = 0, serverPort = 0] = await freePorts(2);
  const serverUrl = `http://127.0.0.1:${serverPort}`;
  const server = await openRig({
    ...{ port: serverPort, publicUrl: serverUrl },
    gatewayUrl: `http://127.0.0.1:${fleetPort}`,
  });
  server.clock.ms = Date.now();
  await server.server.start();
  const { store } = server.server;
  const outside = { nowMs: () => server.clock.ms, randomBytes: seededBytes('technician') };
  const { token } = await createLinkToken(store, outside);
  const gateway = await startWorld([
    ...[`linkToken=${token}`, `serverUrl=${serverUrl}`, `fleetPort=${fleetPort}`, ...words],
  ]);
  await waitForLink(server);
  return {
    ...{ server, serverUrl, gateway },
    stop: async () => {
      await gateway.stop();
      // Connections that fetch keeps would end with the gateway, had it a process of its own.
      server.server.app.server.closeAllConnections();
      await server.close();
    },
  };
}

/** Waits until the gateway knows the server's vehicles. */
export async function waitForVehicles({ gateway }: LinkedRig, serial: string): Promise<void> {
  const endMs = Date.now() + linkWaitMsMax;
  for (;;) {
    const { body } = await gateway.admin('GET', `/config/units/${serial}`);
    if (JSON.stringify(body).includes('"plate":"')) return;
    if (Date.now() > endMs) throw new Error(`no vehicle came: ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
