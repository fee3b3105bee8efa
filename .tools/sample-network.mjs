import { writeFileSync } from 'node:fs';

/**
 * Makes gateway/samples/hebei-network.geojson, the network of the demonstration: smooth lines
 * through cities of Hebei that follow no real road, with stakes that are assumed. The same bytes
 * at every run. usage: node .tools/sample-network.mjs [FILE]
 */

const note =
  '示例：线形由城市位置生成，并非实际道路；桩号为假设值 (A)。' +
  'Sample: lines made from city positions, no real road; stakes are assumed (A).';

/**
 * City centres in WGS-84, [longitude, latitude]. Seven digits: gcoord, test/fixtures/
 * china-cities.json (MIT). Two digits: common gazetteer values, rounded to 0.01°.
 */
const cities = {
  北京: [116.4011517, 39.9028057],
  保定: [115.4584682, 38.8731477],
  石家庄: [114.5088641, 38.0416722],
  邯郸: [114.533216, 36.6255626],
  廊坊: [116.6778549, 39.5369583],
  衡水: [115.6642969, 37.7382875],
  承德: [117.956443, 40.9513779],
  德州: [116.3515789, 37.4332371],
  邢台: [114.5, 37.07],
  沧州: [116.84, 38.3],
  唐山: [118.18, 39.63],
  秦皇岛: [119.6, 39.93],
  张家口: [114.88, 40.77],
  // Where routes leave the province, about.
  京冀界: [115.98, 39.48],
  冀豫界: [114.45, 36.2],
  冀鲁界: [116.2, 37.3],
  津冀界: [117.55, 39.75],
};

const earthRadiusM = 6_371_008.8;
const metresPerDegree = (earthRadiusM * Math.PI) / 180;

/** Between two vertices, between two bends, from a bend to the straight way, in metres. */
const [vertexM, bendM, bendSideM] = [500, 14_000, 900];
/** Vertices from one anchor to the next. */
const anchorVertices = 20;
/** Stakes are a little longer than the line, as measured stakes are. */
const stakesPerM = 1.003;
/** From the middle of the road to the middle of a carriageway. */
const carriagewaySideM = 6;

/** Always the same numbers from 0 to 1: a linear congruential generator (Numerical Recipes). */
function makeNumbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function distanceM([lonA, latA], [lonB, latB]) {
  const rad = Math.PI / 180;
  const a = Math.sin(((latB - latA) / 2) * rad) ** 2;
  const b = Math.sin(((lonB - lonA) / 2) * rad) ** 2;
  const square = a + Math.cos(latA * rad) * Math.cos(latB * rad) * b;
  return 2 * earthRadiusM * Math.asin(Math.sqrt(square));
}

/** A position moved to the right of a heading given by its east and north parts (length 1). */
function toTheRight([lon, lat], [east, north], metres) {
  const eastM = metresPerDegree * Math.cos((lat * Math.PI) / 180);
  return [lon + (north * metres) / eastM, lat - (east * metres) / metresPerDegree];
}

/** The heading from one position to another as its east and north parts, length 1. */
function headingOf([lonA, latA], [lonB, latB]) {
  const east = (lonB - lonA) * Math.cos((((latA + latB) / 2) * Math.PI) / 180);
  const north = latB - latA;
  const length = Math.hypot(east, north);
  return [east / length, north / length];
}

/** Points to bend at: the cities and, between them, places beside the straight way. */
function bendsOf(names, random) {
  const bends = [cities[names[0]]];
  for (let index = 1; index < names.length; index += 1) {
    const [from, to] = [cities[names[index - 1]], cities[names[index]]];
    const steps = Math.max(1, Math.round(distanceM(from, to) / bendM));
    for (let step = 1; step < steps; step += 1) {
      const share = step / steps;
      const on = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
      bends.push(toTheRight(on, headingOf(from, to), (random() * 2 - 1) * bendSideM));
    }
    bends.push(to);
  }
  return bends;
}

