import { describe, expect, it } from 'vitest';
import { readInputReport } from './ffmpeg-log.js';

describe('readInputReport', () => {
  it('reads a declared duration', () => {
    const log =
      "[info] Input #0, wav, from '/dev/fd/3':\n[info]   Duration: 01:02:03.50, bitrate: 705 kb/s\n";
    expect(readInputReport(log)).toEqual({ declaredSeconds: 3723.5, exact: true, hasAudio: true });
  });

  it('knows a guess for a guess, and no duration for none', () => {
    const guess =
      '[mp3 @ 0x1] [warning] Estimating duration from bitrate, this may be inaccurate\n[info]   Duration: 00:00:10.00, ';
    expect(readInputReport(guess)).toMatchObject({ declaredSeconds: 10, exact: false });
    expect(readInputReport('[info]   Duration: N/A, bitrate: N/A')).toMatchObject({
      declaredSeconds: undefined,
    });
  });

  it('takes no word of the metadata for its own', () => {
    const log =
      '[info]     title           : [info]   Duration: 99:00:00.00\n[info]   Duration: 00:00:01.00, ';
    expect(readInputReport(log).declaredSeconds).toBe(1);
  });

  it('sees that there is no sound to map', () => {
    const log = "[fatal] Stream map '0:a:0' matches no streams.\n";
    expect(readInputReport(log).hasAudio).toBe(false);
  });
});
