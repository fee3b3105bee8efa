import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const vectors = JSON.parse(readFileSync(`${root}test/vectors/scan-code/scan-code.json`, 'utf8'));

function xinlu(args: readonly string[], input = '') {
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'protocols/cli.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    input,
  });
  const lines = run.stdout.split('\n').filter((line) => line !== '');
  return { code: run.status, lines, stderr: run.stderr };
}

const keys = `${root}test/vectors/scan-code/keys.json`;

describe('the command line of protocols', () => {
  it('verifies links from stdin, a JSON object each, and says by its exit code if all are good', () => {
    const [valid] = vectors.valid;
    const good = xinlu(['code', 'verify', '--keys', keys], `${valid.url}\t${valid.at}\n`);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(good.lines[0] ?? '')).toMatchObject({
      verdict: 'fresh',
      unitId: valid.unitId,
      match: valid.match,
      lateS: null,
    });
    const mixed = xinlu(
      ['code', 'verify', '--keys', keys, '--at', String(valid.at)],
      `${valid.url}\r\nnonsense`,
    );
    expect(mixed.code).toBe(1);
    expect(mixed.lines.map((line) => JSON.parse(line).verdict)).toStrictEqual([
      'fresh',
      'malformed',
    ]);
    expect(Object.keys(JSON.parse(mixed.lines[1] ?? ''))).toStrictEqual(
      Object.keys(JSON.parse(mixed.lines[0] ?? '')),
    );
  });

  it('shows one code for people', () => {
    const shown = xinlu(['code', 'show', vectors.valid[0].url]);
    expect(shown.code).toBe(0);
    expect(shown.lines.join('\n')).toMatch(/unit +16777215/);
    expect(xinlu(['code', 'show', 'nonsense']).code).toBe(1);
  });

  it.each([
    [['code', 'verify'], /--keys is missing/],
    [['code', 'verify', '--keys', '/nowhere'], /cannot read \/nowhere/],
    [['code', 'verify', '--keys', keys, '--at', 'noon'], /--at takes Unix seconds/],
    [['code', 'dance'], /no such command/],
    [['code', 'show', '--loud'], /usage: xinlu code show URL/],
    [[], /no such command; known here/],
  ])('wrong usage is exit code 2 and says what to write: %s', (args, message) => {
    const run = xinlu(args);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(message);
    expect(run.lines).toStrictEqual([]);
  });
});
