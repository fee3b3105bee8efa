import type { Reader } from '../../protocols/store/store.ts';
import type { Organisation, Vehicle } from '../directory/directory.ts';
import { organisations, selectRows, vehicles } from '../directory/directory-table.ts';
import { organisationById } from '../directory/identity.ts';

/** Fewest characters of a firm's name: nobody reads the whole register through the look-up. */
export const nameCharsMin = 4;

/** What the register knows of a plate or name. */
export type LookupAnswer =
  | { readonly found: 'vehicle'; readonly vehicle: Vehicle; readonly organisation: Organisation }
  | { readonly found: 'organisation'; readonly organisation: Organisation }
  | { readonly found: 'several' }
  | { readonly found: 'nothing' }
  | { readonly found: 'too-short' };

/** A plate as it is compared: no spaces, points or dashes, capitals. */
function plateKey(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s·•.．。-]/g, '');
}

async function vehicleByPlate(reader: Reader, query: string): Promise<Vehicle | undefined> {
  const condition = `role <> 'kiosk' AND
    upper(replace(replace(replace(plate, '·', ''), ' ', ''), '-', '')) = ?`;
  return (await selectRows(reader, vehicles, condition, [plateKey(query)]))[0];
}

/** Looks up a whole plate, or a part of a firm's name that fits one firm alone. */
export async function lookUp(reader: Reader, query: string): Promise<LookupAnswer> {
  const vehicle = await vehicleByPlate(reader, query);
  if (vehicle !== undefined) {
    const organisation = await organisationById(reader, vehicle.organisationId);
    if (organisation !== null) return { found: 'vehicle', vehicle, organisation };
  }
  if ([...query].length < nameCharsMin) return { found: 'too-short' };
  const condition = 'instr(name_zh, ?1) > 0 OR instr(lower(name_en), lower(?1)) > 0';
  const firms = await selectRows(reader, organisations, condition, [query]);
  if (firms.length > 1) return { found: 'several' };
  const [organisation] = firms;
  return organisation === undefined
    ? { found: 'nothing' }
    : { found: 'organisation', organisation };
}
