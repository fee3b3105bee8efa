import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../../gateway/admin/run-command.ts';
import { startWorld, until, type World } from '../world.ts';
import { plate, reportAt, TestTerminal } from './terminal-rig.ts';

/** A port that was free a moment ago: 0 means no listener here. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

let world: World;
let port = 0;
beforeEach(async () => {
  port = await freePort();
  world = await startWorld([`jt808Port=${port}`]);
});
afterEach(() => world.stop());

async function command(...words: string[]) {
  const lines: string[] = [];
  const complaints: string[] = [];
  const code = await runCommand(
    [...words, '--data', world.dataDir, '--admin', world.addresses.adminUrl],
    {
      callerFolder: '/',
      print: (line) => lines.push(line),
      complain: (line) => complaints.push(line),
    },
  );
  return { code, lines: lines.map((line) => JSON.parse(line)), complaints };
}

describe('xinlu terminal', () => {
  it('enters a terminal, shows where it is as unsigned, writes to it and revokes it', async () => {
    const registered = await command(
      'terminal',
      'register',
      '--phone',
      '013812345678',
      '--plate',
      plate,
    );
    expect(registered).toMatchObject({ code: 0, lines: [{ phone: '13812345678', plate }] });
    const terminal = new TestTerminal(port, '13812345678');
    await terminal.authenticate(registered.lines[0].code);
    await terminal.ask('0x0200', reportAt(Math.floor(Date.now() / 1000) * 1000, { alarm: 1 << 9 }));
    const [listed] = (await command('terminal', 'list')).lines;
    expect(listed).toMatchObject({
      online: true,
      screenFault: true,
      position: { lat: 38.05, lon: 114.6, speedMps: 10, signed: false },
    });
    expect(listed).not.toHaveProperty('code');
    const texting = command('terminal', 'text', '--phone', '13812345678', '--text', '请回电');
    await until('the text', () => terminal.received.some(({ id }) => id === '0x8300'));
    terminal.send('0x0001', { replySerial: 2, replyId: '0x8300', result: 0 });
    expect(await texting).toMatchObject({ code: 0, lines: [{ delivered: true }] });
    const shown = await world.admin('GET', '/terminals/13812345678');
    expect(shown.body).toMatchObject({
      frames: { taken: 3, damaged: 0 },
      events: [{ event: 'screen-fault', began: true }],
    });
    expect(await command('terminal', 'revoke', '--phone', '13812345678')).toMatchObject({
      code: 0,
    });
    await terminal.closed();
    expect((await command('terminal', 'list')).lines).toMatchObject([
      { revoked: true, online: false },
    ]);
    expect(await command('terminal', 'revoke', '--phone', '13812345678')).toMatchObject({
      code: 1,
      lines: [{ code: 'not-found' }],
    });
  });

  it('refuses what is no phone, no plate, and a text to nobody', async () => {
    const noPhone = await command('terminal', 'register', '--phone', '12a', '--plate', plate);
    expect(noPhone).toMatchObject({ code: 1, lines: [{ code: 'bad-request' }] });
    expect(await command('terminal', 'register', '--phone', '12')).toMatchObject({ code: 2 });
    const nobody = await command('terminal', 'text', '--phone', '12', '--text', '在吗');
    expect(nobody).toMatchObject({ code: 1, lines: [{ code: 'not-found' }] });
  });

  it('is known while no port is set, and nothing listens', async () => {
    await world.stop();
    world = await startWorld();
    const result = await command('terminal', 'register', '--phone', '12', '--plate', plate);
    expect(result.code).toBe(0);
    const nobody = new TestTerminal(port, '12');
    await nobody.closed();
  });
});
