/** A stand-in for the engine behind a channel: every call refuses unless a test says otherwise; events by hand. */
import type { EventName, Events, Handlers } from '../../src-shared/protocol.ts';
import type { Subscribe } from '../../src-shared/rpc/index.ts';

export function createHandlers(chosen: Partial<Handlers>): Handlers {
  const refuse = async (): Promise<never> => {
    throw new Error('The test does not expect this call.');
  };
  return {
    hello: refuse,
    open: refuse,
    reopen: refuse,
    close: refuse,
    sources: refuse,
    formats: refuse,
    createView: refuse,
    updateView: refuse,
    follow: refuse,
    sortAgain: refuse,
    holdOrder: refuse,
    closeView: refuse,
    page: refuse,
    record: refuse,
    locate: refuse,
    histogram: refuse,
    top: refuse,
    summary: refuse,
    checkFilter: refuse,
    export: refuse,
    cancelJob: refuse,
    pickFiles: refuse,
    pickExportTarget: refuse,
    listFolder: refuse,
    ...chosen,
  };
}

export interface EventSource {
  readonly subscribe: Subscribe;
  readonly subscribers: number;
  emit<N extends EventName>(name: N, payload: Events[N]): void;
}

export function createEventSource(): EventSource {
  const listeners = new Set<Parameters<Subscribe>[0]>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get subscribers() {
      return listeners.size;
    },
    emit(name, payload) {
      for (const listener of listeners) listener(name, payload);
    },
  };
}
