import { describe, expect, it } from 'vitest';
import type { CommandLine } from '../../../protocols/command.ts';
import { commands } from '../../../protocols/commands.ts';
import { describeLine } from '../../../protocols/jt808/describe.ts';
import type { FrameCase } from './vectors.ts';
import { framingCases, wholeCases } from './vectors.ts';

/** The recorded fields, with our own word where the recording tool kept its exception's text. */
function expectedOf({ expected }: FrameCase): Record<string, unknown> {
  return 'bodyError' in expected ? { ...expected, bodyError: 'short' } : { ...expected };
}

/** What a reader of the printed line gets. */
function printed(hex: string): Record<string, unknown> {
  return JSON.parse(JSON.stringify(describeLine(hex)));
}

function pick(from: Record<string, unknown>, names: readonly string[]) {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
}

describe('recorded frames', () => {
  it('are all there', () => {
    expect(wholeCases).toHaveLength(125);
    expect(framingCases).toHaveLength(11);
  });

  it.each(wholeCases)('$name has every recorded field', (recorded) => {
    const expected = expectedOf(recorded);
    expect(pick(printed(recorded.hex), Object.keys(expected))).toEqual(expected);
  });

  it.each(framingCases)('$name gives the recorded fields or refusal', ({ hex, expected }) => {
    expect(pick(printed(hex), Object.keys(expected))).toEqual(expected);
    expect('error' in printed(hex)).toBe('error' in expected);
  });

  it('prints a body as hex as well as read', () => {
    const { hex } = wholeCases.find(({ expected }) => expected.msgId === '0x8001') ?? { hex: '' };
    expect(printed(hex)).toMatchObject({ bodyHex: '007b01c803', body: { replyId: '0x01c8' } });
  });

  it('reads the text of 0x8300, whose type is there since 2019', () => {
    const texts = wholeCases.filter(({ expected }) => expected.msgId === '0x8300');
    expect(texts.map(({ hex }) => printed(hex).body)).toEqual([
      { flag: 63, text: '测试123@456#abc!...结束' },
      { flag: 63, type: 1, text: '测试123@456#abc!...结束' },
    ]);
  });
});

describe('jt808 decode', () => {
  const command = commands.find(({ words }) => words.join(' ') === 'jt808 decode');
  const run = (input: string, chunkBytes: number): CommandLine[] => {
    const session = command?.start({
      options: {},
      positionals: [],
      readFile: () => new Uint8Array(),
      nowS: () => 0,
    });
    const bytes = Buffer.from(input);
    const lines: CommandLine[] = [];
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      lines.push(...(session?.push(bytes.subarray(at, at + chunkBytes)) ?? []));
    }
    return [...lines, ...(session?.end() ?? [])];
  };

  it('answers every line, in order, and marks what was refused', () => {
    const input = `${framingCases.map(({ hex }) => hex).join('\r\n')}\n7e0\nxyz`;
    const lines = run(input, 7);
    expect(lines).toHaveLength(13);
    // Two whole registrations, a whole part and an encrypted message, then seven damaged ones.
    expect(lines.map(({ ok }) => ok)).toEqual([...Array(4).fill(true), ...Array(9).fill(false)]);
    expect(lines.slice(-2).map(({ print }) => print)).toEqual([{ error: 'hex' }, { error: 'hex' }]);
  });

  it('refuses a frame with a delimiter inside as wrongly escaped', () => {
    expect(describeLine('7e000200001234567e90120001897e')).toEqual({
      error: 'escape',
      detail: 'bare 7e',
    });
  });
});
