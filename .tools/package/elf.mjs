const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const machineAt = 18;

/** libstdc++ symbol version → the Debian version of libstdc++6 that brought it. */
const stdLibraryOf = [
  [33, 14],
  [31, 13],
  [30, 12],
  [29, 11],
  [28, 10],
  [26, 9],
  [25, 8],
  [23, 7],
  [22, 6],
  [0, 5],
];

export function isElf(bytes) {
  return bytes.subarray(0, magic.length).equals(magic);
}

/** Throws when a compiled file is for another processor, or for another C library. */
export function checkElf(path, bytes, architecture) {
  if (bytes.readUInt16LE(machineAt) !== architecture.elfMachine) {
    throw new Error(`${path} is compiled for another processor`);
  }
  if (bytes.includes('libc.musl-') || bytes.includes('ld-musl-')) {
    throw new Error(`${path} is compiled for musl`);
  }
}

function versionsIn(bytes, prefix) {
  const text = bytes.toString('latin1');
  return [...text.matchAll(new RegExp(`\\0${prefix}([0-9.]+)(?=\\0)`, 'g'))].map(([, version]) =>
    Number(version),
  );
}

/**
 * `Depends` of compiled files, from the symbol versions they name.
 * @param files bytes of every ELF file of the package
 */
export function librariesFor(files) {
  const minor = Math.max(0, ...files.flatMap((bytes) => versionsIn(bytes, 'GLIBC_2\\.')));
  const symbols = Math.max(0, ...files.flatMap((bytes) => versionsIn(bytes, 'GLIBCXX_3\\.4\\.')));
  const [, stdLibrary] = stdLibraryOf.find(([from]) => symbols >= from);
  return [`libc6 (>= 2.${minor})`, 'libgcc-s1', `libstdc++6 (>= ${stdLibrary})`];
}
