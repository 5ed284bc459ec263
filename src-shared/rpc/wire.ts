/**
 * The messages that travel over a channel, and how each end reads what it received. Nothing received is trusted:
 * a message that does not fit reads as undefined and is dropped by whoever asked.
 */
import { isPlain } from '../shape.ts';
import { errorCodes, type ErrorCode, type ErrorData, type TextRange } from '../errors.ts';

/** Chosen by the caller, unique among its running calls. */
export type CallId = number;

export type ToServer =
  | { readonly type: 'call'; readonly id: CallId; readonly name: string; readonly request: unknown }
  | { readonly type: 'cancel'; readonly id: CallId };

export type ToClient =
  | { readonly type: 'reply'; readonly id: CallId; readonly reply: unknown }
  | { readonly type: 'fail'; readonly id: CallId; readonly error: ErrorData }
  | { readonly type: 'event'; readonly name: string; readonly payload: unknown };

export function readToServer(message: unknown): ToServer | undefined {
  if (!isPlain(message)) return undefined;
  const { type, id, name, request } = message;
  if (!isCallId(id)) return undefined;
  if (type === 'cancel') return { type, id };
  if (type === 'call' && typeof name === 'string') return { type, id, name, request };
  return undefined;
}

export function readToClient(message: unknown): ToClient | undefined {
  if (!isPlain(message)) return undefined;
  const { type, id, name, payload, reply, error } = message;
  if (type === 'event' && typeof name === 'string') return { type, name, payload };
  if (!isCallId(id)) return undefined;
  if (type === 'reply') return { type, id, reply };
  if (type === 'fail') return { type, id, error: readError(error) };
  return undefined;
}

/** An error of a shape we do not know still has to fail its call. */
function readError(error: unknown): ErrorData {
  const { code, message, range, suggestion } = isPlain(error) ? error : {};
  if (typeof message !== 'string' || !isErrorCode(code)) {
    return { code: 'internal', message: 'The engine failed in a way this window does not understand.' };
  }
  return {
    code,
    message,
    ...(isRange(range) ? { range: { from: range.from, to: range.to } } : {}),
    ...(typeof suggestion === 'string' ? { suggestion } : {}),
  };
}

const isCallId = (id: unknown): id is CallId => typeof id === 'number' && Number.isSafeInteger(id) && id > 0;

const isErrorCode = (code: unknown): code is ErrorCode => errorCodes.some((known) => known === code);

const isRange = (range: unknown): range is TextRange =>
  isPlain(range) && typeof range['from'] === 'number' && typeof range['to'] === 'number';
