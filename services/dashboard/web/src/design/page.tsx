import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface PageProps {
  readonly title: string;
  /** Beside the title. */
  readonly head?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A page: its title names the tab and gets the focus, so that a screen reader hears where it is. */
export function Page({ title, head, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Tercet`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <div class="page">
      <header class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {head}
      </header>
      {children}
    </div>
  );
}
