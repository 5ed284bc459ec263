/** Adds a panel of values for any field that has none yet. */
import { texts } from '../app/texts.ts';
import { visibleLine } from '../widgets/index.ts';

export interface FieldChooserProps {
  readonly fields: readonly string[];
  readonly onChoose: (field: string) => void;
}

/** The browser's own list: it takes the keyboard, type-ahead included, and any number of fields. */
export const FieldChooser = ({ fields, onChoose }: FieldChooserProps) => (
  <div className="field-chooser">
    <select
      className="input"
      aria-label={texts.overview.addField}
      data-testid="add-field"
      value=""
      onChange={({ target }) => onChoose(target.value)}
    >
      <option value="" disabled>
        {`+ ${texts.overview.addField}`}
      </option>
      {fields.map((field) => (
        <option key={field} value={field}>
          {visibleLine(field)}
        </option>
      ))}
    </select>
  </div>
);
