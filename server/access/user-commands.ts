import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonContract } from '../../protocols/contracts/route-contract.ts';
import { CodedError } from '../../protocols/errors.ts';
import { refuse } from '../link/gate.ts';
import { accountByName, listAccounts } from './account-table.ts';
import {
  type AccountProblem,
  commandLine,
  createAccount,
  endAccount,
  giveRight,
  resetAccount,
} from './accounts.ts';
import type { LoginParts } from './login.ts';
import { organisationOf, rightsOf } from './right-table.ts';
import { isRole, type Right, rightProblem } from './roles.ts';
import { setupLink } from './setup.ts';

type Parts = Pick<LoginParts, 'store' | 'env' | 'audit'> & { readonly publicUrl: string };

const newUser = Type.Object({
  loginName: Type.String({ maxLength: 64 }),
  realName: Type.String({ maxLength: 200 }),
  role: Type.Optional(Type.String({ maxLength: 64 })),
  organisationId: Type.Optional(Type.String({ maxLength: 64 })),
});
const setupAnswer = Type.Object({ loginName: Type.String(), setupLink: Type.String() });
const contracts = {
  list: jsonContract('every account with its rights', {
    answer: Type.Array(
      Type.Object({
        loginName: Type.String(),
        realName: Type.String(),
        state: Type.Union(['waiting', 'ready', 'disabled'].map((one) => Type.Literal(one))),
        rights: Type.Array(
          Type.Object({
            role: Type.String(),
            organisationId: Type.Union([Type.String(), Type.Null()]),
          }),
        ),
      }),
    ),
  }),
  create: jsonContract('an account, and the one-time link that sets it up', {
    body: newUser,
    answer: setupAnswer,
  }),
  reset: jsonContract('forget password and authenticator', { answer: setupAnswer }),
  disable: jsonContract('an account and its sessions end', {
    answer: Type.Object({ loginName: Type.String(), disabled: Type.Boolean() }),
  }),
} as const;
export interface NewUser {
  readonly loginName: string;
  readonly realName: string;
  readonly role?: string;
  readonly organisationId?: string;
}

/** One account as the command line prints it. */
export interface UserLine {
  readonly loginName: string;
  readonly realName: string;
  readonly state: 'waiting' | 'ready' | 'disabled';
  readonly rights: readonly { role: string; organisationId: string | null }[];
}

export interface SetupLine {
  readonly loginName: string;
  readonly setupLink: string;
}

/** What `xinlu user` does; refusals are CodedErrors that say what to do. */
export interface UserCommands {
  create(user: NewUser): Promise<SetupLine>;
  list(): Promise<readonly UserLine[]>;
  reset(loginName: string): Promise<SetupLine>;
  disable(loginName: string): Promise<{ loginName: string; disabled: boolean }>;
}

const problemTexts: { readonly [Problem in AccountProblem]?: string } = {
  'bad-login-name': 'login names are 2 to 32 small letters, digits, dots, hyphens, underscores',
  'login-name-taken': 'this login name is taken',
  'no-name': 'the real name is missing or too long',
  'no-organisation': 'there is no such organisation',
  'needs-organisation': 'this role needs --organisation',
  'unknown-role': 'there is no such role',
};

function refusal(problem: AccountProblem): CodedError {
  const code = problem === 'no-account' ? 'not-found' : 'conflict';
  return new CodedError(code, problemTexts[problem] ?? `refused: ${problem}`);
}

async function idOf({ store }: Parts, loginName: string): Promise<string> {
  const account = await accountByName(store, loginName);
  if (account === undefined) throw new CodedError('not-found', `there is no account ${loginName}`);
  return account.accountId;
}

