import { createHash } from 'node:crypto';

/** Names remembered a unit: ten minutes of fixes, an hour of codes. */
const namesPerUnitMax = 128;

/**
 * Remembers what stood under a name that an honest unit uses once: (epoch, seq) of a record, the
 * second of a code. Something else under the same name is proof of a second device.
 */
export class TwinWatch {
  /** By unit: name → digest of its content, oldest first. */
  readonly #known = new Map<string, Map<string, number>>();

  /** True: this name stood for something else before. */
  note(unit: string, name: string, content: string | Uint8Array): boolean {
    const digest = createHash('sha256').update(content).digest().readUInt32BE(0);
    const names = this.#known.get(unit) ?? new Map<string, number>();
    this.#known.set(unit, names);
    const before = names.get(name);
    if (before !== undefined) return before !== digest;
    names.set(name, digest);
    const oldest = names.keys().next().value;
    if (names.size > namesPerUnitMax && oldest !== undefined) names.delete(oldest);
    return false;
  }
}
