import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../http/api.js';
import { peaks } from './waveform.js';

export interface Recording {
  /** For an audio element; lives as long as the page shows it. */
  readonly url: string;
  readonly durationMs: number;
  readonly loudness: readonly number[];
}

export type Loading =
  | { readonly state: 'idle' | 'loading' }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'ready'; readonly recording: Recording };

const BARS = 240;

/**
 * Fetches a recording once, when asked to: its address is good for a short while, and a moderator may listen for longer.
 */
export function useRecording(address: string): { loading: Loading; load: () => void } {
  const [loading, setLoading] = useState<Loading>({ state: 'idle' });
  const url = loading.state === 'ready' ? loading.recording.url : '';
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  const load = (): void => {
    setLoading({ state: 'loading' });
    fetchRecording(address).then(
      (recording) => setLoading({ state: 'ready', recording }),
      (error: unknown) => setLoading({ state: 'failed', why: messageOf(error) }),
    );
  };
  return { loading, load };
}

async function fetchRecording(address: string): Promise<Recording> {
  const response = await fetch(address);
  if (!response.ok) throw new Error('The recording’s address is good for a short while only.');
  const blob = await response.blob();
  const context = new AudioContext();
  try {
    const decoded = await context.decodeAudioData(await blob.arrayBuffer());
    return {
      url: URL.createObjectURL(blob),
      durationMs: decoded.duration * 1000,
      loudness: peaks(decoded.getChannelData(0), BARS),
    };
  } finally {
    await context.close();
  }
}
