/** What the Electron preload puts on the window; absent in a browser. */

export interface HostBridge {
  /** Makes the host post a message 'engine-port' with a port to this window. */
  readonly requestPort: () => void;
  /** The path of a dropped file; '' when it is not on disk. */
  readonly pathOf: (file: File) => string;
}

export function hostBridge(): HostBridge | undefined {
  const bridge: unknown = Reflect.get(window, 'host');
  return isBridge(bridge) ? bridge : undefined;
}

const isBridge = (value: unknown): value is HostBridge =>
  typeof value === 'object' && value !== null && 'requestPort' in value && 'pathOf' in value;
