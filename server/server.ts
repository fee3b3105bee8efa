import fastifyCookie from '@fastify/cookie';
import fastifyFormbody from '@fastify/formbody';
import { type FastifyInstance, type FastifyRequest, fastify, LogController } from 'fastify';
import { followRoutes } from '../protocols/contracts/route-list.ts';
import { CodedError } from '../protocols/errors.ts';
import type { Store } from '../protocols/store/store.ts';
import { AddressLimit, CostlyWork } from './access/attempt-limits.ts';
import { auditLog } from './access/audit-sink.ts';
import { offerFirstSetup, registerDesk } from './access/desk.ts';
import { denyAtDesk } from './access/desk-reply.ts';
import { installAccessGate, signIn } from './access/gate.ts';
import { adminRoutes } from './admin/routes.ts';
import { Checkpoints } from './audit/checkpoints.ts';
import { auditRoutes } from './audit/routes.ts';
import { openSigners, type Signers } from './audit/signing-keys.ts';
import { type BenchParts, worksOnUnits } from './bench/bench-parts.ts';
import { benchRoutes } from './bench/routes.ts';
import { cardHostOf } from './cards/draw-prints.ts';
import { openCardIssuer } from './cards/issuer.ts';
import { type CardPageParts, CardPages } from './cards/routes.ts';
import { complaintRoutes, scanComplaintRoutes } from './complaints/routes.ts';
import { cookiesAreSecure, type ServerConfig } from './config.ts';
import { adminContractRoute, publicContractRoute } from './contracts/routes.ts';
import { loadSample, sampleDirectory } from './directory/sample.ts';
import { documentRoutes } from './documents/routes.ts';
import type { ServerEnvironment } from './environment.ts';
import { feePageRoutes, scanFeeRoutes } from './fees/page-routes.ts';
import { feeRoutes } from './fees/routes.ts';
import { publishSampleTariffs } from './fees/sample-tariffs.ts';
import { createFleetClient } from './fleet/fleet-client.ts';
import { healthRoute } from './health.ts';
import { linkRoutes } from './link/routes.ts';
import { lookupRoute } from './lists/lookup-route.ts';
import { listApi, listRoutes } from './lists/routes.ts';
import { loadSampleEntries } from './lists/sample.ts';
import { DayTurn } from './organisations/day-turn.ts';
import { peopleRoutes } from './organisations/people-routes.ts';
import { OrganisationPages } from './organisations/routes.ts';
import { pageRoutes } from './pages/routes.ts';
import { receiptRoutes, scanReceiptRoutes } from './receipt/routes.ts';
import { ScanPages } from './scan-page/routes.ts';
import { dataFiles, loadSecret, SecretBox, writeFileSafely } from './secrets.ts';
import { openStore } from './store/open.ts';
import { readStyles } from './web/http/assets.ts';
import { compressText } from './web/http/compress.ts';
import { setPageHeaders } from './web/http/headers.ts';

const adminHost = '127.0.0.1';
/** A request's headers and body must have come after this long, in milliseconds. */
const requestMsMax = 30_000;

/** The credit server: pages for people, the link for gateways, commands on loopback. */
export interface Server {
  /** Pages and link, ready for `inject`; listens after `start()`. */
  readonly app: FastifyInstance;
  readonly admin: FastifyInstance;
  readonly store: Store;
  readonly checkpoints: Checkpoints;
  /** Listens. Throws `port-taken`, naming the setting. */
  start(): Promise<ServerAddresses>;
  /** Finishes what was begun, then closes ports and store. */
  stop(): Promise<void>;
}

export interface ServerAddresses {
  readonly url: string;
  readonly adminUrl: string;
}

/** A Fastify that logs routes, not addresses: the number of a scan opens its page. */
function newApp(config: ServerConfig, env: ServerEnvironment): FastifyInstance {
  const app = fastify({
    loggerInstance: env.log,
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    trustProxy: [...config.trustedProxies],
    requestTimeout: requestMsMax,
    forceCloseConnections: 'idle',
  });
  followRoutes(app);
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const line = { method, route: routeOptions.url, status: reply.statusCode };
    request.log.debug({ ...line, ms: Math.round(reply.elapsedTime) }, 'answered');
  });
  return app;
}

/** Routes below a path, with hooks and error answers of their own. */
async function mount(
  app: FastifyInstance,
  prefix: string,
  routes: (scope: FastifyInstance) => void,
): Promise<void> {
  await app.register(
    (scope, _options, done) => {
      routes(scope);
      done();
    },
    { prefix },
  );
}

