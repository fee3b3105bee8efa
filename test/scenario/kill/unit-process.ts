import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readDeviceConfig } from '../../../device/config.ts';
import { layFoundation } from '../../../device/foundation.ts';
import type { Credentials } from '../../../device/identity/credentials.ts';
import { openIdentity } from '../../../device/identity/open-identity.ts';
import { systemEnv } from '../../../device/process.ts';
import { openUplink } from '../../../device/uplink/open-uplink.ts';
import { keyFingerprint } from '../../../protocols/enrolment/request.ts';

/**
 * The unit's real outbox, enrolment and uplink, fed with a fix every few milliseconds. It says on
 * stdout which records its outbox accepted: what it has said must never be lost. A file named
 * `enough` in its folder ends the feeding; `drained` then says that nothing waits any more.
 */
const fixEveryMs = 15;
const pollMs = 100;

const config = readDeviceConfig({ env: {}, words: process.argv.slice(2) });
const env = systemEnv(Date.now, 'warn');
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const base = await layFoundation(config, env, () => process.exit(1));
const { outbox } = base;
const enough = join(config.dataDir, 'enough');

function connect(credentials: Credentials): void {
  const nothing = () => undefined;
  openUplink(
    base,
    {
      serial: config.serial,
      model: 'kill-test',
      bootId: Buffer.from(env.randomBytes(8)).toString('hex'),
      redialFirstMs: 200,
      dial: undefined,
      credentials: () => credentials,
      onLink: nothing,
      onTime: nothing,
      onConfig: nothing,
      onIncident: nothing,
      onScanned: nothing,
      onCommand: nothing,
      onRelease: nothing,
      onAcknowledged: nothing,
      onRoster: nothing,
      rosterVersion: () => 0,
    },
    env,
  ).start();
}

const identity = await openIdentity({
  config,
  env,
  base,
  ask: undefined,
  onGranted: connect,
  onCodeChanged: () => undefined,
});
say({ fingerprint: keyFingerprint(base.signer.publicKey), enrolled: identity.enrolled });
if (identity.enrolled) connect(identity.credentials);
else identity.enrolment.start();

/** The mark tells one record from every other of its unit; it travels as the latitude. */
async function feed(mark: number): Promise<void> {
  const values = {
    lat: mark / 1e7,
    lon: 114,
    altM: 60,
    speedMps: 20,
    courseDeg: 10,
    satsUsed: 9,
    hdop: 1,
    quality: 3,
  };
  const seq = await outbox.append({
    kind: 'fix',
    happenedAtMs: Date.now(),
    clock: 'gnss',
    values,
  });
  say({ accepted: mark, seq, epoch: outbox.epoch });
}

/** Marks of one life follow from its start: two lives never share one. */
let mark = (Date.now() - Date.UTC(2026, 0, 1)) % 600_000_000;
setInterval(() => {
  mark += 1;
  if (!existsSync(enough)) void feed(mark);
}, fixEveryMs);

let waitedBefore = 0;
setInterval(() => {
  const waiting = outbox.waitingRecords;
  if (waiting < waitedBefore) say({ acknowledged: true });
  waitedBefore = waiting;
  if (!existsSync(enough)) return;
  void outbox.waiting(0, 1).then((rest) => {
    if (rest.length === 0) say({ drained: true });
  });
}, pollMs);
