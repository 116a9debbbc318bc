import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { getJson } from './api.js';

export interface Resource<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  readonly reload: () => void;
}

/**
 * What a GET answers, and again every `everyMs`. What is there stays on the screen while it is asked for again, and goes when
 * the path changes. A null path asks for nothing.
 */
export function useResource<T>(path: string | null, everyMs?: number): Resource<T> {
  const [state, setState] = useState<{ path: string | null; data?: T; error?: unknown; loading: boolean }>({
    path,
    loading: path !== null,
  });
  const running = useRef<AbortController>(undefined);

  const reload = useCallback(() => {
    if (path === null) return;
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState((before) => (before.path === path ? { ...before, loading: true } : { path, loading: true }));
    getJson<T>(path, controller.signal).then(
      (data) => {
        if (!controller.signal.aborted) setState({ path, data, loading: false });
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setState((before) => ({ ...before, path, error, loading: false }));
      },
    );
  }, [path]);

  useEffect(() => {
    reload();
    const timer = everyMs === undefined ? undefined : window.setInterval(reload, everyMs);
    return () => {
      window.clearInterval(timer);
      running.current?.abort();
    };
  }, [reload, everyMs]);

  const current = state.path === path;
  return {
    data: current ? state.data : undefined,
    error: current ? state.error : undefined,
    loading: current ? state.loading : path !== null,
    reload,
  };
}