async function publicApp(
  config: ServerConfig,
  access: BenchParts & CardPageParts,
  signers: Signers,
): Promise<FastifyInstance> {
  const { env, store, secrets, cookieSecure } = access;
  const app = newApp(config, env);
  const styles = readStyles();
  await app.register(fastifyCookie);
  await app.register(fastifyFormbody);
  app.addHook('onRequest', async (_request, reply) => setPageHeaders(reply));
  app.addHook('onSend', compressText);
  const gate = { ...access, deny: denyAtDesk };
  installAccessGate(app, gate);
  pageRoutes(app, {
    baseStyle: styles.base,
    publicStyle: styles.public,
    sampleData: config.sampleData,
  });
  const { publicUrl } = config;
  const documents = { store, nowMs: env.nowMs, publicUrl };
  await mount(app, '/d', (paper) => documentRoutes(paper, documents));
  healthRoute(app, store);
  publicContractRoute(app);
  await mount(app, '/link/v1', (link) => linkRoutes(link, { store, secrets, env }));
  const demonstration = config.sampleData;
  await mount(app, '/api', (api) => listApi(api, { store, nowMs: env.nowMs }));
  await mount(app, '/api', (api) => feeRoutes(api, { store, demonstration }));
  const staffOf = async (request: FastifyRequest) => {
    const staff = await signIn(gate, request);
    return staff && { accountId: staff.accountId, installsUnits: worksOnUnits(staff) };
  };
  const style = styles.scan;
  const pages = new ScanPages({ store, secrets, env, cookieSecure, style, staffOf });
  const fees = { store, nowMs: env.nowMs, demonstration };
  const complaints = { store, secrets, env, sample: config.sampleData };
  const receipts = { store, env, publicUrl, maker: { secrets, signer: signers.receipt } };
  await mount(app, '/v', (scan) => {
    pages.register(scan);
    scanComplaintRoutes(scan, complaints);
    scanFeeRoutes(scan, fees);
    scanReceiptRoutes(scan, receipts);
  });
  receiptRoutes(app, receipts);
  auditRoutes(app, store);
  feePageRoutes(app, fees);
  listRoutes(app, { store, nowMs: env.nowMs });
  lookupRoute(app, { store, nowMs: env.nowMs, sample: config.sampleData });
  complaintRoutes(app, complaints);
  await registerDesk(app, access, (desk) => {
    new OrganisationPages(access).register(desk);
    peopleRoutes(desk, access);
    benchRoutes(desk, access);
    new CardPages(access).register(desk);
  });
  return app;
}

/** Listens, or says which setting is in the way. */
async function listen(
  app: FastifyInstance,
  host: string,
  port: number,
  setting: string,
): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new CodedError('port-taken', `${host}:${port} is in use: set ${setting} to another port`);
  }
}

/**
 * Opens the store, makes missing secrets and builds both listeners without listening.
 * Throws as `openStore` does.
 */
export async function createServer(config: ServerConfig, env: ServerEnvironment): Promise<Server> {
  const { dataDir } = config;
  const store = await openStore(config.storeUrl || dataFiles.store(dataDir));
  const secrets = new SecretBox(loadSecret(dataFiles.rootSecret(dataDir), env.randomBytes));
  const token = loadSecret(dataFiles.adminToken(dataDir), env.randomBytes);
  const signers = await openSigners(store, dataDir, env);
  const checkpoints = new Checkpoints({ store, signer: signers.checkpoint, env });
  if (config.sampleData) {
    await loadSample(store, sampleDirectory());
    await loadSampleEntries(store);
  }
  const dayTurn = new DayTurn(store, env);
  await dayTurn.turn();
  await publishSampleTariffs(store, { nowMs: env.nowMs(), randomBytes: env.randomBytes });
  const { gatewayUrl, gatewayCaFile } = config;
  const access: BenchParts & CardPageParts = {
    issuer: await openCardIssuer(store, dataDir, env),
    codeHost: cardHostOf(config),
    dataDir,
    fleet: createFleetClient({ store, secrets, gatewayUrl, gatewayCaFile }),
    store,
    secrets,
    env,
    audit: auditLog(env.randomBytes),
    addresses: new AddressLimit(),
    costly: new CostlyWork(),
    cookieSecure: cookiesAreSecure(config),
    publicUrl: config.publicUrl,
  };
  await offerFirstSetup(access, dataDir);
  const app = await publicApp(config, access, signers);
  const admin = newApp(config, env);
  adminRoutes(admin, { ...access, token });
  adminContractRoute(admin, app);
  const stop = async () => {
    await app.close();
    await admin.close();
    dayTurn.stop();
    await checkpoints.stop();
    await store.close();
  };
  const start = async () => {
    try {
      const url = await listen(app, config.host, config.port, 'server.port');
      const adminUrl = await listen(admin, adminHost, config.adminPort, 'server.adminPort');
      writeFileSafely(dataFiles.adminAddress(dataDir), `${adminUrl}\n`);
      checkpoints.start();
      await dayTurn.start();
      return { url, adminUrl };
    } catch (error) {
      await stop();
      throw error;
    }
  };
  return { app, admin, store, checkpoints, start, stop };
}
