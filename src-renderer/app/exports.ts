/** Exports under way and just finished, for the dialog and the status line. One at a time is shown; others run on. */
import { errorFromData } from '../../src-shared/errors.ts';
import type { ExportRequest, JobState } from '../../src-shared/protocol.ts';
import { createStore, download, type Client, type Store } from '../engine/index.ts';
import { formatBytes, formatCount } from '../widgets/index.ts';
import type { Notices } from './notices.ts';
import { texts } from './texts.ts';

export interface Exports {
  /** The export started last, until it is forgotten. */
  readonly current: Store<JobState | undefined>;
  /** Rejects as the call does; false when the user chose no target. */
  readonly start: (request: Omit<ExportRequest, 'target'>, suggestedName: string) => Promise<boolean>;
  readonly stop: () => void;
  readonly forget: () => void;
}

/** `isWatched`: the dialog is open and says itself how it ended. */
export function createExports(client: Client, notices: Notices, isWatched: () => boolean): Exports {
  const current = createStore<JobState | undefined>(undefined);
  const early = new Map<number, JobState>();

  const finish = (job: JobState): void => {
    client.activity.set(`job ${job.id}`, false);
    if (job.result?.href !== undefined) download(job.result.href);
    if (isWatched()) return;
    if (job.error !== undefined) notices.fail(texts.export.failed, errorFromData(job.error));
    else if (job.gone === undefined)
      notices.show(texts.export.done(formatCount(job.rows), formatBytes(job.bytes)), job.result?.path);
    else notices.show(texts.export.gone(formatCount(job.gone)), job.result?.path);
  };

  client.on('jobChanged', (job) => {
    if (current.get()?.id !== job.id) early.set(job.id, job);
    else if (current.get()?.done !== true) {
      current.set(job);
      if (job.done) finish(job);
    }
  });

  return {
    current,
    async start(request, suggestedName) {
      const target = await client.call('pickExportTarget', { suggestedName });
      if (target === null) return false;
      const started = await client.call('export', { ...request, target });
      client.activity.set(`job ${started.id}`, true);
      // A short export may have ended before its reply was read.
      const job = early.get(started.id) ?? started;
      early.clear();
      current.set(job);
      if (job.done) finish(job);
      return true;
    },
    stop() {
      const job = current.get();
      if (job === undefined || job.done) return;
      client.call('cancelJob', { job: job.id }).catch((error: unknown) => notices.fail(texts.export.stop, error));
    },
    forget: () => current.set(undefined),
  };
}
