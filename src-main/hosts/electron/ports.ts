/**
 * Hands each page a private port when it asks for one, which it does on every load: a port sent unasked may reach a
 * document that is about to be replaced. Messages are plain data and are copied; nothing but ports is transferred.
 */
import { ipcMain, MessageChannelMain } from 'electron';
import { mainPortChannel, type Channel } from '../../../src-shared/rpc/index.ts';
import { isOwnFrame } from './security.ts';

export const portRequest = 'request-port';
export const portAnswer = 'engine-port';

/** `connect` gets the engine's end of each port; it sees by the channel's close when the page has gone. */
export function servePorts(connect: (channel: Channel) => void): void {
  /** By the id of the WebContents: a page that asks again has lost or forgotten its port. */
  const channels = new Map<number, Channel>();

  ipcMain.on(portRequest, (event) => {
    const frame = event.senderFrame;
    if (event.type !== 'frame' || !isOwnFrame(frame)) return;
    const id = event.sender.id;
    channels.get(id)?.close();
    const { port1, port2 } = new MessageChannelMain();
    const channel = mainPortChannel(port1);
    channels.set(id, channel);
    channel.onClose(() => {
      if (channels.get(id) === channel) channels.delete(id);
    });
    connect(channel);
    try {
      frame.postMessage(portAnswer, null, [port2]);
    } catch {
      // The page was replaced meanwhile, and the port is used up; its successor asks for its own.
      channel.close();
    }
  });
}
