import { expect, it } from 'vitest';
import { PrintFollower } from '../../../gateway/prints/print-follower.ts';
import { PrintRegister } from '../../../gateway/scan/print-register.ts';
import { temporaryStore, VirtualEnv } from '../virtual.ts';

it('gives up a question that the server holds open, so that the process can end', async () => {
  const { store, remove } = await temporaryStore();
  let question: AbortSignal | null = null;
  const follower = new PrintFollower({
    store,
    env: new VirtualEnv(),
    timers: {
      after: (_, work) => {
        work();
        return () => undefined;
      },
    },
    prints: new PrintRegister(store),
    ask: (_after, _waitMs, givenUp) => {
      question = givenUp;
      return new Promise((resolve) => {
        givenUp.addEventListener('abort', () => resolve({ ok: false, status: 0 }));
      });
    },
    onIssuers: () => undefined,
  });
  await follower.start();
  expect(question).toMatchObject({ aborted: false });
  await follower.stop();
  expect(question).toMatchObject({ aborted: true });
  await remove();
});
