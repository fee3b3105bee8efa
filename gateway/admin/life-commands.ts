import type { AdminAnswer, AdminCommand } from './command.ts';

/** Some rows were refused: exit code 1, and every row is printed all the same. */
const someRefused = 422;

function importAnswer({ status, body }: AdminAnswer): AdminAnswer {
  const rows = Array.isArray(body) ? (body as { ok: boolean }[]) : [];
  return { status: rows.every(({ ok }) => ok) ? status : someRefused, body };
}

/** `xinlu unit image|move|replace|import`. */
export const lifeCommands: readonly AdminCommand[] = [
  {
    words: ['unit', 'image'],
    usage: 'unit image [--apn APN]: what an image or USB stick brings to a unit; nothing secret',
    required: [],
    optional: ['apn'],
    run: async (call, { apn = '' }) => {
      const { status, body } = await call('GET', '/image');
      return { status, body: { ...(body as object), apn } };
    },
  },
  {
    words: ['unit', 'move'],
    usage: 'unit move --serial S [--vehicle VEHICLE_ID] --reason R',
    required: ['serial', 'reason'],
    optional: ['vehicle'],
    run: (call, { serial = '', vehicle = null, reason }) =>
      call('POST', `/units/${encodeURIComponent(serial)}/move`, { vehicleId: vehicle, reason }),
  },
  {
    words: ['unit', 'replace'],
    usage: 'unit replace --serial S --spare S2 --reason R',
    required: ['serial', 'spare', 'reason'],
    optional: [],
    run: (call, { serial = '', spare, reason }) =>
      call('POST', `/units/${encodeURIComponent(serial)}/replace`, { spare, reason }),
  },
  {
    words: ['unit', 'import'],
    usage: 'unit import FILE (CSV: serial, then any of model,kind,vehicle,plate,sim,depot)',
    required: [],
    optional: [],
    file: 'csv',
    run: async (call, { csv }) => importAnswer(await call('POST', '/units/import', { csv })),
  },
];
