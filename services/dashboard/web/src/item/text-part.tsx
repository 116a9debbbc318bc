import { useState } from 'preact/hooks';
import type { CategoryView, FoundSpan, PartView, WordWeights } from '../../../src/api/items.js';
import { formatScore } from '../design/format.js';
import { Failure } from '../design/notices.js';
import { sendJson } from '../http/api.js';
import { itemApiPath } from './item-path.js';
import { type Mark, segments, weightMarks } from './segments.js';

interface TextPartProps {
  readonly part: PartView;
  readonly text: string;
  readonly item: { tenant: string; itemId: string; version: number };
  readonly categories: readonly CategoryView[];
  /** A stretch to point at: a line of a picture or of speech. */
  readonly pointed?: FoundSpan | undefined;
}

/** A text with the stretch that scored highest, and, asked for, the weight of each word. */
export function TextPart({ part, text, item, categories, pointed }: TextPartProps) {
  const scored = categories
    .filter((one) => one.contributions.some(({ partId }) => partId === part.partId))
    .sort((a, b) => Number(b.flagged) - Number(a.flagged) || b.score - a.score);
  const [chosen, setChosen] = useState('');
  const category = chosen || (scored[0]?.category ?? '');
  const weights = useWordWeights(item, part.partId);
  const shown = weights.data?.category === category ? weights.data : undefined;
  const span = scored
    .find((one) => one.category === category && one.flagged)
    ?.contributions.find((one) => one.partId === part.partId)?.span;
  const marks: Mark[] = shown
    ? weightMarks(shown.words)
    : [
        ...(span?.unit === 'code_point' ? [{ start: span.start, end: span.end, kind: 'strongest' }] : []),
        ...(pointed ? [{ start: pointed.start, end: pointed.end, kind: 'pointed' }] : []),
      ];
  return (
    <div class="text-part">
      <p class="text-content" lang={part.language || undefined} dir="auto">
        {segments(text, marks).map((one, at) =>
          one.kind === '' ? (
            one.text
          ) : (
            <mark key={`${at}-${one.kind}`} class={one.kind}>
              {one.text}
            </mark>
          ),
        )}
      </p>
      {scored.length > 0 && (
        <div class="row">
          <button
            type="button"
            class="button slim"
            disabled={weights.running}
            onClick={() => weights.ask(item.version, category)}
          >
            {weights.running ? 'Leaving out each word …' : 'Which words weighed?'}
          </button>
          <select
            class="filter-select"
            aria-label={`Category that the words of ${part.partId} are weighed for`}
            value={category}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            {scored.map((one) => (
              <option key={one.category} value={one.category}>
                {one.category}
              </option>
            ))}
          </select>
          {shown && (
            <p class="small soft">
              Approximate: the score of {formatScore(shown.score)} once more without each word.
              <span class="weight-key">
                <mark class="weigh-4">raised it</mark> <mark class="weigh-down">lowered it</mark>
              </span>
            </p>
          )}
        </div>
      )}
      {weights.error !== undefined && <Failure error={weights.error} />}
    </div>
  );
}

function useWordWeights(item: { tenant: string; itemId: string }, partId: string) {
  const [state, setState] = useState<{ data?: WordWeights; error?: unknown; running: boolean }>({
    running: false,
  });
  const ask = (version: number, category: string): void => {
    setState({ running: true });
    sendJson<WordWeights>('POST', `${itemApiPath(item)}/explain`, { version, partId, category }).then(
      (data) => setState({ ...(data ? { data } : {}), running: false }),
      (error: unknown) => setState({ error, running: false }),
    );
  };
  return { ...state, ask };
}
