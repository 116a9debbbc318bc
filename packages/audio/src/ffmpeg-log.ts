/** What ffmpeg says of its input before it decodes. */
export interface InputReport {
  /** Seconds that the container declares; undefined where it declares none. */
  readonly declaredSeconds: number | undefined;
  /** Whether the duration is written in the file, not guessed from its size. */
  readonly exact: boolean;
  readonly hasAudio: boolean;
}

/**
 * Reads ffmpeg's log of level `repeat+level+info`. Only lines that ffmpeg itself begins are taken: metadata of the
 * file is printed behind a key, so it cannot pass for them.
 */
export function readInputReport(log: string): InputReport {
  const duration = /^\[info\] {3}Duration: (\d+):(\d\d):(\d\d\.\d+)/m.exec(log);
  return {
    declaredSeconds: duration
      ? Number(duration[1]) * 3600 + Number(duration[2]) * 60 + Number(duration[3])
      : undefined,
    exact: !/\[warning\] Estimating duration from bitrate/.test(log),
    hasAudio: !/\[(?:error|fatal)\] Stream map '0:a:0' matches no streams/.test(log),
  };
}
