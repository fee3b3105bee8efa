/** What a person may be, and what each role is for. Issue of access: the roles of the work. */
export const roles = [
  'technician',
  'fleet-manager',
  'dispatcher',
  'hotline-clerk',
  'rescue-worker',
  'supervisor',
  'credit-clerk',
  'reviewer',
  'department-head',
  'officer',
  'firm-manager',
  'employee',
  'business-administrator',
  'auditor',
  'system-administrator',
] as const;
export type Role = (typeof roles)[number];

/**
 * Administration is threefold, and nobody holds two parts of it: accounts and links (system),
 * organisations, people and the rights of the work (business), the record of it all (audit).
 */
export const administratorRoles: readonly Role[] = [
  'business-administrator',
  'auditor',
  'system-administrator',
];

/** Roles that have no organisation: they see the machine and its record, not the work. */
export const wholeSystemRoles: readonly Role[] = ['auditor', 'system-administrator'];

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}

/** A role within an organisation and everything below it; null: everywhere. */
export interface Right {
  readonly role: Role;
  readonly organisationId: string | null;
}

export type RightProblem =
  | 'unknown-role'
  | 'needs-whole-system'
  | 'needs-organisation'
  | 'separate';

/**
 * Why a right cannot stand beside those a person already has; null: it can. Administrators hold
 * nothing but their one part; only the work of an organisation is scoped to one.
 */
export function rightProblem(right: Right, held: readonly Right[]): RightProblem | null {
  const isWhole = wholeSystemRoles.includes(right.role);
  if (isWhole && right.organisationId !== null) return 'needs-whole-system';
  const mayBeEverywhere = isWhole || right.role === 'business-administrator';
  if (!mayBeEverywhere && right.organisationId === null) return 'needs-organisation';
  const isAdministrator = (role: Role) => administratorRoles.includes(role);
  const clashes = held.some(
    ({ role }) => role !== right.role && (isAdministrator(role) || isAdministrator(right.role)),
  );
  return clashes ? 'separate' : null;
}
