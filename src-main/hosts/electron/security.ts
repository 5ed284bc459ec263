/**
 * What the page may not do, whatever it loads: leave the bundle, open windows, hold webviews, use devices. Electron
 * grants every permission that no handler refuses.
 */
import type { Session, WebContents, WebFrameMain } from 'electron';
import { isBundleUrl } from './protocol.ts';

/** The copy button and the full screen. */
const grantedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen']);

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(grantedPermissions.has(permission) && isBundleUrl(contents.getURL())),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => grantedPermissions.has(permission) && isBundleUrl(origin),
  );
  session.setDevicePermissionHandler(() => false);
}

/** For each WebContents as it is created. Loading by the program itself and reloading do not pass here or are allowed. */
export function guardContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (details) => {
    if (!isBundleUrl(details.url)) details.preventDefault();
  });
  contents.on('will-frame-navigate', (details) => {
    if (!isBundleUrl(details.url)) details.preventDefault();
  });
  contents.on('will-redirect', (details) => {
    if (!isBundleUrl(details.url)) details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/**
 * True for the window's own page. To be asked at once when a message arrives: `senderFrame` is null, and reading a
 * frame may throw, once it navigated or went.
 */
export function isOwnFrame(frame: WebFrameMain | null): frame is WebFrameMain {
  if (frame === null) return false;
  try {
    return frame.parent === null && isBundleUrl(frame.url);
  } catch {
    // The frame was disposed of between the message and now.
    return false;
  }
}
