/**
 * Views belong to the page that made them: when it goes (closed, crashed, reloaded), they are closed, or the engine
 * would go on filtering for nobody. Sources belong to the program and stay open for the next page.
 */
import type { Handlers, ViewId } from '../../src-shared/protocol.ts';

export interface ClientHandlers {
  readonly handlers: Handlers;
  /** Closes the views that the client left open. To be called once the client is gone. */
  readonly release: () => void;
}

export function createClientHandlers(shared: Handlers, onError: (error: unknown) => void): ClientHandlers {
  const views = new Set<ViewId>();
  let isGone = false;

  function closeView(view: ViewId): void {
    shared.closeView({ view }, new AbortController().signal).catch(onError);
  }

  return {
    handlers: {
      ...shared,
      async createView(request, signal) {
        const state = await shared.createView(request, signal);
        // Made while the client left: nobody will ever close it.
        if (isGone) closeView(state.id);
        else views.add(state.id);
        return state;
      },
      async closeView(request, signal) {
        views.delete(request.view);
        return shared.closeView(request, signal);
      },
    },
    release() {
      isGone = true;
      for (const view of views) closeView(view);
      views.clear();
    },
  };
}
