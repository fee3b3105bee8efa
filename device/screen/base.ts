import type { Bitmap } from '../../hardware/bitmap.ts';
import { blit } from './blit.ts';
import type { ScreenProblem } from './errors.ts';
import type { Facts } from './facts.ts';
import type { Fonts } from './fonts.ts';
import { type Box, box } from './geometry.ts';
import { noticeIcons } from './icons.ts';
import type { BaseItem, Layout, TextLook } from './layout.ts';
import { decodeLogo, type Logo, logoBox, logoPicture } from './logo.ts';
import type { Paints } from './paints.ts';
import { rasterise } from './raster.ts';
import type { Scene } from './state.ts';
import type { Drawn } from './strip-cache.ts';
import { fillSvg, iconSvg, svgDocument, textSvg } from './svg.ts';
import { fitText, type TextRoom } from './text.ts';

export interface BaseInput {
  readonly layout: Layout;
  readonly scene: Scene;
  readonly facts: Facts;
  readonly paints: Paints;
  readonly fonts: Fonts;
}

/** Everything of a frame that stays from code to code, in one raster. */
export async function drawBase(given: BaseInput): Promise<Drawn> {
  const { layout, scene, paints } = given;
  const hasPlace = layout.base[scene.view].some(({ kind }) => kind === 'logo');
  const logo = hasPlace ? await logoOf(given.facts) : noLogo;
  const facts = logo.logo === null ? { ...given.facts, logo: null } : given.facts;
  const items = layout.base[scene.view]
    .filter((item) => item.kind === 'notice-icon' || isDue(item.when, facts))
    .map((item) => placed(item, facts));
  const pieces = items.map((item) => itemSvg(item, { ...given, facts }));
  const ground = fillSvg(box(0, 0, layout.width, layout.height), paints.ground);
  const body = ground + pieces.map(({ svg }) => svg).join('');
  const svg = svgDocument(layout.width, layout.height, body);
  const picture = await rasterise(svg, layout.format, layout.width, layout.height);
  for (const item of items) {
    if (item.kind === 'logo' && logo.logo !== null) placeLogo(picture, logo.logo, item.box);
  }
  return { picture, problems: [...pieces.flatMap(({ problems }) => problems), ...logo.problems] };
}

interface LogoOrNot {
  readonly logo: Logo | null;
  readonly problems: readonly ScreenProblem[];
}

const noLogo: LogoOrNot = { logo: null, problems: [] };

async function logoOf({ logo: text }: Facts): Promise<LogoOrNot> {
  if (text === null) return noLogo;
  const decoded = await decodeLogo(text);
  return 'code' in decoded ? { logo: null, problems: [decoded] } : { logo: decoded, problems: [] };
}

function placeLogo(picture: Bitmap, logo: Logo, place: Box): void {
  const { x, y, width, height } = logoBox(logo, place);
  blit(picture, logoPicture(logo, picture.format, width, height), x, y);
}

function placed(item: BaseItem, facts: Facts): BaseItem {
  if (item.kind === 'notice-icon' || item.alone === undefined) return item;
  return facts[item.alone.when] === null ? item : { ...item, box: item.alone.box };
}

interface Piece {
  readonly svg: string;
  readonly problems: Drawn['problems'];
}

function isDue(when: keyof Facts | undefined, facts: Facts): boolean {
  return when === undefined || facts[when] !== null;
}

function itemSvg(item: BaseItem, { scene, facts, paints, fonts }: BaseInput): Piece {
  if (item.kind === 'fill') {
    return { svg: fillSvg(item.box, paints[item.paint], item.radius), problems: [] };
  }
  if (item.kind === 'notice-icon') {
    if (scene.notice === null) return { svg: '', problems: [] };
    const icon = noticeIcons[scene.notice];
    return { svg: iconSvg(icon, item.box, paints[item.paint]), problems: [] };
  }
  if (item.kind === 'logo') return { svg: '', problems: [] };
  const text = facts[item.text];
  if (text === null) return { svg: '', problems: [] };
  const face = fonts[item.look.weight];
  const fitted = fitText(face, text, roomOf(item.box, item.look));
  const svg = textSvg(face, fitted, item.box, item.look, paints[item.look.paint]);
  return { svg, problems: fitted.problems };
}

/** The room a look leaves to a text in a box. */
export function roomOf({ width, height }: Box, look: TextLook): TextRoom {
  return {
    widthPx: width,
    heightPx: height,
    sizePx: look.sizePx,
    sizePxMin: look.sizePxMin ?? look.sizePx,
    linesMax: look.lines ?? 1,
  };
}
