import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readQr } from '../../scenario/demo/rig.ts';
import type { LinkedRig } from '../../scenario/technician/rig.ts';
import { Child, until } from '../../support/child.ts';

const root = new URL('../../..', import.meta.url).pathname;

/** The real agent on emulated hardware, in a process of its own, with keys that it makes itself. */
export class SimulatedUnit {
  readonly serial: string;
  readonly #child: Child;
  readonly #localUrl: string;

  /** @param imageFile `xinlu-unit.json`: all that it knows of the world */
  constructor(rig: LinkedRig, serial: string, imageFile: string, localPort: number) {
    this.serial = serial;
    this.#localUrl = `http://127.0.0.1:${localPort}`;
    const settings = {
      serial,
      dataDir: join(rig.gateway.dataDir, serial),
      localPort: String(localPort),
      ...{ display: 'fb-1024x600', gnss: 'fixed', position: '38.4172,114.9393' },
      ...{ panel: 'firmata-nano', panelPath: 'emulator:cab' },
      ...{ modem: 'quectel-ec20', modemPath: 'emulator:modem' },
      ...{ redialFirstMs: '200', logLevel: 'warn' },
    };
    const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    const script = join(root, 'device/simulate.ts');
    this.#child = new Child(
      serial,
      ['--import', 'tsx', script, '--config', imageFile, ...words],
      () => undefined,
    );
  }

  start(): void {
    this.#child.start();
  }

  async stop(): Promise<void> {
    await this.#child.kill('SIGTERM');
  }

  /** What an independent decoder reads off its glass, once it fits. */
  async code(pattern: RegExp): Promise<string> {
    let found = '';
    const look = async () => {
      if (!this.#child.isRunning) throw new Error(`the unit has ended: ${this.#child.log}`);
      const answer = await fetch(`${this.#localUrl}/screen.png`).catch(() => null);
      if (answer?.ok !== true) return false;
      found = (await readQr(Buffer.from(await answer.arrayBuffer()))) ?? '';
      return pattern.test(found);
    };
    await until(`a code ${pattern} on the glass of ${this.serial}`, 90_000, look);
    return found;
  }

  /** The glass as it is, for people. */
  async picture(file: string): Promise<void> {
    const answer = await fetch(`${this.#localUrl}/screen.png`);
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  }
}
