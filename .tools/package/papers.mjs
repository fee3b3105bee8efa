import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootFolder } from '../shell.mjs';

const kibibyte = 1024;

/** `Installed-Size` of deb-control(5): each file rounded up to KiB, a KiB for everything else. */
export function installedKib(entries) {
  return entries.reduce(
    (total, { type, size }) => total + (type === 'file' ? Math.ceil(size / kibibyte) : 1),
    0,
  );
}

/** @param libraries as `librariesFor` answers them */
export function controlText({ version, architecture, sizeKib, libraries }) {
  return `Package: xinlu-device
Version: ${version}
Architecture: ${architecture}
Maintainer: Xinlu maintainers <maintainers@xinlu.example>
Installed-Size: ${sizeKib}
Depends: ${[...libraries, 'systemd (>= 252)', 'udev', 'util-linux'].join(', ')}
Recommends: dbus, polkitd
Suggests: gpsd, modemmanager
Section: misc
Priority: optional
Description: Xinlu unit: the agent of a patrol car, a tow truck or a kiosk
 Shows a signed code that changes every few seconds and is tied to place, time
 and incident, and keeps what happened until the gateway has it.
 .
 Drives e-ink panels and LCDs, GNSS receivers, a control panel and a modem.
 Node.js and everything else it needs is in the package. It writes to
 /var/lib/xinlu-device only.
`;
}

/** deb-md5sums(5): dpkg --verify compares them. */
export function md5Text(files) {
  return files
    .map(({ path, bytes }) => {
      const sum = createHash('md5').update(bytes).digest('hex');
      return `${sum}  ${path}\n`;
    })
    .join('');
}

function paragraph(text) {
  const lines = text.replace(/\r/g, '').trimEnd().split('\n');
  return lines.map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`)).join('\n');
}

/**
 * Who wrote what, and under which licence: debian/copyright, format 1.0. A text that several
 * packages bear stands here once.
 * @param node `{ version, licenceText }`
 * @param packages `{ name, version, license, texts }` of each
 */
export function copyrightText(node, packages) {
  const own = readFileSync(join(rootFolder, 'LICENSE'), 'utf8');
  const said = packages.map(({ name, version, license, texts }) => ({
    who: `${name} ${version} (${license ?? 'licence not stated'})`,
    text: texts.join('\n\n') || `The package states no more than: ${license ?? 'nothing'}`,
  }));
  const byText = new Map();
  for (const { who, text } of said) byText.set(text, [...(byText.get(text) ?? []), who]);
  const others = [...byText].map(
    ([text, who]) => `Files: ${who.join('\n ')}\nLicense: as stated\n${paragraph(text)}\n`,
  );
  return [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: Xinlu\n',
    `Files: *\nCopyright: the Xinlu authors\nLicense: Apache-2.0\n${paragraph(own)}\n`,
    `Files: usr/lib/xinlu-device/bin/node\nComment: Node.js ${node.version}\nLicense: as stated\n${paragraph(node.licenceText)}\n`,
    ...others,
  ].join('\n');
}
