import { useState } from 'preact/hooks';
import type { ContentView, FoundSpan, ItemPage, PartView } from '../../../src/api/items.js';
import { formatPercent } from '../design/format.js';
import { ModalityIcon } from '../design/icon.js';
import { AudioPart } from './audio-part.js';
import { ImagePart } from './image-part.js';
import { TextPart } from './text-part.js';

interface PartCardProps {
  readonly page: ItemPage;
  readonly part: PartView;
  /** What was read from it. */
  readonly derived: readonly PartView[];
  readonly renew: () => void;
}

const SAYS: Readonly<Record<Exclude<ContentView['state'], 'available'>, string>> = {
  withheld: 'This content is not shown.',
  erased: 'Upstream had this content erased.',
  expired: 'This content is past its retention and gone.',
  external: 'This content is kept by the upstream system.',
  none: 'There is no content to show.',
};

export function PartCard({ page, part, derived, renew }: PartCardProps) {
  const [pointed, setPointed] = useState<FoundSpan>();
  const reading = { page, part, derived, pointed, point: setPointed, renew };
  return (
    <section class="card part" aria-label={`Part ${part.partId}`}>
      <div class="card-head">
        <h2 class="row">
          <ModalityIcon modality={part.modality} /> {part.partId}
        </h2>
        <p class="soft small">
          {[part.mediaType || part.modality, part.language].filter((one) => one !== '').join(' · ')}
        </p>
      </div>
      {part.state !== 'used' && <State part={part} />}
      <Content {...reading} />
      {derived.map((one) => (
        <Derived key={one.partId} {...reading} one={one} />
      ))}
    </section>
  );
}

function State({ part }: { part: PartView }) {
  const what = {
    pending: 'had not come when it was decided',
    empty: 'held nothing to weigh',
    failed: 'could not be used',
    unusable: 'could not be weighed',
    used: '',
  }[part.state];
  return (
    <p class="part-state small">
      This part {what}
      {part.code !== '' && (
        <>
          {' '}
          (<code>{part.code}</code>)
        </>
      )}
      .
    </p>
  );
}

interface Reading extends PartCardProps {
  readonly pointed: FoundSpan | undefined;
  readonly point: (line: FoundSpan | undefined) => void;
}

function Content({ page, part, derived, pointed, point, renew }: Reading) {
  const { content } = part;
  if (content.state !== 'available') return <p class="soft">{SAYS[content.state]}</p>;
  const reasons = page.reasons.filter((reason) => reason.partId === part.partId);
  const found = derived.flatMap((one) => one.found);
  if (content.text !== null) {
    return <TextPart part={part} text={content.text} item={page.decision} categories={page.categories} />;
  }
  if (part.modality === 'image') {
    const lines = found.filter((line) => line.box !== null);
    return (
      <ImagePart
        partId={part.partId}
        url={content.url}
        lines={lines}
        pointed={pointed}
        point={point}
        reasons={reasons}
        renew={renew}
      />
    );
  }
  if (part.modality === 'audio') {
    return (
      <AudioPart
        partId={part.partId}
        url={content.url}
        spoken={found.filter((line) => line.startMs !== null)}
        transcript={derived.map(textOf).join('')}
        named={namedStretches(page, part.partId)}
        renew={renew}
      />
    );
  }
  return (
    <a class="button" href={content.url} target="_blank" rel="noreferrer">
      Open the content
    </a>
  );
}

/** Text that was read from a part: weighed as text, by how sure its reader was. */
function Derived({ page, one, pointed, point }: Reading & { one: PartView }) {
  const text = textOf(one);
  return (
    <div class="derived">
      <h3>
        {one.partId}
        <span class="soft small">
          {one.confidence !== null && ` read with ${formatPercent(one.confidence)} confidence`}
        </span>
      </h3>
      {one.state !== 'used' && <State part={one} />}
      {text === '' && one.content.state !== 'available' && <p class="soft">{SAYS[one.content.state]}</p>}
      {text !== '' && (
        <TextPart
          part={one}
          text={text}
          item={page.decision}
          categories={page.categories}
          pointed={one.found.includes(pointed as FoundSpan) ? pointed : undefined}
        />
      )}
      <BoxLines one={one} text={text} pointed={pointed} point={point} />
    </div>
  );
}

interface BoxLinesProps {
  readonly one: PartView;
  readonly text: string;
  readonly pointed: FoundSpan | undefined;
  readonly point: (line: FoundSpan | undefined) => void;
}

/** Each line of a picture, so that its box is found by keyboard too. */
function BoxLines({ one, text, pointed, point }: BoxLinesProps) {
  const lines = one.found.filter((line) => line.box !== null);
  if (lines.length === 0 || text === '') return null;
  return (
    <details>
      <summary>Where each line stands</summary>
      <ol class="lines">
        {lines.map((line) => (
          <li key={line.start}>
            <button
              type="button"
              class="line"
              aria-pressed={line === pointed}
              onClick={() => point(line === pointed ? undefined : line)}
            >
              <span class="soft small">{formatPercent(line.confidence)}</span>
              <span>{[...text].slice(line.start, line.end).join('')}</span>
            </button>
          </li>
        ))}
      </ol>
    </details>
  );
}

function textOf({ content }: PartView): string {
  return content.state === 'available' ? (content.text ?? '') : '';
}

function namedStretches(page: ItemPage, partId: string): { start: number; end: number }[] {
  const spans = [
    ...page.reasons.filter((reason) => reason.partId === partId).map((reason) => reason.span),
    ...page.categories
      .filter((category) => category.flagged)
      .flatMap((category) => category.contributions)
      .filter((one) => one.partId === partId)
      .map((one) => one.span),
  ];
  return spans.flatMap((span) => (span?.unit === 'millisecond' ? [span] : []));
}
