/** Every kind of channel, each as a factory of two joined ends; the contract suite runs over all of them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { MessageChannel as NodeMessageChannel } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import {
  createChannelPair,
  mainPortChannel,
  nodePortChannel,
  portChannel,
  webSocketChannel,
  type Channel,
} from '../../src-shared/rpc/index.ts';
import { MessageChannelMain } from '../stand-ins/message-channel-main.ts';

export interface JoinedChannels {
  readonly client: Channel;
  readonly server: Channel;
  /** Ends what carries the channels. */
  dispose(): Promise<void>;
}

const nothing = async (): Promise<void> => {};

export const channelKinds: Readonly<Record<string, () => Promise<JoinedChannels>>> = {
  async 'in memory'() {
    const [client, server] = createChannelPair();
    return { client, server, dispose: nothing };
  },

  async 'ports of node:worker_threads'() {
    const { port1, port2 } = new NodeMessageChannel();
    return { client: nodePortChannel(port1), server: nodePortChannel(port2), dispose: nothing };
  },

  async 'ports of a page'() {
    const { port1, port2 } = new MessageChannel();
    return { client: portChannel(port1), server: portChannel(port2), dispose: nothing };
  },

  async "a page's port and Electron's"() {
    const { port1, port2 } = new MessageChannelMain();
    return { client: portChannel(port2.transfer()), server: mainPortChannel(port1), dispose: nothing };
  },

  async 'web sockets'() {
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    const address = http.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    const sockets = new WebSocketServer({ server: http });
    const accepted = new Promise<WebSocket>((resolve) => sockets.once('connection', resolve));
    const client = webSocketChannel(new WebSocket(`ws://127.0.0.1:${address.port}`));
    const server = webSocketChannel(await accepted);
    return {
      client,
      server,
      async dispose() {
        client.close();
        sockets.close();
        http.close();
        await once(http, 'close');
      },
    };
  },
};
