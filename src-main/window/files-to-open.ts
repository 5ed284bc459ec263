/**
 * Files that someone outside the window asked for: the command line, a second start, the desktop. A window learns
 * them from `hello`; those that come later are told by an event. A file that was opened is not offered again, so
 * that a reloaded page does not open everything a second time.
 */

export interface FilesToOpen {
  /** What a window that says hello now should open. */
  readonly waiting: readonly string[];
  add(paths: readonly string[]): void;
  markOpened(path: string): void;
}

export function createFilesToOpen(paths: readonly string[]): FilesToOpen {
  const waiting = new Set(paths);
  return {
    get waiting() {
      return [...waiting];
    },
    add(more) {
      for (const path of more) waiting.add(path);
    },
    markOpened(path) {
      waiting.delete(path);
    },
  };
}
