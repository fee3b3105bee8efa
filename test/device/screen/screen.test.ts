import { mkdirSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { layoutOf } from '../../../device/screen/layouts/layouts.ts';
import {
  createScreenComposer,
  type Frame,
  type ScreenComposer,
  type ScreenState,
} from '../../../device/screen/screen.ts';
import { decodeFrame } from '../../../device/screen/self-decoder.ts';
import { encodePng, frameHash } from '../../../hardware/open.ts';
import { Random, seedOr } from '../../support/random.ts';
import { isDark, readByJsqr, withPatch } from './frames.ts';
import {
  codeAt,
  codeHost,
  contents,
  issuedAt,
  panels,
  roles,
  stateOf,
  variants,
} from './states.ts';

const artefacts = new URL('../../artefacts/screen/', import.meta.url);

describe.each(panels)('the screen $name', (panel) => {
  let composer: ScreenComposer;

  beforeAll(async () => {
    mkdirSync(artefacts, { recursive: true });
    composer = createScreenComposer(panel);
    await composer.start();
  });

  const cases = roles.flatMap((role) => Object.keys(variants).map((name) => ({ role, name })));

  it.each(cases)('$role, $name: one code both decoders read, or none', async ({ role, name }) => {
    const state = stateOf(role, variants[name]);
    const frame = await composer.compose(state);
    const file = new URL(`${panel.name}-${role}-${name}.png`, artefacts);
    writeFileSync(file, await encodePng(frame.picture));
    const link = (state.code ?? state.enrolment)?.link ?? null;
    expect(frame.decodedText).toBe(link);
    expect(readByJsqr(frame.picture)?.data ?? null).toBe(link);
    expect(frame.problems).toEqual([]);
    expect(frame.picture).toMatchObject({ ...sizeOf(panel), format: panel.format });
  });

  it('gives the same bytes for the same state, whatever was drawn before', async () => {
    const other = createScreenComposer(panel);
    await other.start();
    for (const variant of Object.values(variants)) {
      const state = stateOf('patrol-car', variant);
      const fresh = await other.compose(structuredClone(state));
      const used = await composer.compose(state);
      expect(Buffer.compare(used.picture.data, fresh.picture.data)).toBe(0);
      expect(used.frameHash).toEqual(fresh.frameHash);
    }
  });

  it('names a frame by the first 16 bytes of what the display reports', async () => {
    const { picture, frameHash: hash } = await composer.compose(stateOf('tow-truck'));
    expect(Buffer.from(hash).toString('hex')).toBe(frameHash(picture).slice(0, 32));
  });

  it('draws every live value so that it can be told apart', async () => {
    const atMs = issuedAt * 1000;
    const base = stateOf('patrol-car', { incidentPlace: 'G4 K1+000' });
    const changes: Partial<ScreenState>[] = [
      { link: 'offline' },
      { gnss: 'no-fix' },
      { gnss: 'silent' },
      { duty: 1 },
      { training: true },
      { echo: { atMs, match: [1, 2, 3] } },
      { echo: { atMs: atMs + 1000, match: [1, 2, 3] } },
      { echo: { atMs, match: [2, 1, 3] } },
      { echo: { atMs, match: [1, 2, 4] } },
      { incidentPlace: null },
      { incidentPlace: 'G4 K1+100' },
      { code: codeAt(issuedAt, [1, 2, 3]) },
      { code: codeAt(issuedAt, [2, 1, 3]) },
      { code: codeAt(issuedAt, [1, 2, 4]) },
      { content: { ...contents['patrol-car'], sample: false } },
    ];
    const hashes = new Set<string>();
    for (const change of [{}, ...changes]) {
      const frame = await composer.compose({ ...base, ...change });
      hashes.add(Buffer.from(frame.frameHash).toString('hex'));
    }
    expect(hashes.size).toBe(changes.length + 1);
  });

  it('shows until when a code is valid on an LCD, and no such thing on e-ink', async () => {
    const [early, late] = await Promise.all([
      composer.compose(stateOf('kiosk')),
      composer.compose(stateOf('kiosk', { validUntilMs: (issuedAt + 31) * 1000 })),
    ]);
    const same = Buffer.compare(early.picture.data, late.picture.data) === 0;
    expect(same).toBe(panel.format === 'mono1');
  });

  it('a frame with glare over a finder or noise over the code decodes to nothing', async () => {
    const { picture } = await composer.compose(stateOf('tow-truck'));
    const { qr } = layoutOf(panel);
    const third = Math.floor(qr.box.width / 3);
    const corner = { x: qr.box.x, y: qr.box.y, width: third, height: third };
    expect(await decodeFrame(withPatch(picture, corner, () => false))).toBeNull();
    const random = new Random(seedOr(20_261_123));
    const middle = { x: qr.box.x + third, y: qr.box.y + third, width: third, height: third };
    const garbled = withPatch(picture, middle, () => random.next() < 0.5);
    expect(await decodeFrame(garbled), `seed ${random.seed}`).toBeNull();
    expect(await decodeFrame(picture)).not.toBeNull();
  });

  it('a frame with a second code decodes to nothing', async () => {
    const shown = await composer.compose(stateOf('tow-truck'));
    const twin = halfSizeTwin(shown);
    expect(await decodeFrame(twin)).toBeNull();
  });

  it('a long firm name shrinks, and one beyond all measure is cut and reported', async () => {
    const long = {
      ...contents['tow-truck'],
      title: '示例省示例市示例高速公路清障救援服务有限公司',
    };
    const fitting = await composer.compose(stateOf('tow-truck', { content: long }));
    expect(fitting.problems).toEqual([]);
    const endless = { ...long, title: '示例'.repeat(60) };
    const cut = await composer.compose(stateOf('tow-truck', { content: endless }));
    expect(cut.problems).toMatchObject([{ code: 'text-cut', text: endless.title }]);
    expect(cut.decodedText).toBe(stateOf('tow-truck').code?.link);
  });

  it('a character the font lacks is reported, in standing and in live text', async () => {
    const content = { ...contents['tow-truck'], title: '示例\u{1F69A}公司' };
    const state = stateOf('tow-truck', { content, incidentPlace: 'K1 \u{E000}' });
    const frame = await composer.compose(state);
    expect(frame.problems).toEqual([
      { code: 'missing-glyph', text: content.title, detail: '\u{1F69A}' },
      { code: 'missing-glyph', text: '事件 K1 \u{E000}', detail: '\u{E000}' },
    ]);
    expect((await composer.compose(state)).problems).toEqual(frame.problems);
  });

  it('a code without a match key shows no match words and still scans', async () => {
    const code = { ...codeAt(issuedAt), match: null };
    const frame = await composer.compose(stateOf('patrol-car', { code }));
    expect(frame.decodedText).toBe(code.link);
  });

  it('a link beyond the panel is a coded error', async () => {
    const digits = '7'.repeat(6000);
    const code = { ...codeAt(issuedAt), digits, link: `https://${codeHost.host}/${digits}` };
    await expect(composer.compose(stateOf('kiosk', { code }))).rejects.toMatchObject({
      code: 'code-too-large',
    });
  });
});

it.each(['L', 'M', 'Q'] as const)('level %s decodes in every layout', async (qrLevel) => {
  for (const panel of panels) {
    const composer = createScreenComposer({ ...panel, qrLevel });
    await composer.start();
    const state = stateOf('tow-truck');
    const frame = await composer.compose(state);
    expect(frame.decodedText).toBe(state.code?.link);
    expect(readByJsqr(frame.picture)?.data).toBe(state.code?.link);
  }
});

it('a panel without a layout and a composer without a start are coded errors', async () => {
  const composer = createScreenComposer({ width: 320, height: 240, format: 'mono1' });
  await expect(composer.start()).rejects.toMatchObject({ code: 'unknown-panel' });
  await expect(composer.compose(stateOf('kiosk'))).rejects.toMatchObject({ code: 'not-started' });
});

function sizeOf({ width, height }: { width: number; height: number }) {
  return { width, height };
}

/** The left column covered by a half-size copy of the code. */
function halfSizeTwin({ picture }: Frame) {
  const { qr } = layoutOf(picture);
  const column = { x: 0, y: 0, width: qr.box.x, height: picture.height };
  const side = Math.floor(qr.box.width / 2);
  return withPatch(picture, column, (x, y) => {
    if (x >= side || y >= side) return false;
    return isDark(picture, qr.box.x + 2 * x, qr.box.y + 2 * y);
  });
}
