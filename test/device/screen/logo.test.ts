import { mkdirSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { factsOf } from '../../../device/screen/facts.ts';
import type { Box } from '../../../device/screen/geometry.ts';
import { layoutOf } from '../../../device/screen/layouts/layouts.ts';
import {
  createScreenComposer,
  type ScreenComposer,
  type ScreenState,
} from '../../../device/screen/screen.ts';
import { sceneOf } from '../../../device/screen/state.ts';
import type { Bitmap } from '../../../hardware/bitmap.ts';
import { encodePng } from '../../../hardware/open.ts';
import { logoOf } from '../../support/logos.ts';
import { isDark, readByJsqr } from './frames.ts';
import { contents, panels, roles, stateOf, variants } from './states.ts';

const artefacts = new URL('../../artefacts/screen/', import.meta.url);
const wide = await logoOf(256, 96);
const square = await logoOf(64, 64);
const languages = ['zh-en', 'zh'] as const;

type More = Partial<NonNullable<ScreenState['content']>>;

function withContent(state: ScreenState, more: More): ScreenState {
  return { ...state, content: state.content && { ...state.content, ...more } };
}

/** The smallest box with every pixel in which two pictures differ; null: none. */
function differenceOf(one: Bitmap, other: Bitmap): Box | null {
  const { width, height, strideBytes, format } = one;
  const bytesOf = ({ data }: Bitmap, x: number, y: number) => {
    const at = y * strideBytes + (format === 'rgb24' ? x * 3 : x >> 3);
    if (format === 'rgb24') return Buffer.from(data.subarray(at, at + 3)).readUIntBE(0, 3);
    return (data[at] ?? 0) & (0x80 >> (x & 7));
  };
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (bytesOf(one, x, y) === bytesOf(other, x, y)) continue;
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
    }
  }
  if (right < 0) return null;
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

describe.each(panels)('the screen $name', (panel) => {
  let composer: ScreenComposer;
  beforeAll(async () => {
    mkdirSync(artefacts, { recursive: true });
    composer = createScreenComposer(panel);
    await composer.start();
  });

  const tile = (language: (typeof languages)[number]) => {
    const items = layoutOf(panel).base.unit.flatMap((item) =>
      item.kind === 'fill' && item.when === 'logo' ? [item] : [],
    );
    const [item] = items;
    if (item?.alone === undefined) throw new Error('the layout has a ground for the logo');
    return language === 'zh' ? item.alone.box : item.box;
  };

  it.each(languages)(
    'shows the logo in its place and changes nothing else, %s',
    async (language) => {
      const bare = await composer.compose(withContent(stateOf('tow-truck'), { language }));
      const place = tile(language);
      for (const [name, logo] of Object.entries({ wide, square })) {
        const state = withContent(stateOf('tow-truck'), { language, logo });
        const { picture, problems, decodedText } = await composer.compose(state);
        const file = new URL(`${panel.name}-logo-${name}-${language}.png`, artefacts);
        writeFileSync(file, await encodePng(picture));
        expect(problems).toEqual([]);
        expect(decodedText).toBe(state.code?.link);
        expect(readByJsqr(picture)?.data).toBe(state.code?.link);
        const changed = differenceOf(bare.picture, picture);
        expect(changed?.x).toBeGreaterThanOrEqual(place.x);
        expect(changed?.y).toBeGreaterThanOrEqual(place.y);
        expect((changed?.x ?? 0) + (changed?.width ?? 0)).toBeLessThanOrEqual(
          place.x + place.width,
        );
        expect((changed?.y ?? 0) + (changed?.height ?? 0)).toBeLessThanOrEqual(
          place.y + place.height,
        );
        const [x, y] = [place.x + place.width / 2, place.y + place.height / 2];
        expect(isDark(picture, x, y), 'the light middle').toBe(false);
        const edge = Math.round(place.height * 0.38);
        const darkAt = name === 'square' ? [x - edge, y - edge] : [x - place.width * 0.4, y];
        expect(isDark(picture, Math.round(darkAt[0] ?? 0), Math.round(darkAt[1] ?? 0))).toBe(true);
      }
    },
  );

  it.each(Object.keys(variants))('%s: scans with a logo and Chinese alone', async (name) => {
    const state = withContent(stateOf('kiosk', variants[name]), { language: 'zh', logo: wide });
    const frame = await composer.compose(state);
    expect(frame.problems).toEqual([]);
    expect(frame.decodedText).toBe((state.code ?? state.enrolment)?.link ?? null);
  });

  it('is what it was, byte for byte, where both languages are asked for', async () => {
    const state = stateOf('patrol-car');
    const before = await composer.compose(state);
    const asked = await composer.compose(withContent(state, { language: 'zh-en' }));
    expect(asked.frameHash).toEqual(before.frameHash);
  });

  it('leaves out a logo it cannot read, says so, and shows the rest', async () => {
    const before = await composer.compose(stateOf('tow-truck'));
    const damaged = `${wide.slice(0, 200)}AAAA${wide.slice(204)}`;
    for (const logo of ['no picture', damaged]) {
      const state = withContent(stateOf('tow-truck'), { logo });
      for (let times = 0; times < 2; times += 1) {
        const { frameHash, problems } = await composer.compose(state);
        expect(problems).toMatchObject([{ code: 'bad-logo' }]);
        expect(frameHash).toEqual(before.frameHash);
      }
    }
  });
});

it.each(Object.keys(variants))('no English is said where Chinese alone is, %s', (name) => {
  for (const role of roles) {
    const enrolled = { ...variants[name], content: contents[role] };
    const facts = (more: More) => factsOf(sceneOf(withContent(stateOf(role, enrolled), more)));
    const english = Object.keys(facts({})).filter((fact) => fact.endsWith('En'));
    expect(english.length).toBeGreaterThan(5);
    const said = (more: More) =>
      english.filter((fact) => facts(more)[fact as keyof ReturnType<typeof facts>] !== null);
    expect(said({ language: 'zh' })).toEqual([]);
    expect(said({ language: 'zh-en' })).toEqual(said({}));
    expect(said({})).toContain('titleEn');
  }
});
