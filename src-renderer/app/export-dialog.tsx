/** Export of exactly what the view shows: choices, then progress, then where it went. */
import { useState, type FormEvent, type ReactNode } from 'react';
import type { ExportFormat, JobState } from '../../src-shared/protocol.ts';
import { isCancelled } from '../../src-shared/errors.ts';
import { download, toEngineError, useStore } from '../engine/index.ts';
import { Button, Dialog, formatBytes, formatCount, Icon, ProgressBar } from '../widgets/index.ts';
import type { Tab } from './tab.ts';
import { texts } from './texts.ts';
import type { WindowModel } from './window-model.ts';

interface Choices {
  readonly format: ExportFormat;
  readonly columns: 'visible' | 'all';
  readonly zone: string;
  readonly bom: boolean;
  readonly crlf: boolean;
  readonly neutralize: boolean;
}

const formats: readonly (readonly [ExportFormat, string, string])[] = [
  ['csv', texts.export.csv, texts.export.csvHint],
  ['tsv', texts.export.tsv, texts.export.tsvHint],
  ['jsonl', texts.export.jsonl, texts.export.jsonlHint],
  ['text', texts.export.text, texts.export.textHint],
];

const endings: Readonly<Record<ExportFormat, string>> = { csv: 'csv', tsv: 'tsv', jsonl: 'jsonl', text: 'log' };

export interface ExportDialogProps {
  readonly model: WindowModel;
  readonly tab: Tab;
  readonly onClose: () => void;
}

