/** Where to look, on stdout. */
export function printAddresses(at, { fleet, technicianLink }, options) {
  const lines = [
    '',
    '信路 Xinlu is running. 示例 data, fictional.',
    '',
    `  credit server   ${at.server}/`,
    `  codes (gateway) ${at.codes}`,
    `  MQTT over TLS   port 8883, enrolment ${at.enrolment}/`,
    ...fleet.map(
      ({ serial, title, localPort }) => `  ${serial}    http://127.0.0.1:${localPort}/  ${title}`,
    ),
    '',
    ...(technicianLink === null
      ? [`  示例技术员 technician: log in at ${at.server}/bench`]
      : [`  示例技术员 technician: set the account up once at ${technicianLink}`]),
    '  Open a unit, scan its code with a phone (or open the link under the picture).',
    ...(options.host === '127.0.0.1'
      ? ['  For real phones: npm start -- --host IP-OF-THIS-MACHINE:8081']
      : []),
    `  Data and logs: ${options.dataFolder}. Ctrl-C stops everything.`,
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
