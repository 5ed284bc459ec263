/**
 * The window's end of the engine's channel: typed calls and events, with every call counted as activity.
 */
import { createCaller, type Caller, type Channel } from '../../src-shared/rpc/index.ts';
import type { CallName } from '../../src-shared/protocol.ts';
import { createActivity, type Activity } from './activity.ts';

export interface Client extends Caller {
  readonly activity: Activity;
}

/** Calls that wait for a person, not for the engine. */
const unhurried: readonly CallName[] = ['pickFiles', 'pickExportTarget'];

export function createClient(channel: Channel, activity: Activity = createActivity()): Client {
  const caller = createCaller(channel);
  return {
    ...caller,
    activity,
    async call(name, request, signal) {
      const end = unhurried.includes(name) ? () => {} : activity.begin();
      try {
        return await caller.call(name, request, signal);
      } finally {
        end();
      }
    },
  };
}
