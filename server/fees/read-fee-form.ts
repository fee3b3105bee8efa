import { cleanWords, listField, textField } from '../scan-page/forms.ts';
import { factsOf, metersOf, type Tariff } from './tariff.ts';

/** Rows for fees that are asked for and that the form does not list. */
export const otherRows = 3;
const otherNameCharsMax = 60;

/** What stands in the form, as it was typed. */
export interface FeeForm {
  readonly vehicleClass: string;
  readonly items: readonly string[];
  /** Counts, kilometres, hours …, by the name of their field. */
  readonly numbers: ReadonlyMap<string, string>;
  readonly facts: readonly string[];
  readonly asked: string;
  readonly others: readonly { readonly name: string; readonly yuan: string }[];
}

export type FeeFormProblem = 'no-class' | 'no-service' | 'bad-number' | 'bad-money';

export type FeeFormReading =
  | { readonly form: FeeForm; readonly input: Readonly<Record<string, unknown>> }
  | { readonly form: FeeForm; readonly problem: FeeFormProblem };

export function quantityField(code: string): string {
  return `qty-${code}`;
}

export function meterField(meter: string): string {
  return `m-${meter}`;
}

/** Yuan as people type them (2300, 2,300.5, ２３００元) in fen; null: no amount of money. */
export function fenOfYuan(text: string): number | null {
  const plain = text.normalize('NFKC').replace(/[\s,¥元]/g, '');
  const parts = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(plain);
  if (parts === null) return null;
  return Number(parts[1]) * 100 + Number((parts[2] ?? '').padEnd(2, '0'));
}

function numberOf(text: string): number | null {
  const plain = text.normalize('NFKC').trim();
  return /^\d{1,5}(\.\d{1,3})?$/.test(plain) ? Number(plain) : null;
}

function readForm(tariff: Tariff, fields: unknown): FeeForm {
  const names = [
    ...[...metersOf(tariff)].map(meterField),
    ...[...tariff.items.keys()].map(quantityField),
  ];
  const given = names.map((name) => [name, textField(fields, name).trim()] as const);
  return {
    vehicleClass: textField(fields, 'class'),
    items: listField(fields, 'item').filter((code) => tariff.items.has(code)),
    numbers: new Map(given.filter(([, text]) => text !== '')),
    facts: listField(fields, 'fact'),
    asked: textField(fields, 'asked').trim(),
    others: Array.from({ length: otherRows }, (_, row) => ({
      name: cleanWords(textField(fields, `other-${row}`)).slice(0, otherNameCharsMax),
      yuan: textField(fields, `other-yuan-${row}`).trim(),
    })),
  };
}

/** Fees by name that no item of the form stands for, as rows of a bill. */
function otherBill({ others }: FeeForm) {
  const named = others.filter(({ name, yuan }) => name !== '' || yuan !== '');
  return named.map(({ name, yuan }, row) => {
    // A fee named without an amount is unlisted all the same.
    const fen = yuan === '' ? 0 : fenOfYuan(yuan);
    return { code: `other-${row + 1}`, name, fen };
  });
}

function quantities({ items, numbers }: FeeForm): Map<string, number | null> {
  return new Map(
    items.map((code) => {
      const text = numbers.get(quantityField(code));
      return [code, text === undefined ? 1 : numberOf(text)];
    }),
  );
}

/** Reads the form of a fee check into the input object of a fixture. */
export function readFeeForm(tariff: Tariff, fields: unknown): FeeFormReading {
  const form = readForm(tariff, fields);
  const meters = [...metersOf(tariff)].flatMap((meter) => {
    const text = form.numbers.get(meterField(meter));
    return text === undefined ? [] : [[meter, numberOf(text)] as const];
  });
  const qty = quantities(form);
  const quotedFen = form.asked === '' ? undefined : fenOfYuan(form.asked);
  const bill = otherBill(form);
  const needsClass = tariff.vehicleClasses.length > 0;
  if (needsClass && !tariff.vehicleClasses.includes(form.vehicleClass)) {
    return { form, problem: 'no-class' };
  }
  if (qty.size === 0 && meters.length === 0) return { form, problem: 'no-service' };
  if ([...qty.values(), ...meters.map(([, value]) => value)].includes(null)) {
    return { form, problem: 'bad-number' };
  }
  if (quotedFen === null || bill.some(({ fen }) => fen === null)) {
    return { form, problem: 'bad-money' };
  }
  const facts = [...factsOf(tariff)].map((fact) => [fact, form.facts.includes(fact)] as const);
  const input = {
    ...Object.fromEntries([...meters, ...facts]),
    qty: Object.fromEntries(qty),
    bill,
    ...(form.vehicleClass !== '' && { vehicleClass: form.vehicleClass }),
    ...(quotedFen !== undefined && { quotedFen }),
  };
  return { form, input };
}
