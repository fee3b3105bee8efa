import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { command } from './command.mjs';
import { demoFleet, demoIncident, demoTechnician } from './fleet.mjs';
import { gatewayPart, serverPart, unitPart } from './parts.mjs';

/** A unit asks for its credentials every 5 to 60 s. */
const enrolmentWaitMsMax = 180_000;
const pollMs = 500;

/** Server, gateway and simulated units in processes of their own, enrolled and on the road. */
export class Demo {
  /** Units that were started; they are stopped together, before what they talk to. */
  #units = [];
  #stopping = false;
  fleet;
  /** One-time link of the technician's account; null: it is set up. */
  technicianLink = null;
  server;
  gateway;

  constructor(options, { say, onDeath }) {
    this.options = options;
    this.say = say;
    this.onDeath = onDeath;
    this.fleet = demoFleet(options.units, options.firstLocalPort);
  }

  async start() {
    await this.#startServices();
    this.technicianLink = await this.#ensureTechnician();
    for (const unit of this.fleet) await this.#startUnit(unit);
    await this.#waitUntilActive();
    await this.#ensureIncident(this.fleet[0].serial);
  }

  /** Parts that had to be ended by force, by name. */
  get forced() {
    return [...this.#units, this.gateway, this.server]
      .filter((part) => part?.wasForced)
      .map(({ name }) => name);
  }

  async stop() {
    if (this.#stopping) return;
    this.#stopping = true;
    await Promise.all(this.#units.map((part) => part.stop()));
    await this.gateway?.stop();
    await this.server?.stop();
  }

  /** A gateway command with this demonstration's data; answers its JSON lines. */
  gatewayCommand(words, settings) {
    const admin = this.gateway.ready.adminUrl;
    const at = ['--data', join(this.options.dataFolder, 'gateway'), '--admin', admin];
    return command('gateway', [...words, ...at], settings);
  }

  async #startPart(part, what) {
    this.say(`starting ${what} …`);
    await part.start();
    part.onExit(() => {
      if (!this.#stopping && !part.isStopping) this.onDeath(part);
    });
  }

  /** As long as no gateway is linked, the server gives ours a one-time token. */
  async #startServices() {
    const { options } = this;
    this.server = serverPart(options);
    await this.#startPart(this.server, 'the credit server');
    const at = ['--data', join(options.dataFolder, 'server')];
    const linked = await command('server', ['link', 'list', ...at]);
    const [link] = linked.some((link) => link.revokedAtMs === null)
      ? []
      : await command('server', ['link', 'create', ...at]);
    this.gateway = gatewayPart(options, link?.token ?? null);
    await this.#startPart(this.gateway, 'the gateway');
  }

  /** An account for the bench. Nobody's password is known: its holder sets it by a link. */
  async #ensureTechnician() {
    const at = ['--data', join(this.options.dataFolder, 'server')];
    const { login, ...more } = demoTechnician;
    const known = await command('server', ['user', 'list', ...at]);
    const account = known.find(({ loginName }) => loginName === login);
    if (account !== undefined && account.state !== 'waiting') return null;
    const words = Object.entries(more).flatMap(([name, value]) => [`--${name}`, value]);
    const act = account === undefined ? ['create', ...words] : ['reset'];
    const [made] = await command('server', ['user', ...act, '--login', login, ...at]);
    return made.setupLink;
  }

  /** A unit from the bench to the road, through the real protocol. */
  async #startUnit(unit) {
    const { serial } = unit;
    const words = ['--serial', serial, '--kind', unit.kind, '--model', unit.model];
    await this.gatewayCommand(['unit', 'register', ...words, '--vehicle', unit.vehicle], {
      mayRefuse: true,
    });
    const part = unitPart(this.options, unit);
    this.#units.push(part);
    await this.#startPart(part, `${serial} ${unit.title}`);
    if (part.ready.enrolled) return;
    await this.#approve(serial, part.ready.fingerprint);
    await this.gatewayCommand(['unit', 'commission', '--serial', serial]);
  }

  /** Waits until the gateway holds the request of the very key that the unit itself shows. */
  async #approve(serial, fingerprint) {
    const words = ['unit', 'enrol', '--serial', serial, '--fingerprint', fingerprint];
    for (let waitedMs = 0; ; waitedMs += pollMs) {
      const [answer] = await this.gatewayCommand(words, { mayRefuse: true });
      if (answer?.code === undefined) return;
      if (waitedMs > enrolmentWaitMsMax) throw new Error(`${serial}: ${answer.message}`);
      await pause(pollMs);
    }
  }

  /** Active: the first code stood on the glass. */
  async #waitUntilActive() {
    this.say('waiting for the first codes …');
    const serials = new Set(this.fleet.map(({ serial }) => serial));
    for (let waitedMs = 0; serials.size > 0; waitedMs += pollMs) {
      for (const { serial, state } of await this.gatewayCommand(['unit', 'list'])) {
        if (state === 'active' && serials.delete(serial)) this.say(`${serial} is active`);
      }
      if (waitedMs > enrolmentWaitMsMax) throw new Error(`not active: ${[...serials].join(' ')}`);
      await pause(pollMs);
    }
  }

  async #ensureIncident(serial) {
    const known = await this.gatewayCommand(['incident', 'list']);
    if (known.some(({ stage }) => stage !== 'closed')) return;
    const words = Object.entries(demoIncident).flatMap(([name, value]) => [`--${name}`, value]);
    const [incident] = await this.gatewayCommand(['incident', 'report', ...words]);
    await this.gatewayCommand([
      'incident',
      'assign',
      '--incident',
      incident.id,
      '--serial',
      serial,
    ]);
  }
}
