/** One `struct input_event` of a 64-bit kernel, without its time. */
export interface InputEvent {
  readonly type: number;
  readonly code: number;
  readonly value: number;
}

const EVENT_BYTES = 24;

/** Cuts a stream into input events, in any chunking. */
export class InputEvents {
  #held = Buffer.alloc(0);

  push(chunk: Uint8Array): InputEvent[] {
    const bytes = Buffer.concat([this.#held, chunk]);
    const whole = bytes.length - (bytes.length % EVENT_BYTES);
    this.#held = bytes.subarray(whole);
    const events: InputEvent[] = [];
    for (let at = 0; at < whole; at += EVENT_BYTES) {
      events.push({
        type: bytes.readUInt16LE(at + 16),
        code: bytes.readUInt16LE(at + 18),
        value: bytes.readInt32LE(at + 20),
      });
    }
    return events;
  }
}
