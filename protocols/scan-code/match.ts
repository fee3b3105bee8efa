import { createHmac } from 'node:crypto';
import { domainBytes, domains } from '../signed/domain.ts';
import { matchWords } from './words.ts';

export const matchKeyBytes = 32;

/** Two word indexes and a shape index. */
export type Match = readonly [first: number, second: number, shape: number];

/** Drawn beside the words, in this order. Each differs in outline: nothing hangs on colour. */
export const matchShapes = [
  { code: 'circle', zh: '圆', en: 'circle' },
  { code: 'square', zh: '方', en: 'square' },
  { code: 'triangle', zh: '三角', en: 'triangle' },
  { code: 'star', zh: '五角星', en: 'star' },
  { code: 'heart', zh: '心形', en: 'heart' },
  { code: 'moon', zh: '月牙', en: 'crescent' },
  { code: 'cross', zh: '十字', en: 'cross' },
  { code: 'diamond', zh: '菱形', en: 'diamond' },
] as const;
export type MatchShape = (typeof matchShapes)[number]['code'];

/**
 * The match of 82 code bytes under the unit's match key: HMAC-SHA-256 over domain, zero byte,
 * code; bytes 0 and 1 pick words, byte 2 mod 8 the shape. Scan code, "Match word".
 */
export function matchOf(code: Uint8Array, matchKey: Uint8Array): Match {
  const mac = createHmac('sha256', matchKey).update(domainBytes(domains.matchWord, code)).digest();
  return [mac[0] ?? 0, mac[1] ?? 0, (mac[2] ?? 0) % matchShapes.length];
}

/** `词 词 形`, as the screen and the page show it. */
export function matchText([first, second, shape]: Match): string {
  return [matchWords[first], matchWords[second], matchShapes[shape]?.zh].join(' ');
}
