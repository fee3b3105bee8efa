import { join } from 'node:path';
import type { Bitmap } from '../../hardware/bitmap.ts';
import type { Display, RefreshMode } from '../../hardware/display.ts';
import type { FramebufferSettings } from '../../hardware/displays/fb.ts';
import type { HardwareEnv } from '../../hardware/environment.ts';
import { openDisplay } from '../../hardware/open.ts';
import type { DeviceConfig } from '../config.ts';
import type { DeviceEnv } from '../environment.ts';
import { type Foundation, files } from '../foundation.ts';
import type { PositionTracker } from '../position/position.ts';
import { createScreenComposer, type ScreenComposer } from '../screen/screen.ts';
import { CodeScreen } from './code-screen.ts';
import { type MintedCode, Minter } from './minter.ts';
import { rotationOf } from './rotation.ts';
import type { ScreenFacts } from './screen-facts.ts';

export interface CodeScreenSetup {
  readonly config: DeviceConfig;
  readonly env: DeviceEnv;
  readonly hardwareEnv: HardwareEnv;
  readonly base: Foundation;
  readonly positions: PositionTracker;
  /** Absent: the product's own. */
  readonly composer: ScreenComposer | undefined;
  facts(): ScreenFacts;
  onFault(): void;
  /** A new code stands on the glass, in this picture. */
  onNewCode(code: MintedCode, picture: Bitmap, mode: RefreshMode): void;
  /** Simulated units: other files than the machine's own framebuffer. */
  readonly framebuffer: FramebufferSettings | undefined;
}

export interface OpenedScreen {
  readonly display: Display;
  readonly screen: CodeScreen;
}

/** Problems of texts told apart; the screen repeats each with every frame. */
const problemsToldMax = 100;

/** A composer that tells the gateway, once each, of texts that could not be drawn in full. */
function watched(composer: ScreenComposer, tell: (detail: string) => void): ScreenComposer {
  const told = new Set<string>();
  return {
    layoutVersion: composer.layoutVersion,
    start: () => composer.start(),
    async compose(state) {
      const frame = await composer.compose(state);
      for (const { code, text, detail } of frame.problems) {
        const problem = `${code} ${detail} in ${text}`;
        if (told.has(problem) || told.size >= problemsToldMax) continue;
        told.add(problem);
        tell(problem);
      }
      return frame;
    },
  };
}

function framebufferOf({ backlight }: DeviceConfig): FramebufferSettings {
  return backlight === '' ? {} : { backlight };
}

/** The panel of the configuration, not started. */
export function openUnitDisplay(
  config: DeviceConfig,
  env: HardwareEnv,
  framebuffer = framebufferOf(config),
): Promise<Display> {
  const { display: part, displayPath, dataDir } = config;
  const path = displayPath === '' ? join(dataDir, files.frame) : displayPath;
  return openDisplay({ part, path, framebuffer }, env);
}

/** The panel of the configuration, started, and the code that is to stand on it. */
export async function openCodeScreen(setup: CodeScreenSetup): Promise<OpenedScreen> {
  const { config, env, base, positions } = setup;
  const display = await openUnitDisplay(config, setup.hardwareEnv, setup.framebuffer);
  const rotation = rotationOf(display.caps, config);
  const { width, height, format } = display.caps;
  const { clock, used, signer, recorder, state } = base;
  const composer = watched(
    setup.composer ?? createScreenComposer({ width, height, format }),
    (problem) => {
      env.log.warn({ problem }, 'a text of the screen is not whole');
      recorder.event('text-not-whole', problem);
    },
  );
  await composer.start();
  await display.start();
  const screen = new CodeScreen({
    display,
    composer,
    clock,
    minter: new Minter({ clock, positions, used, signer, env }),
    rotation,
    env,
    facts: setup.facts,
    onShown: (code, frame, panelMode) => {
      void recorder.write('shown', {
        code: code.bytes,
        layoutVersion: composer.layoutVersion,
        contentVersion: state.config?.screen.version ?? 0,
        frameHash: frame.frameHash,
        decodedOk: true,
        panelMode,
      });
      setup.onNewCode(code, frame.picture, panelMode);
    },
    onFault: (fault, detail) => {
      env.log.error({ fault, detail }, 'the code could not be shown');
      recorder.event(fault, detail);
      setup.onFault();
    },
  });
  return { display, screen };
}
