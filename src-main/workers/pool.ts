/**
 * The engine's threads: scan workers that take tasks from one queue.
 *
 * Owned by the engine, on its thread. Tasks with priority (what somebody looks at) go before indexing. Cancelling a
 * task stops it at its next look at its control word; one that does not move for too long (a regular expression that
 * runs away) is ended with its worker, which is replaced by a new one with the same registrations.
 */
import { Worker } from 'node:worker_threads';
import { cancelled, EngineError, errorFromData } from '../../src-shared/errors.ts';
import { workerEntry } from './entry.ts';
import {
  taskWords,
  type FromWorker,
  type Registered,
  type Registration,
  type TaskName,
  type Tasks,
  type WorkerSettings,
} from './tasks.ts';

/** A task that shows no sign of life for this long has run away. */
const stuckAfterMs = 5000;
const checkEveryMs = 1000;
/** Threads that start with the pool. */
const earlyThreads = 2;

export interface TaskOptions<N extends TaskName> {
  readonly signal?: AbortSignal | undefined;
  readonly onPart?: (part: Tasks[N]['part']) => void;
  /** Before everything that has none. */
  readonly urgent?: boolean;
  /** The task beats; end it when it stops beating. */
  readonly watched?: boolean;
}

/** What a worker receives as RunMessage: here name and request are bound by the signature of `run`. */
interface TaskMessage {
  readonly kind: 'run';
  readonly id: number;
  readonly name: TaskName;
  readonly request: Tasks[TaskName]['request'];
  readonly control: Int32Array;
}

/** A task of any kind; what it answers is of the kind that its request was. */
interface QueuedTask {
  readonly message: TaskMessage;
  readonly control: Int32Array;
  readonly watched: boolean;
  onPart(part: unknown): void;
  resolve(result: unknown): void;
  reject(error: unknown): void;
  lastBeat: number;
  lastMoved: number;
}

interface Thread {
  worker: Worker;
  task: QueuedTask | undefined;
}

export interface Pool {
  readonly size: number;
  run<N extends TaskName>(name: N, request: Tasks[N]['request'], options?: TaskOptions<N>): Promise<Tasks[N]['result']>;
  register(registration: Registration): void;
  close(): Promise<void>;
}

export interface PoolSettings extends WorkerSettings {
  /** A worker found that the file of a stored index does not hold what was written. */
  readonly onDamage: (fd: number) => void;
}

