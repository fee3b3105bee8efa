const WIDTH = 800;
const HEIGHT = 480;
const STRIDE_BYTES = WIDTH / 8;
const PLANE_BYTES = STRIDE_BYTES * HEIGHT;

/** A part of the screen in bytes across and lines down, ends included. */
export interface PanelWindow {
  readonly fromByte: number;
  readonly toByte: number;
  readonly fromLine: number;
  readonly toLine: number;
  readonly bytes: number;
}

export const WHOLE_SCREEN: PanelWindow = {
  fromByte: 0,
  toByte: STRIDE_BYTES - 1,
  fromLine: 0,
  toLine: HEIGHT - 1,
  bytes: PLANE_BYTES,
};

/** The window of command 90; null for one outside the screen or not on byte boundaries. */
export function windowOf(data: readonly number[]): PanelWindow | null {
  const word = (at: number): number => ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
  const [x, xEnd, fromLine, toLine] = [word(0), word(2), word(4), word(6)];
  if (x % 8 !== 0 || (xEnd + 1) % 8 !== 0 || xEnd < x || xEnd >= WIDTH) return null;
  if (toLine < fromLine || toLine >= HEIGHT) return null;
  const fromByte = x / 8;
  const toByte = (xEnd + 1) / 8 - 1;
  const bytes = (toByte - fromByte + 1) * (toLine - fromLine + 1);
  return { fromByte, toByte, fromLine, toLine, bytes };
}

/** The two planes of the controller, and the glass (1 = black) that they drive. */
export class Uc8179Ram {
  readonly glass = new Uint8Array(PLANE_BYTES);
  readonly #old = new Uint8Array(PLANE_BYTES);
  readonly #new = new Uint8Array(PLANE_BYTES);

  constructor() {
    this.scramble();
  }

  /** Deep sleep and loss of power lose both planes: what is left is noise. */
  scramble(): void {
    for (let at = 0; at < PLANE_BYTES; at += 1) {
      this.#old[at] = (at * 167 + 31) & 0xff;
      this.#new[at] = (at * 89 + 7) & 0xff;
    }
  }

  write(plane: 'old' | 'new', window: PanelWindow | null, data: readonly number[]): void {
    const target = plane === 'old' ? this.#old : this.#new;
    let next = 0;
    forEachByte(window, (at) => {
      target[at] = data[next] ?? 0;
      next += 1;
    });
  }

  /** `onlyChanges`: pixels with OLD = NEW are not driven and stay as they are on the glass. */
  drive(onlyChanges: boolean, oneIsWhite: boolean, window: PanelWindow | null): void {
    forEachByte(window, (at) => {
      const wanted = oneIsWhite ? ~(this.#new[at] ?? 0) : (this.#new[at] ?? 0);
      const driven = onlyChanges ? (this.#old[at] ?? 0) ^ (this.#new[at] ?? 0) : 0xff;
      this.glass[at] = ((this.glass[at] ?? 0) & ~driven) | (wanted & driven);
    });
  }

  copyNewToOld(): void {
    this.#old.set(this.#new);
  }
}

function forEachByte(window: PanelWindow | null, visit: (at: number) => void): void {
  const { fromByte, toByte, fromLine, toLine } = window ?? WHOLE_SCREEN;
  for (let line = fromLine; line <= toLine; line += 1) {
    for (let byte = fromByte; byte <= toByte; byte += 1) visit(line * STRIDE_BYTES + byte);
  }
}
