import type { Cancel, DeviceEnv } from './environment.ts';

export interface PowerDownParts {
  readonly env: Pick<DeviceEnv, 'timers' | 'log'>;
  /** How long there is power after the ignition went off, ms. */
  readonly holdUpMs: number;
  /** In this order, each once; the next begins when the one before ended or failed. */
  readonly steps: readonly (readonly [name: string, act: () => Promise<void>])[];
}

/**
 * The ignition is off: everything that must be done while there is still power, in order of what
 * would be worst left undone. Never rejects; what the time did not suffice for is logged.
 */
export async function powerDown({ env, holdUpMs, steps }: PowerDownParts): Promise<void> {
  let doing = '';
  const run = async () => {
    for (const [name, act] of steps) {
      doing = name;
      await act().catch((error: unknown) => {
        env.log.error({ step: name, error: String(error) }, 'a step of the power-down failed');
      });
    }
    return true;
  };
  let cancel: Cancel = () => undefined;
  const gone = new Promise<false>((resolve) => {
    cancel = env.timers.after(holdUpMs, () => resolve(false));
  });
  const inTime = await Promise.race([run(), gone]);
  cancel();
  if (inTime) env.log.info({}, 'ready for the power to go');
  else env.log.error({ step: doing }, 'the power may go before this is done');
}
