import { useEffect, useRef, useState } from 'preact/hooks';
import type { ItemPage } from '../../../src/api/items.js';
import type { CaseSummary, ReviewAnswer, StaleRevision } from '../../../src/api/review.js';
import { formatTime } from '../design/format.js';
import { ApiFailure, messageOf, sendJson } from '../http/api.js';
import type { Action } from './keymap.js';
import { type Draft, reviewOf } from './verdict.js';

/** A review that was sent, for as long as it can be taken back. */
export interface Sent {
  readonly of: CaseSummary;
  readonly judged: { readonly version: number; readonly revision: number };
  readonly action: Action;
  readonly answer: ReviewAnswer;
  readonly undone: boolean;
}

export interface Said {
  readonly tone: 'plain' | 'warn' | 'bad';
  readonly text: string;
}

export interface Workbench {
  /** Held by this person. */
  readonly current: CaseSummary | undefined;
  /** The last one decided here. */
  readonly sent: Sent | undefined;
  readonly said: Said | undefined;
  readonly busy: boolean;
  readonly next: () => void;
  readonly take: (id: string) => void;
  readonly resume: (held: CaseSummary) => void;
  readonly release: () => void;
  readonly submit: (page: ItemPage, draft: Draft, action: Action) => Promise<void>;
  readonly undo: () => void;
  readonly askSecondOpinion: (note: string) => void;
  readonly preserve: () => void;
}

type CaseAnswer = { readonly case: CaseSummary };

const RENEW_EVERY_MS = 20_000;
/** Whoever has not touched anything for so long has left the case to others. */
const IDLE_MS = 3 * 60_000;

/** Whoever hears one of these no longer has the case. */
const ENDS_CASE: ReadonlySet<string> = new Set(['lease_lost', 'not_open']);

/** The acts of one person on the cases of one queue. Every rule is held by the server; this only asks and tells. */
export function useWorkbench(queue: string, onStale: () => void): Workbench {
  const [current, setCurrent] = useState<CaseSummary>();
  const [sent, setSent] = useState<Sent>();
  const [said, setSaid] = useState<Said>();
  const [busy, setBusy] = useState(false);
  const working = useRef(false);

  /** One act at a time: a key that is held down must not claim two cases. */
  const act = async (work: () => Promise<void>): Promise<void> => {
    if (working.current) return;
    working.current = true;
    setBusy(true);
    setSaid(undefined);
    try {
      await work();
    } catch (error) {
      setSaid(sayFailure(error));
      if (ENDS_CASE.has(codeOf(error))) setCurrent(undefined);
      if (codeOf(error) === 'stale_revision') onStale();
    } finally {
      working.current = false;
      setBusy(false);
    }
  };
  const ofCurrent = (what: string): string =>
    `/api/v1/cases/${encodeURIComponent(current?.id ?? '')}/${what}`;
  const begin = (answer: CaseAnswer | undefined): void => {
    setCurrent(answer?.case);
    if (!answer) setSaid({ tone: 'plain', text: 'Nothing waits in this queue.' });
  };

  // An answer may come after the case was decided or given back.
  const renewed = (held: CaseSummary): void => setCurrent((now) => (now?.id === held.id ? held : now));
  useRenewal(current, ofCurrent('renew'), renewed, (error) => {
    if (!ENDS_CASE.has(codeOf(error))) return;
    setCurrent(undefined);
    setSaid(sayFailure(error));
  });

  return {
    current,
    sent,
    said,
    busy,
    next: () =>
      void act(async () => {
        if (current) return;
        begin(await sendJson<CaseAnswer>('POST', `/api/v1/queues/${encodeURIComponent(queue)}/claim`));
      }),
    take: (id) => void act(async () => begin(await sendJson('POST', claimPath(id)))),
    resume: setCurrent,
    release: () =>
      void act(async () => {
        await sendJson('POST', ofCurrent('release'));
        setCurrent(undefined);
      }),
    submit: (page, draft, action) =>
      act(async () => {
        if (!current) return;
        const review = reviewOf(page, current.kind, draft, action);
        const answer = await sendJson<ReviewAnswer>('POST', ofCurrent('review'), review);
        if (!answer) return;
        setSent({ of: current, judged: page.decision, action, answer, undone: false });
        setCurrent(undefined);
      }),
    undo: () =>
      void act(async () => {
        if (!sent || sent.undone || sent.answer.golden) return;
        await sendJson('POST', `/api/v1/reviews/${encodeURIComponent(sent.answer.reviewId)}/undo`);
        setSent({ ...sent, undone: true });
        // The case is the person's again, unless another one is on the screen.
        if (!current) begin(await sendJson<CaseAnswer>('POST', claimPath(sent.of.id)));
      }),
    askSecondOpinion: (note) =>
      void act(async () => {
        try {
          await sendJson('POST', ofCurrent('second-opinion'), { note });
          setCurrent(undefined);
          setSaid({ tone: 'plain', text: 'Somebody else is asked. The case is no longer yours.' });
        } catch (error) {
          if (codeOf(error) !== 'not_open') throw error;
          // Here it is about the opinion, not about the case.
          setSaid({ tone: 'warn', text: messageOf(error) });
        }
      }),
    preserve: () =>
      void act(async () => {
        if (!current) return;
        const body = { preserved: !current.preserved };
        const answer = await sendJson<CaseAnswer>('POST', ofCurrent('preserve'), body);
        if (answer) setCurrent(answer.case);
      }),
  };
}