export function ExportDialog({ model, tab, onClose }: ExportDialogProps) {
  const job = useStore(model.exports.current);
  return (
    <Dialog title={texts.export.title} onClose={onClose} testId="export-dialog">
      {job === undefined ? (
        <Form model={model} tab={tab} onClose={onClose} />
      ) : (
        <Progress model={model} job={job} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Form({ model, tab, onClose }: ExportDialogProps) {
  const view = useStore(tab.session.view);
  const { query } = useStore(tab.session.applied);
  const { timezone } = useStore(tab.session.source);
  const visible = tab.grid.columns.visibleFields();
  const [choices, setChoices] = useState<Choices>({
    format: 'csv',
    columns: 'visible',
    zone: query.zone,
    bom: false,
    crlf: false,
    neutralize: true,
  });
  const [problem, setProblem] = useState<string>();
  const isTable = choices.format === 'csv' || choices.format === 'tsv';
  const set = (change: Partial<Choices>): void => setChoices((before) => ({ ...before, ...change }));

  const start = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const { columns, ...rest } = choices;
    const name = tab.session.source.get().name.replace(/\.(?:gz|log|jsonl?|txt|csv|tsv)$/i, '');
    try {
      await model.exports.start(
        { ...rest, view: view.id, ...(columns === 'visible' && choices.format !== 'text' ? { fields: visible } : {}) },
        `${name}-export.${endings[choices.format]}`,
      );
    } catch (error) {
      if (!isCancelled(error)) setProblem(toEngineError(error).message);
    }
  };

  return (
    <form className="form" onSubmit={(event) => void start(event)}>
      <p className="form-lead">{texts.export.what(formatCount(view.rows))}</p>
      {!view.done && <p className="form-hint">{texts.export.stillFiltering}</p>}
      <Choice label={texts.export.format}>
        {formats.map(([format, title, hint]) => (
          <label key={format} className="check">
            <input
              type="radio"
              name="format"
              value={format}
              checked={choices.format === format}
              onChange={() => set({ format })}
            />
            {title}
            <span className="check-hint">{hint}</span>
          </label>
        ))}
      </Choice>
      {choices.format !== 'text' && (
        <Choice label={texts.export.columns}>
          <label className="check">
            <input
              type="radio"
              name="columns"
              checked={choices.columns === 'visible'}
              onChange={() => set({ columns: 'visible' })}
            />
            {texts.export.visibleColumns(visible.length)}
          </label>
          <label className="check">
            <input
              type="radio"
              name="columns"
              checked={choices.columns === 'all'}
              onChange={() => set({ columns: 'all' })}
            />
            {texts.export.allColumns}
          </label>
        </Choice>
      )}
      {isTable && (
        <Choice label={texts.export.zone}>
          <select
            className="select"
            aria-label={texts.export.zone}
            value={choices.zone}
            onChange={(event) => set({ zone: event.target.value })}
          >
            {[...new Set([query.zone, 'UTC', timezone, model.hello.timezone])].map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </select>
        </Choice>
      )}
      <Choice label={texts.export.options}>
        <Option
          label={texts.export.bom}
          hint={texts.export.bomHint}
          value={choices.bom}
          onChange={(bom) => set({ bom })}
        />
        <Option label={texts.export.crlf} value={choices.crlf} onChange={(crlf) => set({ crlf })} />
        {isTable && (
          <Option
            label={texts.export.neutralize}
            hint={texts.export.neutralizeHint}
            value={choices.neutralize}
            onChange={(neutralize) => set({ neutralize })}
          />
        )}
      </Choice>
      {problem !== undefined && (
        <p className="form-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="form-foot">
        <Button onClick={onClose}>{texts.export.cancel}</Button>
        <button type="submit" className="button button-main" data-testid="export-start">
          {texts.export.start}
        </button>
      </div>
    </form>
  );
}

const Choice = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <fieldset className="choice">
    <legend>{label}</legend>
    <div>{children}</div>
  </fieldset>
);

interface OptionProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

const Option = ({ label, hint, value, onChange }: OptionProps) => (
  <label className="check">
    <input type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} />
    {label}
    {hint !== undefined && <span className="check-hint">{hint}</span>}
  </label>
);

interface ProgressProps {
  readonly model: WindowModel;
  readonly job: JobState;
  readonly onClose: () => void;
}

function Progress({ model: { exports }, job, onClose }: ProgressProps) {
  const rows = formatCount(job.rows);
  if (!job.done) {
    return (
      <div className="form" data-testid="export-running">
        <p className="form-lead">{texts.export.running(rows, formatCount(job.totalRows))}</p>
        <ProgressBar value={job.progress} label={texts.export.title} />
        <div className="form-foot">
          <Button onClick={exports.stop}>{texts.export.stop}</Button>
          <Button look="main" onClick={onClose}>
            {texts.export.background}
          </Button>
        </div>
      </div>
    );
  }
  const { error, result } = job;
  return (
    <div className="form" data-testid="export-done" data-rows={job.rows} data-failed={error !== undefined}>
      <p className="form-lead">
        <Icon name={error === undefined ? 'check' : 'error'} />
        {error === undefined
          ? texts.export.done(rows, formatBytes(job.bytes))
          : error.code === 'cancelled'
            ? texts.export.stopped
            : texts.export.failed}
      </p>
      {error !== undefined && error.code !== 'cancelled' && (
        <p className="form-problem">{`${error.message} ${texts.export.failedHint}`}</p>
      )}
      {error === undefined && job.gone !== undefined && (
        <p className="form-problem" data-testid="export-gone">
          {texts.export.gone(formatCount(job.gone))}
        </p>
      )}
      {result?.path !== undefined && (
        <p className="form-hint">
          {texts.export.doneTo} <bdi className="form-path">{result.path}</bdi>
        </p>
      )}
      {result?.href !== undefined && <p className="form-hint">{texts.export.downloaded}</p>}
      <div className="form-foot">
        <Button onClick={exports.forget}>{texts.export.another}</Button>
        {result?.href !== undefined && (
          <Button data-testid="export-download" onClick={() => download(result.href ?? '')}>
            {texts.export.again}
          </Button>
        )}
        <Button
          look="main"
          onClick={() => {
            exports.forget();
            onClose();
          }}
        >
          {texts.export.close}
        </Button>
      </div>
    </div>
  );
}
