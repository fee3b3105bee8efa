#!/usr/bin/env node
import { printableConfig } from '../protocols/config/config.ts';
import {
  inCallersFolder,
  leave,
  readArguments,
  reportFailure,
  serve,
  systemEnv,
} from './process.ts';
import { SimulatedMachine } from './simulation/machine.ts';
import { readSimulationConfig, simulate, simulationConfig } from './simulation/simulation.ts';
import { launch } from './update/launcher.ts';

/** A whole simulated unit: the real agent on emulated hardware. */
async function run(args: readonly string[]): Promise<void> {
  const { fileText, printConfig, words } = readArguments(args);
  const config = inCallersFolder(readSimulationConfig({ fileText, env: process.env, words }));
  if (printConfig) {
    const shown = printableConfig(simulationConfig, config);
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return;
  }
  const real = systemEnv(Date.now, config.logLevel);
  const machine = new SimulatedMachine(real.machine);
  const env = { ...real, machine };
  const simulation = simulate(config, env);
  await simulation.start();
  try {
    await serve(config, env, () => simulation.parts, machine);
  } finally {
    simulation.stop();
  }
}

const args = process.argv.slice(2);

await launch('simulate', args, async () => {
  await run(args).catch(reportFailure);
  leave();
});
