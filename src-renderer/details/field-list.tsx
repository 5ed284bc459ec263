/** The fields of a record, each with what can be done with its value. */
import type { RecordDetail, SourceField } from '../../src-shared/protocol.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { levelAt } from '../../src-shared/model/level.ts';
import { inFieldOrder } from '../../src-shared/model/field.ts';
import { texts } from '../app/texts.ts';
import { cellText, plainText, statusClass, timeText, type ColumnKind } from '../grid/index.ts';
import { IconButton, shorten, visibleLines } from '../widgets/index.ts';
import { decodePercent } from './decode.ts';

export interface FieldActions {
  readonly include: (field: string, value: Value) => void;
  readonly exclude: (field: string, value: Value) => void;
  readonly copyText: (text: string) => void;
  readonly showColumn: (field: string) => void;
  /** False for fields that are columns already. */
  readonly canShowColumn: (field: string) => boolean;
}

export interface FieldListProps {
  readonly detail: RecordDetail;
  readonly fields: readonly SourceField[];
  readonly zone: string;
  readonly actions: FieldActions;
}

/** Characters of a value that are shown; the raw text has all of it. */
const valueLimit = 4_000;

export function FieldList({ detail, fields, zone, actions }: FieldListProps) {
  const byName = new Map(fields.map((field) => [field.name, field]));
  if (detail.fields.length === 0) return <p className="details-note">{texts.details.noFields}</p>;
  return (
    <dl className="field-list" data-testid="details-fields">
      {inFieldOrder(detail.fields).map(({ name, value }) => (
        <FieldRow key={name} name={name} value={value} field={byName.get(name)} zone={zone} actions={actions} />
      ))}
    </dl>
  );
}

interface FieldRowProps {
  readonly name: string;
  readonly value: Value;
  readonly field: SourceField | undefined;
  readonly zone: string;
  readonly actions: FieldActions;
}

function FieldRow({ name, value, field, zone, actions }: FieldRowProps) {
  const text = textOf(value, field, zone);
  const decoded = typeof value === 'string' ? decodePercent(value) : undefined;
  return (
    <div className="field-row" data-field={name}>
      <dt title={name}>
        <bdi>{name}</bdi>
      </dt>
      <dd>
        <span className="field-value" data-badge={badgeOf(name, value, field)}>
          {text === '' ? <i>{texts.details.emptyText}</i> : shorten(visibleLines(text), valueLimit)}
          {field?.unit === 'ms' && ' ms'}
        </span>
        {decoded !== undefined && (
          <span className="field-decoded" title={texts.details.decoded}>
            {shorten(visibleLines(decoded), valueLimit)}
          </span>
        )}
      </dd>
      <div className="field-actions">
        <IconButton icon="include" label={texts.details.include} onClick={() => actions.include(name, value)} />
        <IconButton icon="exclude" label={texts.details.exclude} onClick={() => actions.exclude(name, value)} />
        <IconButton
          icon="columns"
          label={texts.details.column}
          disabled={!actions.canShowColumn(name)}
          onClick={() => actions.showColumn(name)}
        />
        <IconButton
          icon="copy"
          label={texts.details.copy}
          onClick={() =>
            actions.copyText(field?.type === 'instant' && typeof value === 'number' ? text : plainText(value))
          }
        />
      </div>
    </div>
  );
}

const kinds: Readonly<Record<SourceField['type'], ColumnKind>> = {
  text: 'text',
  integer: 'count',
  number: 'count',
  instant: 'time',
  level: 'level',
  boolean: 'text',
  any: 'text',
};

function textOf(value: Value, field: SourceField | undefined, zone: string): string {
  if (typeof value !== 'number') return plainText(value);
  if (field?.type === 'instant') return timeText(value, zone);
  // Numbers stand as in the log: thousands only where they help to read a size.
  return field?.unit === 'bytes' || field?.type === 'level' ? cellText(value, kinds[field.type], zone) : String(value);
}

function badgeOf(name: string, value: Value, field: SourceField | undefined): string | undefined {
  if (typeof value !== 'number') return undefined;
  if (field?.type === 'level') return levelAt(value);
  const first = name === 'status' ? statusClass(value) : undefined;
  return first && `${first}xx`;
}
