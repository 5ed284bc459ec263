/** The window before any file is open: how to begin, what was open lately, and what a filter looks like. */
import { useStore } from '../engine/index.ts';
import { Button, Keys, Logo } from '../widgets/index.ts';
import { keysOf } from './commands.ts';
import { texts } from './texts.ts';
import type { WindowModel } from './window-model.ts';

export function Welcome({ model }: { readonly model: WindowModel }) {
  const { recent } = useStore(model.preferences);
  return (
    <main className="welcome" data-testid="welcome">
      <div className="welcome-page">
        <div className="welcome-head">
          <Logo size={52} />
          <div>
            <h1>{texts.app.name}</h1>
            <p>{texts.app.about}</p>
          </div>
        </div>
        <div className="welcome-open">
          <Button look="main" icon="open" data-testid="open" onClick={() => void model.chooseFiles()}>
            {texts.welcome.open}
          </Button>
          <Keys keys={keysOf('file.open') ?? ''} />
          <span>{texts.welcome.drop}</span>
        </div>
        <p className="welcome-hint">{texts.welcome.hint}</p>
        {recent.length > 0 && (
          <section>
            <h2>{texts.welcome.recent}</h2>
            <ul className="recent">
              {recent.map(({ path, name }) => (
                <li key={path}>
                  <button type="button" className="recent-file" onClick={() => void model.workspace.open(path)}>
                    <bdi className="recent-name">{name}</bdi>
                    <bdi className="recent-path">{path}</bdi>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <section>
          <h2>{texts.welcome.filterExample}</h2>
          <dl className="examples">
            {texts.welcome.examples.map(([filter, meaning]) => (
              <div key={filter}>
                <dt>
                  <code>{filter}</code>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
        <p className="welcome-foot">
          <Button look="quiet" icon="help" onClick={() => model.dialog.set('keys')}>
            {texts.welcome.keys}
          </Button>
          <Keys keys={keysOf('help.keys') ?? ''} />
          <span className="welcome-version">{texts.app.version(model.hello.version)}</span>
        </p>
      </div>
    </main>
  );
}
