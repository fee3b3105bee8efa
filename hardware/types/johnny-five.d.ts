/** The few parts of johnny-five that the control panel uses; the package brings no types. */
declare module 'johnny-five' {
  import type { EventEmitter } from 'node:events';

  interface BoardOptions {
    io: unknown;
    repl: false;
    debug: false;
    sigint: false;
  }
  class Board extends EventEmitter {
    constructor(options: BoardOptions);
  }
  class Led {
    constructor(options: { pin: number; board: Board });
    on(): this;
    off(): this;
    blink(periodMs: number): this;
    stop(): this;
    brightness(level: number): this;
  }
  class Switch extends EventEmitter {
    constructor(options: { pin: number; board: Board; type: 'NO' });
  }
  class Sensor extends EventEmitter {
    constructor(options: { pin: string; board: Board; freq: number });
    readonly value: number;
  }
  const five: {
    Board: typeof Board;
    Led: typeof Led;
    Switch: typeof Switch;
    Sensor: typeof Sensor;
  };
  // biome-ignore lint/style/noDefaultExport: a CommonJS package has no other.
  export default five;
}