/** A Catmull-Rom spline through the bends, a vertex about every 500 m. */
function smooth(bends) {
  const at = (index) => bends[Math.min(bends.length - 1, Math.max(0, index))];
  const vertices = [];
  for (let index = 0; index + 1 < bends.length; index += 1) {
    const [a, b, c, d] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const steps = Math.max(1, Math.round(distanceM(b, c) / vertexM));
    for (let step = 0; step < steps; step += 1) {
      const t = step / steps;
      vertices.push([0, 1].map((axis) => spline(a[axis], b[axis], c[axis], d[axis], t)));
    }
  }
  vertices.push(at(bends.length - 1));
  return vertices;
}

function spline(a, b, c, d, t) {
  const slope = (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t ** 2;
  return b + (slope + (3 * b - a - 3 * c + d) * t ** 3) / 2;
}

function beside(vertices, metres) {
  return vertices.map((vertex, index) => {
    const [before, after] = [vertices[index - 1] ?? vertex, vertices[index + 1] ?? vertex];
    return toTheRight(vertex, headingOf(before, after), metres);
  });
}

function stakeText(metres, prefix = '') {
  return `${prefix}K${Math.floor(metres / 1000)}+${String(metres % 1000).padStart(3, '0')}`;
}

/** The stake of each vertex; behind a chain break it is higher by what the break leaves out. */
function stakesOf(vertices, firstStakeM, chainBreak) {
  let lengthM = 0;
  return vertices.map((vertex, index) => {
    if (index > 0) lengthM += distanceM(vertices[index - 1], vertex);
    const skippedM = chainBreak !== undefined && index > chainBreak.vertex ? chainBreak.skipM : 0;
    return Math.round(firstStakeM + lengthM * stakesPerM) + skippedM;
  });
}

function anchorsOf(stakes, prefix, skipVertex) {
  const last = stakes.length - 1;
  return stakes
    .map((stakeM, vertex) => ({ stake: stakeText(stakeM, prefix), vertex }))
    .filter(({ vertex }) => vertex % anchorVertices === 0 || vertex === last)
    .filter(({ vertex }) => vertex !== skipVertex);
}

function breaksOf(stakes, { vertex, skipM }) {
  const backStakeM = stakes[vertex];
  return [{ backStake: stakeText(backStakeM), aheadStake: stakeText(backStakeM + skipM), vertex }];
}

function feature(route, vertices, stakes, { carriageway = 'both', align = '', chainBreak } = {}) {
  const breaks = chainBreak === undefined ? {} : { breaks: breaksOf(stakes, chainBreak) };
  const { section, name, towards } = route;
  const anchors = anchorsOf(stakes, align, chainBreak?.vertex);
  const validFrom = '2020-01-01';
  const properties = { section, name, towards, align, carriageway, validFrom, anchors, ...breaks };
  const coordinates = vertices.map((vertex) => vertex.map((degrees) => Number(degrees.toFixed(7))));
  return {
    type: 'Feature',
    properties: { ...properties, note },
    geometry: { type: 'LineString', coordinates },
  };
}

/** Middle line, two carriageways, middle line: `split` names the vertices between. */
function splitFeatures(route, vertices, stakes, [from, to]) {
  const part = (start, end) => [vertices.slice(start, end + 1), stakes.slice(start, end + 1)];
  const [middle, middleStakes] = part(from, to);
  const right = beside(middle, carriagewaySideM);
  // The carriageway of falling stakes is drawn the way its traffic goes.
  const left = beside(middle, -carriagewaySideM).reverse();
  return [
    feature(route, ...part(0, from)),
    feature(route, right, middleStakes, { carriageway: 'INC' }),
    feature(route, left, middleStakes.toReversed(), { carriageway: 'DEC' }),
    feature(route, ...part(to, vertices.length - 1)),
  ];
}

/** A ramp that leaves a place to the right and turns by 90° on a circle of 250 m. */
function rampFeature(route, [start, next]) {
  const radiusM = 250;
  const steps = 24;
  const [east, north] = headingOf(start, next);
  const vertices = Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((step / steps) * Math.PI) / 2;
    const [ahead, right] = [radiusM * Math.sin(angle), radiusM * (1 - Math.cos(angle))];
    const onward = toTheRight(start, [-north, east], ahead);
    return toTheRight(onward, [east, north], right);
  });
  return feature(route, vertices, stakesOf(vertices, 0), { carriageway: 'INC', align: 'A' });
}

