import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bitmap, blankBitmap } from '../bitmap.ts';
import type { FramebufferSettings } from '../displays/fb.ts';
import type { FramebufferLayout } from '../displays/fb-pixels.ts';

const BRIGHTNESS_MAX = 255;

/** A folder with the files of a kernel's framebuffer and backlight. */
export class FramebufferFolder {
  readonly settings: Required<FramebufferSettings>;
  readonly #layout: FramebufferLayout;

  constructor(folder: string, layout: FramebufferLayout) {
    this.#layout = layout;
    this.settings = {
      device: join(folder, 'fb0'),
      sysfs: join(folder, 'graphics'),
      backlight: join(folder, 'backlight'),
      consoleBind: join(folder, 'console-bind'),
    };
  }

  /** Makes the files; a screen that is on and full of noise. */
  async start(): Promise<void> {
    const { width, height, bitsPerPixel, strideBytes } = this.#layout;
    const { device, sysfs, backlight, consoleBind } = this.settings;
    await mkdir(sysfs, { recursive: true });
    await mkdir(backlight, { recursive: true });
    await writeFile(device, new Uint8Array(strideBytes * height).fill(0x5a));
    await writeFile(join(sysfs, 'virtual_size'), `${width},${height}\n`);
    await writeFile(join(sysfs, 'bits_per_pixel'), `${bitsPerPixel}\n`);
    await writeFile(join(sysfs, 'stride'), `${strideBytes}\n`);
    await writeFile(join(backlight, 'max_brightness'), `${BRIGHTNESS_MAX}\n`);
    await writeFile(join(backlight, 'brightness'), `${BRIGHTNESS_MAX}\n`);
    await writeFile(join(backlight, 'bl_power'), '0\n');
    await writeFile(consoleBind, '1\n');
  }

  /** What a person sees, as `rgb24`. Throws when the device was written past its end. */
  async glass(): Promise<Bitmap> {
    const { width, height, bitsPerPixel, strideBytes } = this.#layout;
    const memory = await readFile(this.settings.device);
    if (memory.length !== strideBytes * height) {
      throw new RangeError(`${memory.length} bytes in a framebuffer of ${strideBytes * height}`);
    }
    const picture = blankBitmap('rgb24', width, height);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const at = y * strideBytes + (x * bitsPerPixel) / 8;
        picture.data.set(this.#pixel(memory, at), y * picture.strideBytes + x * 3);
      }
    }
    return picture;
  }

  /** Brightness from 0 to 1; 0 when the panel is switched off. */
  async brightness(): Promise<number> {
    const read = async (name: string): Promise<number> =>
      Number(await readFile(join(this.settings.backlight, name), 'utf8'));
    return (await read('bl_power')) === 0 ? (await read('brightness')) / BRIGHTNESS_MAX : 0;
  }

  /** True while the text console may write over the picture. */
  async consoleBound(): Promise<boolean> {
    return (await readFile(this.settings.consoleBind, 'utf8')).trim() === '1';
  }

  #pixel(memory: Buffer, at: number): readonly [number, number, number] {
    if (this.#layout.bitsPerPixel === 16) {
      const value = memory.readUInt16LE(at);
      const [r, g, b] = [value >> 11, (value >> 5) & 0x3f, value & 0x1f];
      return [(r * 255) / 31, (g * 255) / 63, (b * 255) / 31];
    }
    return [memory[at + 2] ?? 0, memory[at + 1] ?? 0, memory[at] ?? 0];
  }
}
