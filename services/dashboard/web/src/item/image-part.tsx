import { useState } from 'preact/hooks';
import type { FoundSpan, ReasonView } from '../../../src/api/items.js';
import { Icon } from '../design/icon.js';
import { shielding } from '../settings/comfort.js';

type Box = readonly { x: number; y: number }[];

interface ImagePartProps {
  readonly partId: string;
  readonly url: string;
  /** Lines that were read in it. */
  readonly lines: readonly FoundSpan[];
  readonly pointed: FoundSpan | undefined;
  readonly point: (line: FoundSpan | undefined) => void;
  readonly reasons: readonly ReasonView[];
  /** Asks for an address that is good again. */
  readonly renew: () => void;
}

/** A picture, blurred and grey until asked for, with what was found where. */
export function ImagePart({ partId, url, lines, pointed, point, reasons, renew }: ImagePartProps) {
  const careful = shielding();
  const [blur, setBlur] = useState(careful.blur);
  const [grey, setGrey] = useState(careful.grey);
  const [failed, setFailed] = useState('');
  const boxes = reasons.flatMap((reason) => (reason.box ? [reason.box] : []));
  if (failed === url) {
    return (
      <div class="notice">
        <p>The picture’s address is good for a short while only.</p>
        <button type="button" class="button slim" onClick={renew}>
          Load it again
        </button>
      </div>
    );
  }
  return (
    <div class="stack">
      <figure class={`picture${blur ? ' blurred' : ''}${grey ? ' grey' : ''}`}>
        <img src={url} alt={`Part ${partId}`} onError={() => setFailed(url)} />
        {!blur && (
          <svg class="boxes" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
            {lines.map((line) => (
              <Outline
                key={line.start}
                box={line.box}
                kind={line === pointed ? 'read pointed' : 'read'}
                point={(on) => point(on ? line : undefined)}
              />
            ))}
            {boxes.map((box) => (
              <Outline key={pointsOf(box)} box={box} kind="reason" />
            ))}
          </svg>
        )}
        {blur && (
          <div class="cover">
            <button type="button" class="button reveal" onClick={() => setBlur(false)}>
              <Icon name="eye" /> Show the picture
            </button>
          </div>
        )}
      </figure>
      <div class="row">
        <button type="button" class="button slim" aria-pressed={blur} onClick={() => setBlur(!blur)}>
          Blur
        </button>
        <button type="button" class="button slim" aria-pressed={grey} onClick={() => setGrey(!grey)}>
          Grey
        </button>
      </div>
    </div>
  );
}

function Outline({ box, kind, point }: { box: Box | null; kind: string; point?: (on: boolean) => void }) {
  if (!box) return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only a short cut for who has a mouse; the list of lines does the same
    <polygon
      class={kind}
      points={pointsOf(box)}
      onMouseEnter={() => point?.(true)}
      onMouseLeave={() => point?.(false)}
    />
  );
}

const pointsOf = (box: Box): string => box.map(({ x, y }) => `${x},${y}`).join(' ');
