import type { FactName } from './facts.ts';
import type { Weight } from './fonts.ts';
import { type Box, box } from './geometry.ts';
import type { Alone, BaseItem, Layout, LiveItem, TextLook } from './layout.ts';
import type { LiveName } from './live.ts';
import type { Paint } from './paints.ts';

/**
 * What stands on a colour panel, whatever its size: a tinted column, and beside it a white square
 * for the code. Where each of it stands, and how large, is a plan of numbers.
 */

type LookMore = Partial<Pick<TextLook, 'align' | 'lines'>>;

interface PatchShape {
  readonly kind: 'patch';
  readonly name: string;
  readonly paint: Paint;
  readonly when?: FactName;
}

interface TextShape {
  readonly kind: 'text';
  readonly name: FactName;
  readonly weight: Weight;
  readonly paint: Paint;
  readonly more: LookMore;
}

type BaseShape =
  | PatchShape
  | TextShape
  | { readonly kind: 'notice-icon'; readonly paint: Paint }
  | { readonly kind: 'logo' };

interface LiveShape {
  readonly kind: 'live';
  readonly name: LiveName;
  readonly ground: Paint;
  readonly weight: Weight;
  readonly paint: Paint;
  readonly more: LookMore;
}

function patch<Name extends string>(
  name: Name,
  paint: Paint,
  more: { readonly when?: FactName } = {},
) {
  return { kind: 'patch', name, paint, ...more } as const;
}

function text<Name extends FactName>(
  name: Name,
  weight: Weight,
  paint: Paint,
  more: LookMore = {},
) {
  return { kind: 'text', name, weight, paint, more } as const;
}

function live<Name extends LiveName>(
  name: Name,
  ground: Paint,
  weight: Weight,
  paint: Paint,
  more: LookMore = {},
) {
  return { kind: 'live', name, ground, weight, paint, more } as const;
}

const column = [
  patch('panel', 'panel'),
  patch('role', 'role'),
] as const satisfies readonly BaseShape[];

const identity = [
  ...column,
  text('title', 'bold', 'onRole'),
  text('titleEn', 'medium', 'onRole'),
  patch('alert', 'alert', { when: 'training' }),
  text('training', 'bold', 'onAlert'),
  text('trainingEn', 'medium', 'onAlert', { align: 'right' }),
  patch('sample', 'onRole', { when: 'sample' }),
  text('sample', 'bold', 'role', { align: 'center' }),
  patch('logoGround', 'onRole', { when: 'logo' }),
  { kind: 'logo' },
  text('plate', 'bold', 'ink'),
  text('firm', 'medium', 'ink', { lines: 2 }),
  text('firmEn', 'medium', 'soft'),
] as const satisfies readonly BaseShape[];

const unit = [
  ...identity,
  patch('matchEdge', 'rule', { when: 'matchPrompt' }),
  patch('match', 'ground', { when: 'matchPrompt' }),
  text('matchPrompt', 'medium', 'ink', { align: 'center' }),
  text('matchPromptEn', 'medium', 'soft', { align: 'center' }),
  text('hotline', 'bold', 'ink'),
] as const satisfies readonly BaseShape[];

const enrolment = [
  ...column,
  text('enrolment', 'bold', 'onRole'),
  text('enrolmentEn', 'medium', 'onRole'),
  text('enrolmentPrompt', 'bold', 'ink'),
  text('enrolmentPromptEn', 'medium', 'soft'),
  patch('ruleAbove', 'rule'),
  text('serialLabel', 'medium', 'soft'),
  text('serial', 'bold', 'ink'),
  patch('ruleBelow', 'rule'),
  text('fingerprintLabel', 'medium', 'soft'),
  text('fingerprint', 'bold', 'ink', { lines: 2 }),
  text('enrolmentNote', 'medium', 'soft'),
] as const satisfies readonly BaseShape[];

const notice = [
  ...identity,
  patch('callEdge', 'rule', { when: 'hotlineNumber' }),
  patch('call', 'ground', { when: 'hotlineNumber' }),
  text('callToCheck', 'medium', 'ink'),
  text('callToCheckEn', 'medium', 'soft'),
  text('hotlineNumber', 'bold', 'ink'),
  text('area', 'medium', 'soft', { lines: 2 }),
  { kind: 'notice-icon', paint: 'role' },
  text('notice', 'bold', 'ink', { align: 'center' }),
  text('noticeEn', 'medium', 'soft', { align: 'center' }),
  text('noticeAdvice', 'medium', 'ink', { align: 'center' }),
] as const satisfies readonly BaseShape[];

const status = [
  live('link', 'panel', 'medium', 'ink'),
  live('gnss', 'panel', 'medium', 'ink'),
  live('duty', 'panel', 'bold', 'ink', { align: 'right' }),
] as const satisfies readonly LiveShape[];

