import sqlite3 from 'sqlite3';

/**
 * The real gateway with its defence switched off: COMMIT is reported done before it is begun, and
 * so acknowledgements leave before anything is on disk. The kill test must go red on it.
 */
const commitLateMs = 60;

type Done = (error: Error | null) => void;
type Call = (sql: string, params: unknown, done: Done) => unknown;

const driver = sqlite3.Database.prototype as unknown as Record<'run' | 'all', Call>;
const real = { run: driver.run, all: driver.all };
let committed: Promise<void> = Promise.resolve();

driver.run = function run(this: sqlite3.Database, sql, params, done) {
  if (sql !== 'COMMIT') {
    void committed.then(() => real.run.call(this, sql, params, done));
    return this;
  }
  committed = new Promise((resolve) => {
    setTimeout(() => real.run.call(this, sql, params, () => resolve()), commitLateMs);
  });
  done.call({ changes: 0, lastID: 0 } as never, null);
  return this;
};
driver.all = function all(this: sqlite3.Database, sql, params, done) {
  void committed.then(() => real.all.call(this, sql, params, done));
  return this;
};

await import('../../../gateway/main.ts');
