import { describe, expect, it } from 'vitest';
import { loadFonts } from '../../../device/screen/fonts.ts';
import { layouts } from '../../../device/screen/layouts/layouts.ts';
import { FramePainter } from '../../../device/screen/painter.ts';
import { placeQr, qrMatrix } from '../../../device/screen/qr.ts';
import { isDark } from './frames.ts';
import { enrolmentOf, stateOf } from './states.ts';

const code = stateOf('tow-truck').code;
if (code === null) throw new Error('the state has a code');

/** Scan code, "Text in the QR": modules for 198 digits and a host within 18 characters. */
const modulesOf = { L: 37, M: 41, Q: 49 } as const;

describe.each(layouts)('layout $width × $height', (layout) => {
  const { format, width, height } = layout;

  it.each(Object.entries(modulesOf))('level %s takes %i modules', (level, modules) => {
    expect(qrMatrix(code, level as keyof typeof modulesOf).modules).toBe(modules);
  });

  it('modules are whole pixels on a byte boundary with 3 light modules around', async () => {
    const painter = new FramePainter(layout, await loadFonts(), 'M');
    for (const state of [
      stateOf('kiosk'),
      stateOf('kiosk', { code: null, enrolment: enrolmentOf('XL-DEMO-0001') }),
    ]) {
      const qr = state.enrolment ?? code;
      const { modules, dark } = qrMatrix(qr, 'M');
      const { x, y, modulePx } = placeQr(modules, layout.qr.box, layout.qr.quietModules);
      expect(x % 8).toBe(0);
      expect(modules * modulePx + 2 * 3 * modulePx).toBeLessThanOrEqual(height);
      const { picture } = await painter.paint(state);
      const quietPx = 3 * modulePx;
      const wrong: string[] = [];
      const right = x + modules * modulePx + quietPx;
      for (let py = y - quietPx; py < y + modules * modulePx + quietPx; py += 1) {
        for (let px = x - quietPx; px < right; px += 1) {
          const column = Math.floor((px - x) / modulePx);
          const row = Math.floor((py - y) / modulePx);
          const inside = column >= 0 && row >= 0 && column < modules && row < modules;
          const expected = inside && dark[row * modules + column] === 1;
          if (isDark(picture, px, py) !== expected) wrong.push(`${px},${py}`);
        }
      }
      expect(wrong).toEqual([]);
    }
  });

  it('the code is as large as fits: one pixel more a module would not', () => {
    const { box, quietModules } = layout.qr;
    for (const modules of Object.values(modulesOf)) {
      const { modulePx } = placeQr(modules, box, quietModules);
      expect((modules + 2 * quietModules) * (modulePx + 1)).toBeGreaterThan(box.height);
    }
  });

  const views = ['unit', 'enrolment', 'notice'] as const;

  it.each(views)('view %s keeps to the panel, off the code, and to whole bytes', (view) => {
    const hasCode = view !== 'notice';
    for (const { box } of [...layout.base[view], ...layout.live[view]]) {
      expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
      expect(box.x + box.width).toBeLessThanOrEqual(hasCode ? layout.qr.box.x : width);
    }
    for (const { box } of layout.live[view]) {
      if (format === 'mono1') expect([box.x % 8, box.width % 8]).toEqual([0, 0]);
    }
  });

  it.each(views)('no live strip of view %s covers another that is shown with it', (view) => {
    const exclusive = new Set([
      'area+incident',
      'area+areaBelow',
      'area+echoMatch',
      'areaBelow+echoMatch',
      'echoMatch+incident',
    ]);
    const live = layout.live[view];
    for (const [index, one] of live.entries()) {
      for (const other of live.slice(index + 1)) {
        if (exclusive.has([one.live, other.live].sort().join('+'))) continue;
        const apart =
          one.box.x + one.box.width <= other.box.x ||
          other.box.x + other.box.width <= one.box.x ||
          one.box.y + one.box.height <= other.box.y ||
          other.box.y + other.box.height <= one.box.y;
        expect(apart, `${one.live} and ${other.live}`).toBe(true);
      }
    }
  });

  it('no text of a 1-bit panel may go under 20 px', () => {
    const looks = views.flatMap((view) => [
      ...layout.base[view].flatMap((item) => (item.kind === 'text' ? [item.look] : [])),
      ...layout.live[view].map(({ look }) => look),
    ]);
    const smallest = Math.min(...looks.map((look) => look.sizePxMin ?? look.sizePx));
    expect(smallest).toBeGreaterThanOrEqual(format === 'mono1' ? 20 : 13);
  });
});