/** Keeps the lease while somebody is at work: the page is seen, and was touched not long ago. */
function useRenewal(
  current: CaseSummary | undefined,
  path: string,
  renewed: (held: CaseSummary) => void,
  failed: (error: unknown) => void,
): void {
  const id = current?.id;
  useEffect(() => {
    if (id === undefined) return;
    let touchedAt = Date.now();
    const touch = (): void => {
      touchedAt = Date.now();
    };
    const timer = window.setInterval(() => {
      if (document.hidden || Date.now() - touchedAt > IDLE_MS) return;
      sendJson<CaseAnswer>('POST', path).then((answer) => answer && renewed(answer.case), failed);
    }, RENEW_EVERY_MS);
    for (const event of ['keydown', 'pointermove', 'scroll']) window.addEventListener(event, touch);
    return () => {
      window.clearInterval(timer);
      for (const event of ['keydown', 'pointermove', 'scroll']) window.removeEventListener(event, touch);
    };
  }, [id]);
}

const claimPath = (id: string): string => `/api/v1/cases/${encodeURIComponent(id)}/claim`;

const codeOf = (error: unknown): string => (error instanceof ApiFailure ? error.code : '');

function sayFailure(error: unknown): Said {
  switch (codeOf(error)) {
    case 'stale_revision': {
      const { latest } = (error as ApiFailure).detail as unknown as StaleRevision;
      const now = `version ${latest.version}, revision ${latest.revision}`;
      return {
        tone: 'warn',
        text: `Not sent: it was decided anew while you looked. This is ${now}; judge again.`,
      };
    }
    case 'lease_lost':
      return { tone: 'warn', text: 'The time for this case ran out; somebody else may have it now.' };
    case 'not_open':
      return { tone: 'warn', text: 'Somebody decided it meanwhile; the case is closed.' };
    case 'already_claimed':
      return { tone: 'warn', text: 'Somebody else has this case.' };
    case 'break_due':
      return { tone: 'plain', text: sayBreak(error as ApiFailure) };
    default:
      return { tone: 'bad', text: messageOf(error) };
  }
}

function sayBreak({ message, detail }: ApiFailure): string {
  const until = detail['untilMs'];
  return typeof until === 'number' ? `${message} It ends at ${formatTime(until)}.` : message;
}