const unitLive = [
  live('firstWord', 'ground', 'bold', 'ink', { align: 'center' }),
  live('secondWord', 'ground', 'bold', 'ink', { align: 'center' }),
  live('shape', 'ground', 'bold', 'ink'),
  live('echo', 'panel', 'bold', 'ink'),
  live('echoMatch', 'panel', 'bold', 'ink'),
  live('validity', 'panel', 'medium', 'soft', { align: 'right' }),
  ...status,
  live('incident', 'panel', 'bold', 'ink'),
  live('areaBelow', 'panel', 'medium', 'soft'),
  live('area', 'panel', 'medium', 'soft', { lines: 2 }),
] as const satisfies readonly LiveShape[];

type Shape = (typeof unit | typeof enrolment | typeof notice)[number];
type PatchName = Extract<Shape, { kind: 'patch' }>['name'];
type TextName = Extract<Shape, { kind: 'text' }>['name'];
type LivePlaceName = (typeof unitLive)[number]['name'];

/** What takes the room of the English below it, and what stands in one row with that. */
const aloneWhen = {
  title: 'titleAlone',
  sample: 'titleAlone',
  logo: 'titleAlone',
  logoGround: 'titleAlone',
  firm: 'chineseOnly',
  matchPrompt: 'chineseOnly',
  callToCheck: 'chineseOnly',
  notice: 'chineseOnly',
  enrolment: 'chineseOnly',
  enrolmentPrompt: 'chineseOnly',
} as const satisfies Partial<Record<TextName | PatchName | 'logo', FactName>>;
type AloneName = keyof typeof aloneWhen;

/** x, y, width, height; all in pixels. */
type Area = readonly [x: number, y: number, width: number, height: number];

/** An area and, where its corners are round, their radius. */
type Patch = readonly [...Area, radius?: number];

/** An area, the size of its text, and the least size when that may shrink. */
type Place = readonly [...Area, sizePx: number, sizePxMin?: number];

/** Where everything of a colour panel stands. */
export interface ColourPlan {
  readonly width: number;
  readonly height: number;
  /** The square of the code, with four light modules around it. */
  readonly qr: Area;
  readonly noticeIcon: Area;
  readonly logo: Area;
  readonly patches: Readonly<Record<PatchName, Patch>>;
  readonly texts: Readonly<Record<TextName, Place>>;
  readonly live: Readonly<Record<LivePlaceName, Place>>;
  /** Where these stand when no English is said. */
  readonly alone: Readonly<Record<AloneName, Area>>;
}

function boxOf([x, y, width, height]: readonly [...Area, ...(number | undefined)[]]): Box {
  return box(x, y, width, height);
}

function lookOf(place: Place, weight: Weight, paint: Paint, more: LookMore): TextLook {
  const [, , , , sizePx, sizePxMin] = place;
  return { sizePx, weight, paint, ...(sizePxMin === undefined ? {} : { sizePxMin }), ...more };
}

function aloneOf(name: string, plan: ColourPlan): { readonly alone?: Alone } {
  if (!Object.hasOwn(aloneWhen, name)) return {};
  const known = name as AloneName;
  return { alone: { box: boxOf(plan.alone[known]), when: aloneWhen[known] } };
}

function baseItem(shape: Shape, plan: ColourPlan): BaseItem {
  if (shape.kind === 'logo') {
    return { kind: 'logo', box: boxOf(plan.logo), when: 'logo', ...aloneOf('logo', plan) };
  }
  if (shape.kind === 'notice-icon') {
    return { kind: 'notice-icon', box: boxOf(plan.noticeIcon), paint: shape.paint };
  }
  if (shape.kind === 'text') {
    const place = plan.texts[shape.name];
    const look = lookOf(place, shape.weight, shape.paint, shape.more);
    const alone = aloneOf(shape.name, plan);
    return { kind: 'text', text: shape.name, box: boxOf(place), look, ...alone };
  }
  const { kind: _kind, name, paint, ...when } = shape;
  const area = plan.patches[name];
  const radius = area[4] === undefined ? {} : { radius: area[4] };
  return { kind: 'fill', paint, box: boxOf(area), ...radius, ...when, ...aloneOf(name, plan) };
}

function liveItem(shape: (typeof unitLive)[number], plan: ColourPlan): LiveItem {
  const place = plan.live[shape.name];
  const look = lookOf(place, shape.weight, shape.paint, shape.more);
  return { live: shape.name, box: boxOf(place), ground: shape.ground, look };
}

/** The layout of a colour panel of that plan. */
export function colourLayout(plan: ColourPlan): Layout {
  const base = (shapes: readonly Shape[]) => shapes.map((shape) => baseItem(shape, plan));
  const lively = (shapes: readonly (typeof unitLive)[number][]) =>
    shapes.map((shape) => liveItem(shape, plan));
  return {
    format: 'rgb24',
    width: plan.width,
    height: plan.height,
    qr: { box: boxOf(plan.qr), quietModules: 4 },
    base: { unit: base(unit), enrolment: base(enrolment), notice: base(notice) },
    live: { unit: lively(unitLive), enrolment: [], notice: lively(status) },
  };
}
