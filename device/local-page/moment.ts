/** Asia/Shanghai has been UTC+8 without summer time since 1991. */
const shanghaiOffsetMs = 8 * 3_600_000;

/** `03-01 16:00:00` in Asia/Shanghai. */
export function momentOf(atMs: number): string {
  return new Date(atMs + shanghaiOffsetMs).toISOString().slice(5, 19).replace('T', ' ');
}
