import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsqr from 'jsqr';
import sharp from 'sharp';
import { freePorts } from '../../support/free-port.ts';

/** The part of a running program that the scenarios steer. */
export interface Part {
  readonly ready: Readonly<Record<string, string>>;
  start(): Promise<unknown>;
  stop(): Promise<void>;
}

interface DemoUnit {
  readonly serial: string;
  readonly localPort: number;
}

export interface RunningDemo {
  readonly fleet: readonly DemoUnit[];
  readonly server: Part;
  readonly gateway: Part;
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly forced: readonly string[];
  gatewayCommand(words: readonly string[]): Promise<Record<string, unknown>[]>;
}

export interface UnitState {
  readonly serial: string;
  readonly unitId: number;
  readonly url: string | null;
  readonly issuedAt: number;
  readonly match: readonly number[];
  readonly matchWords: string;
  readonly link: string;
  readonly truth: { readonly lat: number; readonly lon: number };
}

const tools = new URL('../../../.tools/', import.meta.url);
const load = (file: string) => import(new URL(file, tools).href);

/** The demonstration of `npm start`, on free ports and in a folder of its own. */
export class DemoRig {
  readonly #folder = mkdtempSync(join(tmpdir(), 'xinlu-demo-'));
  readonly #handedOut = new Set<string>();
  demo!: RunningDemo;

  async start(): Promise<void> {
    const { ensureBuilt } = (await load('build.mjs')) as { ensureBuilt(): void };
    ensureBuilt();
    const { Demo } = (await load('demo/demo.mjs')) as {
      Demo: new (options: object, hooks: object) => RunningDemo;
    };
    const [server, serverAdmin, http, units, mqtt, admin, fleet, ...local] = await freePorts(10);
    this.demo = new Demo(
      {
        host: '127.0.0.1',
        codePort: http,
        units: 3,
        // Local pages stand side by side: the first of three that were free.
        firstLocalPort: Math.min(...local),
        dataFolder: this.#folder,
        serverWords: [`server.port=${server}`, `server.adminPort=${serverAdmin}`],
        gatewayWords: [
          `gateway.unitsPort=${units}`,
          `gateway.mqttPort=${mqtt}`,
          `gateway.adminPort=${admin}`,
          `gateway.fleetPort=${fleet}`,
        ],
        deviceWords: [],
      },
      {
        say: () => undefined,
        onDeath: (part: { name: string; logFile: string }) => {
          throw new Error(`${part.name} ended: see ${part.logFile}`);
        },
      },
    );
    await this.demo.start();
  }

  async stop(): Promise<void> {
    await this.demo.stop();
    rmSync(this.#folder, { recursive: true });
  }

  localUrl(unit: 'tow' | 'patrol' | 'kiosk', path: string): string {
    const index = { tow: 0, patrol: 1, kiosk: 2 }[unit];
    return `http://127.0.0.1:${this.demo.fleet[index]?.localPort}${path}`;
  }

  async state(unit: 'tow' | 'patrol' | 'kiosk'): Promise<UnitState> {
    return (await (await fetch(this.localUrl(unit, '/state.json'))).json()) as UnitState;
  }

  /** What an independent decoder reads from the picture of the glass; null: nothing. */
  async scan(unit: 'tow' | 'patrol' | 'kiosk'): Promise<string | null> {
    const answer = await fetch(this.localUrl(unit, '/screen.png'));
    return readQr(Buffer.from(await answer.arrayBuffer()));
  }

  /** A code just read from the glass that no scan was given before, with its state. */
  async freshCode(unit: 'tow' | 'patrol' | 'kiosk'): Promise<{ url: string; state: UnitState }> {
    for (;;) {
      const before = await this.state(unit);
      const url = await this.scan(unit);
      const after = await this.state(unit);
      const isSteady = before.url === url && after.url === url;
      if (url !== null && isSteady && !this.#handedOut.has(url)) {
        this.#handedOut.add(url);
        return { url, state: after };
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Text of the QR in a PNG; null: none. */
export async function readQr(png: Buffer): Promise<string | null> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return jsqr.default(new Uint8ClampedArray(data), info.width, info.height)?.data ?? null;
}
