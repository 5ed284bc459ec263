/**
 * Connects the window to the engine of whichever host it runs in: a message port under Electron, a web socket under
 * the local browser host. The only place that knows which.
 */
import { portChannel, webSocketChannel, type Channel } from '../../src-shared/rpc/index.ts';
import { hostBridge, type HostBridge } from './host-bridge.ts';

export function connect(): Promise<Channel> {
  const bridge = hostBridge();
  return bridge === undefined ? Promise.resolve(connectSocket()) : connectPort(bridge);
}

function connectSocket(): Channel {
  const url = new URL('engine', document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return webSocketChannel(new WebSocket(url));
}

/** The page asks first, so that a reload gets a port of its own. */
function connectPort(bridge: HostBridge): Promise<Channel> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent<unknown>): void => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== 'engine-port' || port === undefined) return;
      window.removeEventListener('message', receive);
      resolve(portChannel(port));
    };
    window.addEventListener('message', receive);
    bridge.requestPort();
  });
}
