/** One tab: an open source with its session and the state of its grid, filter and panels, alive while it is hidden. */
import type { OpenOptions, SourceState } from '../../src-shared/protocol.ts';
import {
  createSession,
  createStore,
  type Client,
  type MutableStore,
  type Session,
  type Store,
} from '../engine/index.ts';
import { nothingChosen, type OverviewChoice } from '../charts/index.ts';
import { createFilterModel, type FilterModel } from '../filter/index.ts';
import { createTail, type Tail } from '../follow/index.ts';
import { createGridModel, type GridModel } from '../grid/index.ts';
import type { Panels } from './preferences.ts';

export interface Tab {
  readonly session: Session;
  readonly grid: GridModel;
  readonly filter: FilterModel;
  readonly tail: Tail;
  readonly panels: MutableStore<Panels>;
  readonly overview: MutableStore<OverviewChoice>;
  /** How the user wants the file read; what is absent is detected. */
  readonly reading: Store<OpenOptions>;
  /** Reads the file again, with other options or as before. Rejects as the call does. */
  readonly reopen: (change: Partial<OpenOptions>) => Promise<void>;
  readonly close: () => void;
}

export async function createTab(
  client: Client,
  source: SourceState,
  options: OpenOptions,
  zone: string,
  panels: Panels,
): Promise<Tab> {
  const reading = createStore(options);
  const session = await createSession(client, source, zone);
  const grid = createGridModel(session);
  const filter = createFilterModel(session);
  const tail = createTail(session, grid.viewport);
  return {
    session,
    grid,
    filter,
    tail,
    panels: createStore(panels),
    overview: createStore(nothingChosen),
    reading,
    async reopen(change) {
      const next = { ...reading.get(), ...change };
      await session.reopen(next);
      reading.set(next);
    },
    close() {
      tail.close();
      filter.close();
      grid.close();
      session.close();
    },
  };
}
