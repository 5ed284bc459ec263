export { createActivity, type Activity } from './activity.ts';
export { createClient, type Client } from './client.ts';
export { connect } from './connect.ts';
export { hostBridge, type HostBridge } from './host-bridge.ts';
export { createLatest, toEngineError, useLatest, type Answer, type Latest } from './latest.ts';
export { createSession, type Applied, type Refusal, type Session } from './session.ts';
export { createStore, useStore, useStorePart, type MutableStore, type Store } from './store.ts';
export { download, uploadFile } from './transfers.ts';
