/**
 * Stand-in for Electron's MessageChannelMain: events wrap messages, nothing arrives before start(), only ports can
 * be transferred, posting to a closed port is a silent no-op, and the page's end is a real MessagePort.
 */
import { EventEmitter } from 'node:events';
import { MessageChannel as NodeMessageChannel, type MessagePort as NodeMessagePort } from 'node:worker_threads';

export class MessagePortMain extends EventEmitter {
  private port: NodeMessagePort | undefined;
  private isStarted = false;

  constructor(port: NodeMessagePort) {
    super();
    this.port = port;
  }

  start(): void {
    if (this.isStarted || this.port === undefined) return;
    this.isStarted = true;
    this.port.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
    this.port.on('close', () => this.emit('close'));
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    for (const [index, entry] of transfer.entries()) {
      if (!(entry instanceof MessagePortMain)) throw new TypeError(`Port at index ${index} is not a valid port`);
    }
    refuseSharedMemory(message);
    this.port?.postMessage(message);
  }

  close(): void {
    if (this.port === undefined) return;
    if (!this.isStarted) queueMicrotask(() => this.emit('close'));
    this.port.close();
  }

  /** What a transfer to a page does: the port is used up here and becomes a MessagePort there. */
  transfer(): MessagePort {
    if (this.port === undefined || this.isStarted) throw new TypeError('Port is already in use');
    const port: unknown = this.port;
    // The global MessagePort and that of worker_threads are one class in Node.
    if (!(port instanceof MessagePort)) throw new TypeError('Not a port');
    this.port = undefined;
    return port;
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;

  constructor() {
    const { port1, port2 } = new NodeMessageChannel();
    this.port1 = new MessagePortMain(port1);
    this.port2 = new MessagePortMain(port2);
  }
}

/** Shared memory crosses to a worker but not to another process. */
function refuseSharedMemory(value: unknown): void {
  if (value instanceof SharedArrayBuffer || (ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer)) {
    throw new Error('An object could not be cloned.');
  }
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) refuseSharedMemory(inner);
}
