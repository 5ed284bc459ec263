/** Keeps a failure of one part from taking the whole window down, and says so. */
import { Component, type ReactNode } from 'react';
import { EmptyState } from '../widgets/index.ts';
import { texts } from './texts.ts';

interface Props {
  readonly hint: string;
  readonly children: ReactNode;
}

interface State {
  readonly failure: Error | undefined;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failure: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { failure: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return (
      <EmptyState
        tone="error"
        title={texts.app.crashed}
        hint={`${this.props.hint} (${failure.message})`}
        actions={[{ label: texts.app.reload, run: () => location.reload(), isMain: true }]}
      />
    );
  }
}
