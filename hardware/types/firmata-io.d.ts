/** firmata-io brings no types. */
declare module 'firmata-io' {
  import type { EventEmitter } from 'node:events';

  interface FirmataOptions {
    reportVersionTimeout: number;
    samplingInterval: number;
  }
  class Firmata extends EventEmitter {
    constructor(transport: EventEmitter, options: FirmataOptions);
  }
  const firmata: { Firmata: typeof Firmata };
  // biome-ignore lint/style/noDefaultExport: a CommonJS package has no other.
  export default firmata;
}
