import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import type { FastifyInstance } from 'fastify';
import { atEveryDoor } from './doors.ts';

const fontPackage = '@expo-google-fonts/noto-sans-sc';

/** The product's own font, for browsers of machines that have no Chinese one. */
const faces = [
  { url: '/medium.ttf', weight: 400, file: `${fontPackage}/500Medium/NotoSansSC_500Medium.ttf` },
  { url: '/bold.ttf', weight: 700, file: `${fontPackage}/700Bold/NotoSansSC_700Bold.ttf` },
] as const;

/** Installed fonts that will do: then nothing is fetched. */
const installed = ['Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei'];

/** Name the page's style uses. */
export const pageFontFamily = 'Xinlu Sans';

/** `@font-face` rules for the page. */
export function fontFaceCss(): string {
  const local = installed.map((name) => `local("${name}")`).join(', ');
  return faces
    .map(
      ({ url, weight }) =>
        `@font-face { font-family: "${pageFontFamily}"; font-weight: ${weight}; ` +
        `font-display: swap; src: ${local}, url("${url}") format("truetype"); }\n`,
    )
    .join('');
}

export function registerFonts(app: FastifyInstance): void {
  const require = createRequire(import.meta.url);
  for (const { url, file } of faces) {
    app.get(url, atEveryDoor, (_request, reply) =>
      reply.type('font/ttf').send(createReadStream(require.resolve(file))),
    );
  }
}
