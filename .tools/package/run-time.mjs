/**
 * Dependencies by who names them that only its installing, its own command line or its types need.
 * cbor-x reads the same with and without its native half; johnny-five is handed its board.
 */
export const notAtRunTime = {
  '@serialport/bindings-cpp': ['node-addon-api'],
  'cbor-x': ['cbor-extract'],
  'johnny-five': ['browser-serialport', 'firmata'],
  mqtt: ['commist', 'help-me', 'minimist'],
  qrcode: ['yargs'],
  sqlite3: ['node-addon-api', 'node-gyp', 'prebuild-install', 'tar'],
  'zxing-wasm': ['@types/emscripten', 'type-fest'],
};

const licence = /^(licen[cs]e|copying|notice|third.?party)[^/]*$/i;

/** What no program loads: types, maps, sources of compiled code, words for people. */
const idle = [
  /\.([cm]?ts|tsx|map|md|markdown|flow|tsbuildinfo)$/i,
  /\.(c|cc|cpp|h|hh|hpp|S|asm|inc|gyp|gypi|py|sh|txt|cmake|coffee)$/,
  /(^|\/)(tests?|__tests__|docs?|examples?|benchmarks?|coverage|man)\//,
  /(^|\/)\./,
  /(^|\/)(Makefile|CMakeLists|Gruntfile|rollup\.config|webpack\.config|tsconfig)[^/]*$/,
];

/** Packages of which a unit uses a part: files that stay, besides package.json and licences. */
const parts = {
  '@expo-google-fonts/noto-sans-sc': () => [/^(500Medium|700Bold)\/[^/]+\.ttf$/],
  '@koromix/koffi-linux-arm64': () => [/^index\.js$/, /^linux_arm64\/[^/]+\.node$/],
  '@koromix/koffi-linux-x64': () => [/^index\.js$/, /^linux_x64\/[^/]+\.node$/],
  '@serialport/bindings-cpp': ({ cpu }) => [
    /^dist\//,
    new RegExp(`^prebuilds/linux-${cpu}/[^/]+\\.glibc\\.node$`),
  ],
  fontkit: () => [/^dist\/(main\.cjs|module\.mjs)$/],
  koffi: () => [/^(index|indirect)\.c?js$/, /^src\/koffi\/.*\.c?js$/],
  mqtt: () => [/^build\/(?!bin\/)/],
  sqlite3: () => [/^lib\//],
  'zxing-wasm': () => [/^dist\/es\/(share\.js$|bindings\/|reader\/)/, /^dist\/reader\//],
};

/**
 * Whether a unit needs this file of a package at run time.
 * @param name the package's name
 * @param file path inside the package
 * @param architecture a row of `architectures`
 */
export function runsOn(name, file, architecture) {
  if (file === 'package.json' || licence.test(file)) return true;
  if (idle.some((pattern) => pattern.test(file))) return false;
  return parts[name]?.(architecture).some((pattern) => pattern.test(file)) ?? true;
}

/** Whether a file holds the words of a licence. */
export function isLicence(file) {
  return licence.test(file);
}
