import type { Reader, Writer } from '../../protocols/store/store.ts';
import type { Terminal } from './terminal.ts';

interface TerminalRow {
  terminal_no: number;
  phone: string;
  plate: string;
  vehicle_id: string | null;
  code: string;
  device: string | null;
  revoked: number;
  registered_at_ms: number;
}

export async function loadTerminals(store: Reader): Promise<readonly Terminal[]> {
  const rows = await store.all<TerminalRow>('SELECT * FROM terminal ORDER BY terminal_no');
  return rows.map((row) => ({
    no: row.terminal_no,
    phone: row.phone,
    plate: row.plate,
    vehicleId: row.vehicle_id,
    code: row.code,
    device: row.device,
    revoked: row.revoked === 1,
    registeredAtMs: row.registered_at_ms,
  }));
}

/** Writes a terminal over what was known of it, and who did what to it. */
export async function saveTerminal(
  tx: Writer,
  terminal: Terminal,
  audit: { readonly event: string; readonly by: string; readonly atMs: number },
): Promise<void> {
  const { no, phone, plate, vehicleId, code, device, revoked, registeredAtMs } = terminal;
  await tx.run(
    `INSERT INTO terminal
      (terminal_no, phone, plate, vehicle_id, code, device, revoked, registered_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (terminal_no) DO UPDATE SET phone = excluded.phone, plate = excluded.plate,
      vehicle_id = excluded.vehicle_id, code = excluded.code, device = excluded.device,
      revoked = excluded.revoked, registered_at_ms = excluded.registered_at_ms`,
    [no, phone, plate, vehicleId, code, device, revoked ? 1 : 0, registeredAtMs],
  );
  const detail = JSON.stringify({ by: audit.by, plate, vehicleId, device });
  await tx.run('INSERT INTO audit_event (at_ms, subject, event, detail) VALUES (?, ?, ?, ?)', [
    audit.atMs,
    `terminal:${phone}`,
    audit.event,
    detail,
  ]);
}
