import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAgent } from '../../../device/agent.ts';
import type { Agent } from '../../../device/agent-parts.ts';
import type { DeviceEnv } from '../../../device/environment.ts';
import { unitKeys } from '../../../device/identity/unit-keys.ts';
import type { StateJson } from '../../../device/local-page/state-json.ts';
import { readSimulationConfig, simulate } from '../../../device/simulation/simulation.ts';
import { encodePng, systemTimers } from '../../../hardware/open.ts';
import { makeAuthority, makeGrant } from '../support/fake-authority.ts';
import { FakeComposer } from '../support/fake-composer.ts';
import { FakeGateway } from '../support/fake-gateway.ts';
import { memoryLog, temporaryFolder } from '../support/world.ts';

/** johnny-five keeps its own time, so this truck drives in ours. */
const patienceMs = 30_000;
const serial = 'XL-TEST-0001';
const folder = temporaryFolder();
const words = [
  `device.dataDir=${folder.path}`,
  `device.serial=${serial}`,
  `device.fleetCaFile=${join(folder.path, 'none.pem')}`,
  'device.codeAddress=https://xl.example.cn/',
  'device.localPort=0',
  'device.display=waveshare-7in5-v2-demo',
  'device.displayPath=emulator:panel',
  'device.gnss=atgm336h',
  'device.panel=firmata-nano',
  'device.panelPath=emulator:cab',
  'device.modem=quectel-ec20',
  'device.modemPath=emulator:modem',
  'device.track=test/vectors/tracks/barefoot-munich-1hz.csv',
  'device.network=gateway/samples/hebei-network.geojson',
  'device.section=G4',
  'device.startStake=K150+000',
];
const env: DeviceEnv = {
  nowMs: Date.now,
  nowMonoMs: () => performance.now(),
  randomBytes,
  timers: systemTimers,
  log: memoryLog().log,
  machine: { bootId: 'boot', uptimeMs: () => performance.now() },
};
const composer = new FakeComposer('mono1', 800, 480);
let simulation: ReturnType<typeof simulate>;
let agent: Agent;
let gateway: FakeGateway;
let url = '';
let powerBack = 0;

beforeAll(async () => {
  const config = readSimulationConfig({ env: {}, words, fileText: undefined });
  simulation = simulate(config, env);
  await simulation.start();
  const { signer } = await unitKeys(folder.path);
  gateway = new FakeGateway(serial, signer.publicKey);
  const authority = await makeAuthority(Date.now());
  agent = createAgent(
    config,
    env,
    {
      ...simulation.parts,
      composer,
      dial: gateway.dial,
      ask: async ({ nonce, csr }) =>
        nonce === ''
          ? { kind: 'challenge', nonce: 'n', gatewayMs: Date.now() }
          : { kind: 'granted', grant: await makeGrant(authority, gateway, csr) },
    },
    {
      onBroken: () => undefined,
      onPowerBack: () => (powerBack += 1),
      onReboot: () => undefined,
      onWipe: () => undefined,
      onRelaunch: () => undefined,
    },
  );
  url = (await agent.start()).localUrl;
}, patienceMs);

afterAll(async () => {
  await agent.stop();
  simulation.stop();
  folder.remove();
}, patienceMs);

const state = async () => (await (await fetch(`${url}/state.json`)).json()) as StateJson;
const act = (name: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/bench/${name}`, { method: 'POST', headers, redirect: 'manual' });
const isFaultLampLit = () => simulation.parts.bench?.lamps().en.includes('fault') === true;
const status = () =>
  gateway
    .records()
    .flatMap((record) => (record.kind === 'status' ? [record.values] : []))
    .at(-1);

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const fromMs = performance.now(); performance.now() - fromMs < patienceMs; ) {
    if (await holds()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`waited in vain: ${what}`);
}

it(
  'shows on its page what stands on the glass of the emulated panel',
  async () => {
    await until('a code', async () => (await state()).url !== null);
    const glass = await simulation.parts.glass?.();
    if (glass == null) throw new Error('no glass');
    const shown = Buffer.from(await (await fetch(`${url}/screen.png`)).arrayBuffer());
    expect(shown.equals(Buffer.from(await encodePng(glass)))).toBe(true);
    expect(glass.data.some((byte) => byte !== 0)).toBe(true);
  },
  2 * patienceMs,
);

it(
  'feels a button, the cable, the sky and the cold',
  async () => {
    await act('button-arrived');
    await until('the duty', async () => (await state()).duty === 4);
    await act('gnss-cable');
    await until('the cable', async () => (await state()).gnss === 'silent');
    await act('gnss-cable');
    await until('the cable again', async () => (await state()).gnss === 'fix');
    await act('gnss-sky');
    await until('the sky', async () => (await state()).gnss === 'no-fix');
    await act('gnss-sky');
    await act('temperature-minus-15');
    await until('the cold', () => status()?.displayFault === 'temperature');
    expect(status()).toMatchObject({ ignition: true, modemDbm: -67 });
    expect(status()?.panelTemperatureC).toBeCloseTo(-15, 0);
    await until('the fault lamp', () => isFaultLampLit());
    await act('temperature-plus-20');
    await until('the warmth', () => status()?.displayFault === null);
    await until('the fault lamp dark', () => !isFaultLampLit());
    expect((await act('ignition', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await act('dance')).status).toBe(404);
  },
  4 * patienceMs,
);

it(
  'with the ignition off "off" is on the glass before the line ends, within the hold-up time',
  async () => {
    const cutMs = performance.now();
    await act('ignition');
    await until('off', async () => composer.last().notice === 'off');
    await until('the end of the line', async () => (await state()).link === 'offline');
    expect(performance.now() - cutMs).toBeLessThan(8_000);
    expect(await state()).toMatchObject({ url: null });
    const events = gateway
      .records()
      .flatMap((record) => (record.kind === 'event' ? [record.values] : []));
    expect(events.at(-1)).toEqual({ name: 'ignition', detail: 'off' });
    const drawn = composer.states.length;
    await act('ignition');
    await until('the ignition', () => powerBack === 1);
    expect(composer.states.length).toBe(drawn);
  },
  2 * patienceMs,
);
