import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bitmap } from '../bitmap.ts';
import { HardwareError } from '../errors.ts';
import { type FramebufferLayout, framebufferBytes } from './fb-pixels.ts';
import type { PanelDriver } from './panel-driver.ts';

export interface FramebufferSettings {
  /** Default `/dev/fb0`. */
  readonly device?: string;
  /** Default `/sys/class/graphics/fb0`. */
  readonly sysfs?: string;
  /** Folder of the backlight, as `/sys/class/backlight/panel`; absent: it cannot be dimmed. */
  readonly backlight?: string;
  /** The text console that would write over the picture; default vtcon1's. */
  readonly consoleBind?: string;
}

const PIXEL_BITS = [16, 24, 32] as const;
/** FB_BLANK_UNBLANK and FB_BLANK_POWERDOWN of the kernel. */
const LIT = '0';
const DARK = '4';

/** An LCD through the kernel's framebuffer: plain files, one write a picture. */
export class FbPanel implements PanelDriver {
  readonly #settings: FramebufferSettings;
  #file: FileHandle | null = null;
  #layout: FramebufferLayout | null = null;

  constructor(settings: FramebufferSettings) {
    this.#settings = settings;
  }

  /** Rejects with HardwareError `not-here` when there is no framebuffer of a known layout. */
  async start(): Promise<void> {
    if (this.#file !== null) return;
    const { device = '/dev/fb0', sysfs = '/sys/class/graphics/fb0' } = this.#settings;
    this.#layout = await readLayout(sysfs);
    this.#file = await open(device, 'r+').catch(() => {
      throw new HardwareError('not-here', device);
    });
    const console = this.#settings.consoleBind ?? '/sys/class/vtconsole/vtcon1/bind';
    // Not every kernel has a text console to take away.
    await writeFile(console, '0').catch(() => undefined);
  }

  async draw(picture: Bitmap): Promise<void> {
    const { layout, file } = this.#opened();
    const bytes = framebufferBytes(picture, layout);
    if (bytes === null) {
      const size = `${layout.width}x${layout.height}`;
      throw new HardwareError('not-here', `the framebuffer has ${size} pixels`);
    }
    await file.write(bytes, 0, bytes.length, 0);
    await this.#backlight('bl_power', LIT);
  }

  async light(level: number): Promise<void> {
    const { backlight } = this.#settings;
    if (backlight === undefined) return;
    const most = Number(await readFile(join(backlight, 'max_brightness'), 'utf8'));
    // Never quite dark: a dark screen looks like a broken one.
    await this.#backlight('brightness', String(Math.max(1, Math.round(level * most))));
  }

  async powerOff(): Promise<void> {
    const { layout, file } = this.#opened();
    const bytes = new Uint8Array(layout.strideBytes * layout.height);
    await file.write(bytes, 0, bytes.length, 0);
    await this.#backlight('bl_power', DARK);
  }

  async stop(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  #opened(): { file: FileHandle; layout: FramebufferLayout } {
    if (this.#file === null || this.#layout === null) {
      throw new HardwareError('port-closed', 'framebuffer');
    }
    return { file: this.#file, layout: this.#layout };
  }

  async #backlight(name: 'bl_power' | 'brightness', value: string): Promise<void> {
    const { backlight } = this.#settings;
    if (backlight !== undefined) await writeFile(join(backlight, name), value);
  }
}

async function readLayout(sysfs: string): Promise<FramebufferLayout> {
  const read = (name: string): Promise<string> =>
    readFile(join(sysfs, name), 'utf8').catch(() => {
      throw new HardwareError('not-here', join(sysfs, name));
    });
  const [width = 0, height = 0] = (await read('virtual_size')).trim().split(',').map(Number);
  const bits = Number(await read('bits_per_pixel'));
  const strideBytes = Number(await read('stride'));
  const bitsPerPixel = PIXEL_BITS.find((known) => known === bits);
  if (bitsPerPixel === undefined || strideBytes < (width * bits) / 8 || !(height > 0)) {
    throw new HardwareError('not-here', `${sysfs}: ${width}x${height}, ${bits} bits a pixel`);
  }
  return { width, height, bitsPerPixel, strideBytes };
}
