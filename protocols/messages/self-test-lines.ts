/** What a running unit tests of itself, in the order in which a technician reads it. */
export const selfTestParts = [
  'gnss',
  'modem',
  'screen',
  'buttons',
  'clock',
  'disk',
  'link',
  'power',
] as const;
export type SelfTestPart = (typeof selfTestParts)[number];

export const selfTestResults = ['pass', 'fail', 'not-fitted'] as const;
export type SelfTestResult = (typeof selfTestResults)[number];

export interface SelfTestLine {
  readonly part: SelfTestPart;
  readonly result: SelfTestResult;
  /** Coded: why it failed, or what was seen; empty: nothing to add. */
  readonly detail: string;
}

/** Longest detail of a line, in characters: all lines fit the text of one record. */
const detailCharsMax = 12;

/** `gnss=pass:3d modem=fail:no-answer …`: the list as one word a part. */
export function selfTestText(lines: readonly SelfTestLine[]): string {
  return lines.map(lineText).join(' ');
}

function lineText({ part, result, detail }: SelfTestLine): string {
  const said = detail.replace(/[^\w.+-]/g, '-').slice(0, detailCharsMax);
  return said === '' ? `${part}=${result}` : `${part}=${result}:${said}`;
}

function isOneOf<Word extends string>(words: readonly Word[], text: string): text is Word {
  return (words as readonly string[]).includes(text);
}

/** The lines of such a text; words that are none of ours are left out. */
export function readSelfTestText(text: string): SelfTestLine[] {
  return text.split(' ').flatMap((word) => {
    const [, part = '', result = '', detail = ''] =
      /^([\w-]+)=([\w-]+)(?::(.*))?$/.exec(word) ?? [];
    if (!isOneOf(selfTestParts, part) || !isOneOf(selfTestResults, result)) return [];
    return [{ part, result, detail }];
  });
}
