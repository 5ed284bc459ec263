export type { Channel } from './channel.ts';
export { createCaller, type Caller } from './caller.ts';
export { serve, type Subscribe } from './serve.ts';
export { createChannelPair } from './memory.ts';
export { mainPortChannel, nodePortChannel, portChannel, type MainPort, type NodePort } from './message-port.ts';
export { webSocketChannel, type SocketLike } from './web-socket.ts';
