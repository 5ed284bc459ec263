/**
 * What the desktop remembers between starts, in window.json of the configuration folder: where the window was and
 * the folder of the last dialog (which the system no longer remembers for us). Knows nothing of electron.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createPrivateFolder, writePrivateFile } from '../../places.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface DesktopState {
  readonly bounds?: Rectangle;
  readonly isMaximized?: boolean;
  readonly lastFolder?: string;
}

export interface DesktopMemory {
  readonly state: DesktopState;
  /** Changes what is given and writes the file; a file that cannot be written costs the memory, not the program. */
  remember(change: DesktopState): void;
}

export function createDesktopMemory(path: string, onError: (error: unknown) => void): DesktopMemory {
  let state = readDesktopState(readIfThere(path));
  return {
    get state() {
      return state;
    },
    remember(change) {
      state = { ...state, ...change };
      try {
        createPrivateFolder(dirname(path));
        writePrivateFile(path, `${JSON.stringify(state, undefined, 2)}\n`);
      } catch (error) {
        onError(error);
      }
    },
  };
}

/** Whatever is missing or wrong is left out: the window then opens as if for the first time. */
export function readDesktopState(text: string): DesktopState {
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null) return {};
  const bounds: unknown = Reflect.get(parsed, 'bounds');
  const isMaximized: unknown = Reflect.get(parsed, 'isMaximized');
  const lastFolder: unknown = Reflect.get(parsed, 'lastFolder');
  return {
    ...(isRectangle(bounds) ? { bounds } : {}),
    ...(typeof isMaximized === 'boolean' ? { isMaximized } : {}),
    ...(typeof lastFolder === 'string' ? { lastFolder } : {}),
  };
}

/** The part of `bounds` that may be used: its size, and its place only if a good part of it is on a screen. */
export function placeWindow(bounds: Rectangle, workArea: Rectangle): Partial<Rectangle> {
  const overlap = (start: number, size: number, areaStart: number, areaSize: number): number =>
    Math.min(start + size, areaStart + areaSize) - Math.max(start, areaStart);
  const width = Math.min(bounds.width, workArea.width);
  const height = Math.min(bounds.height, workArea.height);
  // Enough of the title bar to take hold of.
  const isReachable =
    overlap(bounds.x, width, workArea.x, workArea.width) >= 100 &&
    overlap(bounds.y, height, workArea.y, workArea.height) >= 50 &&
    bounds.y >= workArea.y - 10;
  return isReachable ? { x: bounds.x, y: bounds.y, width, height } : { width, height };
}

function isRectangle(value: unknown): value is Rectangle {
  if (typeof value !== 'object' || value === null) return false;
  const isSize = (key: string): boolean => Number.isSafeInteger(Reflect.get(value, key));
  if (!['x', 'y', 'width', 'height'].every(isSize)) return false;
  return Number(Reflect.get(value, 'width')) >= 200 && Number(Reflect.get(value, 'height')) >= 150;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
