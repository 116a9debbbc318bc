import { useRef, useState } from 'preact/hooks';
import type { FoundSpan } from '../../../src/api/items.js';
import { formatPosition } from '../design/format.js';
import { Icon } from '../design/icon.js';
import { shielding } from '../settings/comfort.js';
import { type Recording, useRecording } from './use-recording.js';
import { waveformPath } from './waveform.js';

interface AudioPartProps {
  readonly partId: string;
  readonly url: string;
  /** Stretches of speech. */
  readonly spoken: readonly FoundSpan[];
  readonly transcript: string;
  /** Stretches that the decision names, in milliseconds. */
  readonly named: readonly { start: number; end: number }[];
  readonly renew: () => void;
}

/** A recording: fetched when asked for, muted at first, with its waveform and the lines of its transcript. */
export function AudioPart({ partId, url, spoken, transcript, named, renew }: AudioPartProps) {
  const { loading, load } = useRecording(url);
  const audio = useRef<HTMLAudioElement>(null);
  const seek = (ms: number): void => {
    if (!audio.current) return;
    audio.current.currentTime = ms / 1000;
    void audio.current.play();
  };
  const ready = loading.state === 'ready';
  return (
    <div class="stack">
      {loading.state === 'failed' && (
        <div class="notice">
          <p>{loading.why}</p>
          <button type="button" class="button slim" onClick={renew}>
            Ask again
          </button>
        </div>
      )}
      {(loading.state === 'idle' || loading.state === 'loading') && (
        <div>
          <button type="button" class="button reveal" disabled={loading.state === 'loading'} onClick={load}>
            <Icon name="audio" /> {loading.state === 'loading' ? 'Loading …' : 'Load the recording'}
          </button>
        </div>
      )}
      {ready && (
        <Player partId={partId} recording={loading.recording} audio={audio} named={named} seek={seek} />
      )}
      {spoken.length > 0 && (
        <ol class="lines" aria-label={`Transcript of ${partId}`}>
          {spoken.map((line) => (
            <li key={line.start}>
              <button type="button" class="line" disabled={!ready} onClick={() => seek(line.startMs ?? 0)}>
                <span class="soft small">{formatPosition(line.startMs ?? 0)}</span>
                <span>{[...transcript].slice(line.start, line.end).join('')}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

interface PlayerProps {
  readonly partId: string;
  readonly recording: Recording;
  readonly audio: { current: HTMLAudioElement | null };
  readonly named: readonly { start: number; end: number }[];
  readonly seek: (ms: number) => void;
}

function Player({ partId, recording, audio, named, seek }: PlayerProps) {
  const { durationMs, loudness } = recording;
  const [muted, setMuted] = useState(shielding().muted);
  const [atMs, setAtMs] = useState(0);
  const [playing, setPlaying] = useState(false);
  const bars = loudness.length;
  const x = (ms: number): number => (Math.min(ms, durationMs) / durationMs) * bars;
  return (
    <div class="player">
      <audio
        ref={audio}
        src={recording.url}
        muted={muted}
        onTimeUpdate={(event) => setAtMs(event.currentTarget.currentTime * 1000)}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
      />
      <svg
        class="waveform"
        viewBox={`0 0 ${bars} 2`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onClick={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          seek(((event.clientX - left) / width) * durationMs);
        }}
      >
        {named.map((span) => (
          <rect
            key={`${span.start}-${span.end}`}
            class="named"
            x={x(span.start)}
            width={Math.max(1, x(span.end) - x(span.start))}
            y="0"
            height="2"
          />
        ))}
        <path d={waveformPath(loudness)} />
        <line class="playhead" x1={x(atMs)} x2={x(atMs)} y1="0" y2="2" />
      </svg>
      <div class="row">
        <button
          type="button"
          class="button slim"
          onClick={() => (playing ? audio.current?.pause() : void audio.current?.play())}
        >
          <Icon name={playing ? 'pause' : 'play'} /> {playing ? 'Pause' : 'Play'}
        </button>
        <button type="button" class="button slim" aria-pressed={muted} onClick={() => setMuted(!muted)}>
          Muted
        </button>
        <input
          class="seek"
          type="range"
          aria-label={`Position in ${partId}`}
          aria-valuetext={`${formatPosition(atMs)} of ${formatPosition(durationMs)}`}
          min={0}
          max={Math.round(durationMs)}
          step={100}
          value={atMs}
          onInput={(event) => {
            if (audio.current) audio.current.currentTime = Number(event.currentTarget.value) / 1000;
          }}
        />
        <span class="soft small">
          {formatPosition(atMs)} / {formatPosition(durationMs)}
        </span>
      </div>
    </div>
  );
}
