/**
 * Completion in the editor: what the query language knows, with the most frequent values of a field added from the
 * index where it has few enough to be worth listing.
 */
import {
  pickedCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
} from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import { levelAt } from '../../src-shared/model/level.ts';
import type { Field } from '../../src-shared/model/field.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { completeFilter as complete, type CompletionOption } from '../../src-shared/query/index.ts';
import type { Session } from '../engine/index.ts';

/** Values of one field that are offered. */
const valueLimit = 30;

/** Typing goes on meanwhile; a list that comes later than this would jump into the next word. */
const valuePatienceMs = 600;

export function completeFilter(session: Session): CompletionSource {
  const known = new Map<string, readonly string[]>();

  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const text = context.state.doc.toString();
    const { fields } = session.source.get();
    const listed = (): ReturnType<typeof complete> =>
      complete(text, context.pos, fields, (field) => known.get(field.name) ?? []);
    const field = listed().value?.field;
    const source = fields.find(({ name }) => name === field);
    if (source?.values === 'few' && source.type !== 'level' && !known.has(source.name)) {
      known.set(source.name, await topValues(session, source));
    }
    const { from, to, options } = listed();
    // What stands there already is no help.
    if (options.length === 1 && options[0]?.label === text.slice(from, to)) return null;
    // Nothing typed in this place: only when asked for, or where values are listed.
    if (options.length === 0 || (from === context.pos && !context.explicit && field === undefined && text !== ''))
      return null;
    return {
      from,
      to,
      filter: false,
      options: options.map((option, at) => toCompletion(option, options.length - at, text.slice(to))),
    };
  };
}

/** Frequent first; nothing when the engine is busy with something longer. */
async function topValues({ client, view }: Session, field: Field): Promise<readonly string[]> {
  try {
    const signal = AbortSignal.timeout(valuePatienceMs);
    const { values } = await client.call('top', { view: view.get().id, field: field.name, limit: valueLimit }, signal);
    return values.map(({ value }) => textOf(field, value));
  } catch {
    // Completion is a courtesy: without values it still has fields and operators.
    return [];
  }
}

function textOf({ type }: Field, value: Value): string {
  if (typeof value === 'number' && type === 'level') return levelAt(value) ?? String(value);
  if (typeof value === 'object') return 'exact' in value ? value.exact : value.json;
  return String(value);
}

function toCompletion({ label, kind, detail }: CompletionOption, boost: number, after: string): Completion {
  return {
    label,
    type: kind,
    // Order is the query language's; the editor's own ranking knows less.
    boost: Math.min(99, boost),
    ...(detail === undefined ? {} : { detail }),
    apply: (view: EditorView, completion: Completion, from: number, to: number) => {
      // A value or a field is followed by something: the space is what one would type next.
      const space = kind === 'value' || after.startsWith(' ') ? '' : ' ';
      const insert = `${completion.label}${space}`;
      view.dispatch({
        changes: { from, to, insert },
        selection: { anchor: from + insert.length },
        annotations: pickedCompletion.of(completion),
        userEvent: 'input.complete',
      });
    },
  };
}
