import { runInNewContext } from 'node:vm';
import fastify, { type FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { type Bitmap, blankBitmap } from '../../../hardware/bitmap.ts';
import { KIOSK_SCRIPT } from '../../../hardware/displays/web-page.ts';
import { VirtualClock } from '../../../hardware/emulator/virtual-clock.ts';
import { openDisplay } from '../../../hardware/open.ts';

let app: FastifyInstance | null = null;
afterEach(async () => {
  await app?.close();
  app = null;
});

async function served() {
  const clock = new VirtualClock(0);
  const display = await openDisplay({ part: 'web-kiosk' }, clock.env());
  await display.start();
  // Browsers open connections ahead of use; those would hold up the stop for a minute.
  app = fastify({ forceCloseConnections: true });
  if (display.pageHandlers === undefined) throw new Error('the kiosk display has no page');
  await app.register(display.pageHandlers);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { clock, display, url };
}

/** Events of the stream until one is called `name`; its data. */
async function nextEvent(reader: ReadableStreamDefaultReader<Uint8Array>, name: string) {
  let text = '';
  const wanted = new RegExp(`event: ${name}\ndata: ([^\n]*)\n\n`);
  for (;;) {
    const found = wanted.exec(text);
    if (found) return found[1] ?? '';
    const { value, done } = await reader.read();
    if (done) throw new Error(`the stream ended before ${name}`);
    text += Buffer.from(value).toString('utf8');
  }
}

async function listen(url: string) {
  const response = await fetch(`${url}/screen/events`);
  if (response.body === null) throw new Error('no body');
  return response.body.getReader();
}

function redPicture(): Bitmap {
  const picture = blankBitmap('rgb24', 1280, 800);
  picture.data.fill(0);
  return picture;
}

describe('kiosk page', () => {
  it('is a page with a picture, a plain message and no inline script', async () => {
    const { url } = await served();
    const page = await (await fetch(`${url}/screen`)).text();
    expect(page).toContain('<img id="frame"');
    expect(page).toContain('终端暂未连接');
    expect(page).not.toMatch(/<script>/);
    expect((await fetch(`${url}/screen/screen.js`)).headers.get('content-type')).toMatch(
      /^text\/j/,
    );
  });

  it('sends each picture to the page, and the last one to a page that comes later', async () => {
    const { display, url } = await served();
    const early = await listen(url);
    await nextEvent(early, 'off');
    const picture = redPicture();
    expect(await display.show(picture)).toMatchObject({ shown: true });
    const late = await listen(url);
    for (const reader of [early, late]) {
      const data = await nextEvent(reader, 'frame');
      const png = Buffer.from(data.replace('data:image/png;base64,', ''), 'base64');
      const raw = await sharp(png).removeAlpha().raw().toBuffer();
      expect(Buffer.compare(raw, picture.data)).toBe(0);
      await reader.cancel();
    }
  });

  it('takes the picture from the glass when the terminal is switched off', async () => {
    const { display, url } = await served();
    await display.show(redPicture());
    const reader = await listen(url);
    await nextEvent(reader, 'frame');
    await display.off();
    await nextEvent(reader, 'off');
    expect(display.glass?.()).toBeNull();
    await reader.cancel();
  });

  it('beats while the agent lives', async () => {
    const { clock, url } = await served();
    const reader = await listen(url);
    await nextEvent(reader, 'off');
    await clock.advance(2000);
    expect(await nextEvent(reader, 'beat')).toBe('');
    await reader.cancel();
  });

  it('answers 503 to a ninth page', async () => {
    const { url } = await served();
    const readers = await Promise.all(Array.from({ length: 8 }, () => listen(url)));
    expect((await fetch(`${url}/screen/events`)).status).toBe(503);
    await Promise.all(readers.map((reader) => reader.cancel()));
  });
});

/** The page's own script with a browser made of three objects. */
function browser() {
  const elements: Record<string, Record<string, unknown>> = {
    frame: { hidden: true, style: {}, removeAttribute: () => delete elements.frame?.src },
    away: { hidden: false },
  };
  const sources: FakeSource[] = [];
  class FakeSource {
    readonly heard: Record<string, (event: { data: string }) => void> = {};
    closed = false;
    constructor() {
      sources.push(this);
    }
    addEventListener(name: string, run: (event: { data: string }) => void) {
      this.heard[name] = run;
    }
    close() {
      this.closed = true;
    }
  }
  const alarms = new Map<number, { run: () => void; ms: number }>();
  let nextAlarm = 1;
  runInNewContext(KIOSK_SCRIPT, {
    document: { getElementById: (id: string) => elements[id] },
    EventSource: FakeSource,
    setTimeout: (run: () => void, ms: number) => {
      alarms.set(nextAlarm, { run, ms });
      nextAlarm += 1;
      return nextAlarm - 1;
    },
    clearTimeout: (id: number) => alarms.delete(id),
  });
  const fire = (ms: number) => {
    for (const [id, alarm] of [...alarms]) {
      if (alarm.ms !== ms) continue;
      alarms.delete(id);
      alarm.run();
    }
  };
  return { elements, sources, fire };
}

describe('kiosk script', () => {
  it('shows a picture, and blanks it when the agent falls silent or goes away', () => {
    for (const loss of ['silence', 'error'] as const) {
      const { elements, sources, fire } = browser();
      const [first] = sources;
      first?.heard.frame?.({ data: 'data:image/png;base64,AA' });
      expect(elements.frame).toMatchObject({ hidden: false, src: 'data:image/png;base64,AA' });
      expect(elements.away).toMatchObject({ hidden: true });
      if (loss === 'silence') fire(6000);
      else first?.heard.error?.({ data: '' });
      expect(elements.frame).toMatchObject({ hidden: true });
      expect(elements.frame).not.toHaveProperty('src');
      expect(elements.away).toMatchObject({ hidden: false });
      expect(first?.closed).toBe(true);
      fire(2000);
      expect(sources).toHaveLength(2);
    }
  });
});