/** `replay` gives what a new worker has to be told. */
export function createPool(size: number, replay: () => readonly Registration[], settings: PoolSettings): Pool {
  const threads: Thread[] = [];
  const queue: QueuedTask[] = [];
  let nextId = 1;
  let closed = false;
  let timer: ReturnType<typeof setInterval> | undefined;

  const workerData: WorkerSettings = { blockCacheBytes: settings.blockCacheBytes };

  const post = (thread: Thread, message: TaskMessage | Registered): void => thread.worker.postMessage(message);

  const start = (thread: Thread, task: QueuedTask): void => {
    thread.task = task;
    task.lastMoved = performance.now();
    thread.worker.ref();
    post(thread, task.message);
    if (task.watched) timer ??= setInterval(check, checkEveryMs);
  };

  const next = (thread: Thread): void => {
    thread.task = undefined;
    const task = queue.shift();
    if (task !== undefined) start(thread, task);
    else thread.worker.unref();
  };

  const listen = (thread: Thread): void => {
    const { worker } = thread;
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'damaged') {
        settings.onDamage(message.fd);
        return;
      }
      const { task } = thread;
      if (task === undefined || task.message.id !== message.id) return;
      if (message.kind === 'part') {
        task.onPart(message.part);
        return;
      }
      next(thread);
      if (message.kind === 'result') task.resolve(message.result);
      else task.reject(errorFromData(message.error));
    });
    worker.on('error', (error) => {
      const { task } = thread;
      if (closed || thread.worker !== worker) return;
      replace(thread);
      task?.reject(new EngineError('internal', `A worker failed: ${error.message}`));
    });
    worker.unref();
  };

  const spawn = (): Thread => {
    const thread: Thread = { worker: new Worker(workerEntry(), { workerData }), task: undefined };
    listen(thread);
    return thread;
  };

  /** Ends a thread's worker and puts a new one in its place. */
  const replace = (thread: Thread): void => {
    void thread.worker.terminate();
    thread.worker = new Worker(workerEntry(), { workerData });
    thread.task = undefined;
    listen(thread);
    for (const registration of replay()) post(thread, { kind: 'register', registration });
    next(thread);
  };

  const check = (): void => {
    const now = performance.now();
    let watching = false;
    for (const thread of threads) {
      const { task } = thread;
      if (task === undefined || !task.watched) continue;
      watching = true;
      const beat = Atomics.load(task.control, 1);
      if (beat !== task.lastBeat) {
        task.lastBeat = beat;
        task.lastMoved = now;
      } else if (now - task.lastMoved > stuckAfterMs) {
        replace(thread);
        task.reject(
          new EngineError(
            'regex-ran-away',
            'This regular expression takes too long on one of the records and was stopped. Make it simpler: avoid nested repetition such as (a+)+.',
          ),
        );
      }
    }
    if (!watching) {
      clearInterval(timer);
      timer = undefined;
    }
  };

  const enqueue = <N extends TaskName>(
    name: N,
    request: Tasks[N]['request'],
    options: TaskOptions<N>,
  ): Promise<Tasks[N]['result']> => {
    const { signal, onPart, urgent = false, watched = false } = options;
    if (closed) return Promise.reject(new EngineError('closed', 'The engine is closed.'));
    if (signal?.aborted === true) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const control = new Int32Array(new SharedArrayBuffer(taskWords * 4));
      const onAbort = (): void => {
        Atomics.store(control, 0, 1);
        const waiting = queue.indexOf(task);
        if (waiting < 0) return;
        queue.splice(waiting, 1);
        signal?.removeEventListener('abort', onAbort);
        reject(cancelled());
      };
      const settle = (): void => signal?.removeEventListener('abort', onAbort);
      const task: QueuedTask = {
        message: { kind: 'run', id: nextId++, name, request, control },
        control,
        watched,
        onPart(part: Tasks[N]['part']) {
          if (signal?.aborted !== true) onPart?.(part);
        },
        resolve(result: Tasks[N]['result']) {
          settle();
          if (signal?.aborted === true) reject(cancelled());
          else resolve(result);
        },
        reject(error) {
          settle();
          reject(signal?.aborted === true ? cancelled() : error);
        },
        lastBeat: 0,
        lastMoved: 0,
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      let idle = threads.find((thread) => thread.task === undefined);
      if (idle === undefined && threads.length < size) {
        idle = spawn();
        threads.push(idle);
        for (const registration of replay()) post(idle, { kind: 'register', registration });
      }
      if (idle !== undefined) start(idle, task);
      else if (urgent) {
        const behind = queue.findIndex((other) => !urgentTasks.has(other));
        queue.splice(behind < 0 ? queue.length : behind, 0, task);
      } else queue.push(task);
      if (urgent) urgentTasks.add(task);
    });
  };
  const urgentTasks = new WeakSet<QueuedTask>();

  // Threads take about a tenth of a second to start: the first ones do while the engine reads the head of a file.
  while (threads.length < Math.min(size, earlyThreads)) threads.push(spawn());

  return {
    size,
    run: (name, request, options = {}) => enqueue(name, request, options),
    register: (registration) => {
      for (const thread of threads) post(thread, { kind: 'register', registration });
    },
    close: async () => {
      closed = true;
      clearInterval(timer);
      for (const thread of threads) if (thread.task !== undefined) Atomics.store(thread.task.control, 0, 1);
      const running = threads.flatMap((thread) => thread.task ?? []);
      // An idle worker does not keep the process; one that is being ended has to.
      for (const thread of threads) thread.worker.ref();
      await Promise.all(threads.map((thread) => thread.worker.terminate()));
      for (const task of [...running, ...queue]) task.reject(cancelled());
      threads.length = queue.length = 0;
    },
  };
}
