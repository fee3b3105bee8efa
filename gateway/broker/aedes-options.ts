import type { AedesOptions } from 'aedes';
import { brokerLimits } from './limits.ts';

/**
 * The broker's own settings. `concurrency: 0` (no bound on parallel deliveries): with a bound, one
 * reader that stops reading stalls everybody. reliability.md, fact 6.
 */
export const aedesOptions = {
  concurrency: 0,
  connectTimeout: brokerLimits.connectMsMax,
  drainTimeout: brokerLimits.drainMsMax,
  maxInflightInbound: brokerLimits.inboundInflightMax,
  maxTopicLevels: brokerLimits.topicLevelsMax,
} as const satisfies AedesOptions;