/** The right a new account is to have, judged before the account is made; null: none. */
async function rightOf(
  { store }: Parts,
  role: string | undefined,
  organisationId: string | null,
): Promise<Right | null> {
  if (role === undefined) return null;
  if (!isRole(role)) throw refusal('unknown-role');
  const problem = rightProblem({ role, organisationId }, []);
  if (problem !== null) throw refusal(problem);
  const known =
    organisationId === null ||
    (await organisationOf(store, 'organisationId', organisationId)) !== null;
  if (!known) throw refusal('no-organisation');
  return { role, organisationId };
}

/** The commands on an open store. */
export function userCommands(parts: Parts): UserCommands {
  const lineOf = (loginName: string, token: string) => ({
    loginName,
    setupLink: setupLink(parts.publicUrl, token),
  });
  return {
    create: async ({ loginName, realName, role, organisationId }) => {
      const right = await rightOf(parts, role, organisationId ?? null);
      const made = await createAccount(parts, commandLine, { loginName, realName });
      if ('problem' in made) throw refusal(made.problem);
      if (right !== null) {
        const given = await giveRight(parts, commandLine, made.accountId, right);
        if ('problem' in given) throw refusal(given.problem);
      }
      return lineOf(loginName, made.token);
    },
    list: async () => {
      const lines: UserLine[] = [];
      for (const account of await listAccounts(parts.store)) {
        const { loginName, realName, disabledAtMs, passwordHash } = account;
        const rights = await rightsOf(parts.store, account.accountId);
        const isReady = passwordHash !== null;
        lines.push({
          loginName,
          realName,
          state: disabledAtMs !== null ? 'disabled' : isReady ? 'ready' : 'waiting',
          rights: rights.map(({ role, organisationId }) => ({ role, organisationId })),
        });
      }
      return lines;
    },
    reset: async (loginName) => {
      const made = await resetAccount(parts, commandLine, await idOf(parts, loginName));
      if ('problem' in made) throw refusal(made.problem);
      return lineOf(loginName, made.token);
    },
    disable: async (loginName) => {
      const made = await endAccount(parts, commandLine, await idOf(parts, loginName));
      if ('problem' in made) throw refusal(made.problem);
      return { loginName, disabled: made.disabled };
    },
  };
}

/** The same over the loopback port of a running server; `ask` posts and reads the answer. */
export function userCommandsOver(
  ask: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>,
): UserCommands {
  const base = '/admin/v1/users';
  const pathOf = (loginName: string, act: string) =>
    `${base}/${encodeURIComponent(loginName)}/${act}`;
  return {
    create: async (user) => (await ask('POST', base, user)) as SetupLine,
    list: async () => (await ask('GET', base)) as UserLine[],
    reset: async (loginName) => (await ask('POST', pathOf(loginName, 'reset'))) as SetupLine,
    disable: async (loginName) =>
      (await ask('POST', pathOf(loginName, 'disable'))) as { loginName: string; disabled: boolean },
  };
}

type NameRequest = { Params: { loginName: string } };

/** What `xinlu user` calls on the loopback port, behind its token. */
export function userAdminRoutes(app: FastifyInstance, parts: Parts): void {
  const users = userCommands(parts);
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof CodedError) return refuse(reply, error.code, error.message);
    const status = error.statusCode ?? 500;
    if (status < 500) return refuse(reply, status === 413 ? 'too-large' : 'bad-request');
    request.log.error({ err: error }, 'a command failed');
    return reply.code(500).send({ code: 'failed', message: 'The server failed: see its log.' });
  });
  app.get('/admin/v1/users', { config: contracts.list }, () => users.list());
  app.post('/admin/v1/users', { config: contracts.create }, async ({ body }, reply) =>
    Value.Check(newUser, body) ? users.create(body as NewUser) : refuse(reply, 'bad-request'),
  );
  app.post<NameRequest>(
    '/admin/v1/users/:loginName/reset',
    { config: contracts.reset },
    ({ params }) => users.reset(params.loginName),
  );
  app.post<NameRequest>(
    '/admin/v1/users/:loginName/disable',
    { config: contracts.disable },
    ({ params }) => users.disable(params.loginName),
  );
}