const routes = [
  {
    section: 'G4',
    name: '京港澳高速（示例）',
    towards: { INC: '邯郸', DEC: '北京' },
    via: ['京冀界', '保定', '石家庄', '邢台', '邯郸', '冀豫界'],
    firstStakeM: 45_000,
    splitVertices: [160, 440],
  },
  {
    section: 'G20',
    name: '青银高速（示例）',
    towards: { INC: '石家庄', DEC: '德州' },
    via: ['冀鲁界', '石家庄'],
    firstStakeM: 480_000,
    chainBreak: { vertex: 190, skipM: 180 },
  },
  {
    section: 'G1',
    name: '京哈高速（示例）',
    towards: { INC: '秦皇岛', DEC: '北京' },
    via: ['廊坊', '津冀界', '唐山', '秦皇岛'],
    firstStakeM: 35_000,
  },
  {
    section: 'G45',
    name: '大广高速（示例）',
    towards: { INC: '衡水', DEC: '北京' },
    via: ['廊坊', '衡水', '邯郸'],
    firstStakeM: 1_420_000,
  },
  {
    section: 'G1811',
    name: '黄石高速（示例）',
    towards: { INC: '石家庄', DEC: '沧州' },
    via: ['沧州', '衡水', '石家庄'],
    firstStakeM: 40_000,
  },
  {
    section: 'G1812',
    name: '沧榆高速（示例）',
    towards: { INC: '保定', DEC: '沧州' },
    via: ['沧州', '保定'],
    firstStakeM: 60_000,
  },
  {
    section: 'G25',
    name: '长深高速（示例）',
    towards: { INC: '唐山', DEC: '承德' },
    via: ['承德', '唐山'],
    firstStakeM: 470_000,
  },
  {
    section: 'G6',
    name: '京藏高速（示例）',
    towards: { INC: '张家口', DEC: '北京' },
    via: ['北京', '张家口'],
    firstStakeM: 0,
  },
];

const ramp = {
  section: 'G4-A',
  name: '京港澳高速示例互通 A 匝道',
  towards: { INC: '示例收费站', DEC: null },
};

const areas = [
  { organisation: 'org-demo-rescue', name: '示例救援公司', section: 'G4', to: 'K260+000' },
  { organisation: 'org-demo-rescue', name: '示例救援公司', section: ramp.section },
  { organisation: 'org-demo-rescue', name: '示例救援公司', section: 'G1812' },
  { organisation: 'org-demo-brigade', name: '示例大队', section: 'G4' },
  { organisation: 'org-demo-brigade', name: '示例大队', section: ramp.section },
  { organisation: 'org-demo-brigade', name: '示例大队', section: 'G20', from: 'K600+000' },
];

/** The vertex of the carriageway towards growing stakes at which the ramp leaves it. */
const rampVertex = 30;

function makeNetwork() {
  const random = makeNumbers(20_190_901);
  const features = [];
  for (const route of routes) {
    const vertices = smooth(bendsOf(route.via, random));
    const { chainBreak, splitVertices } = route;
    const stakes = stakesOf(vertices, route.firstStakeM, chainBreak);
    if (splitVertices === undefined) {
      features.push(feature(route, vertices, stakes, { chainBreak }));
      continue;
    }
    const parts = splitFeatures(route, vertices, stakes, splitVertices);
    const { coordinates } = parts[1].geometry;
    features.push(...parts, rampFeature(ramp, coordinates.slice(rampVertex, rampVertex + 2)));
  }
  const name = '示例：河北高速公路网（虚构线形）';
  return { type: 'FeatureCollection', name, note, datum: 'WGS-84', areas, features };
}

/** A feature a line, so that a change shows as one. */
function textOf({ features, ...head }) {
  const rows = features.map((row) => JSON.stringify(row)).join(',\n');
  return `${JSON.stringify(head).slice(0, -1)},"features":[\n${rows}\n]}\n`;
}

const defaultFile = new URL('../gateway/samples/hebei-network.geojson', import.meta.url);
writeFileSync(process.argv[2] ?? defaultFile, textOf(makeNetwork()));
