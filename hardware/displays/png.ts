import { rename, writeFile } from 'node:fs/promises';
import type { Bitmap } from '../bitmap.ts';
import { encodePng } from '../png-image.ts';
import type { PanelDriver } from './panel-driver.ts';

/** A file instead of a panel. Readers never see half a picture: it is renamed into place. */
export class PngPanel implements PanelDriver {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async start(): Promise<void> {}

  async draw(picture: Bitmap): Promise<void> {
    const written = `${this.#path}.part`;
    await writeFile(written, await encodePng(picture));
    await rename(written, this.#path);
  }

  async light(): Promise<void> {}

  async powerOff(): Promise<void> {}

  async stop(): Promise<void> {}
}
