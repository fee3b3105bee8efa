/** The JSON value of an input line, or undefined when it is none. */
export function jsonOfLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
