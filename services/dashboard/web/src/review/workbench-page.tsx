import './review.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { Facets } from '../../../src/api/decisions.js';
import type { CaseList } from '../../../src/api/review.js';
import { countOf } from '../design/format.js';
import { isTyping, takesEnter } from '../design/keyboard.js';
import { Empty, Failure, Loading } from '../design/notices.js';
import { Page } from '../design/page.js';
import { useResource } from '../http/use-resource.js';
import { ItemView } from '../item/item-view.js';
import { useItem } from '../item/use-item.js';
import { session } from '../session/session.js';
import { BenchNotices } from './bench-notices.js';
import { CaseTable } from './case-table.js';
import { DecisionPanel } from './decision-panel.js';
import { KeyList } from './key-list.js';
import { type Command, commandOf } from './keymap.js';
import { useQueueChanges } from './use-queue-changes.js';
import { useWorkbench } from './use-workbench.js';
import { type Draft, draftOf } from './verdict.js';

const CASES = 50;
const EVERY_MS = 15_000;

/** Where cases of one queue are decided. */
export function WorkbenchPage() {
  const { params } = useRoute();
  const { query } = useLocation();
  const queue = params['queue'] ?? '';
  const list = useResource<CaseList>(
    `/api/v1/queues/${encodeURIComponent(queue)}/cases?limit=${CASES}`,
    EVERY_MS,
  );
  useQueueChanges(queue, list.reload);
  const facets = useResource<Facets>('/api/v1/facets');
  const reloadItem = useRef(() => {});
  const bench = useWorkbench(queue, () => reloadItem.current());
  const { current, sent } = bench;
  const [listWanted, setListWanted] = useState(false);
  const shownCase = current ?? (listWanted ? undefined : sent?.of);
  const item = useItem(shownCase ? { tenant: shownCase.tenant, itemId: shownCase.itemId } : null);
  reloadItem.current = item.reload;
  const [draft, setDraft] = useDraft(current?.id, item.data);
  const [keysShown, setKeysShown] = useState(false);
  const note = useRef<HTMLTextAreaElement>(null);
  useTaking(query['case'], list.data, bench);

  // What fusion makes of a decision or an undo of this person belongs on the screen. In a case, the reviewer says when.
  const isOwn = !current || (sent?.undone === true && sent.of.id === current.id);
  const newerSeq = item.newer?.seq;
  useEffect(() => {
    if (newerSeq !== undefined && isOwn) item.reload();
  }, [newerSeq, isOwn, item.reload]);
  const caseId = current?.id;
  useEffect(() => {
    window.scrollTo({ top: 0 });
    setListWanted(false);
    list.reload();
  }, [caseId, list.reload]);

  const submit = (): void => {
    if (item.data && draft?.action) void bench.submit(item.data, draft, draft.action);
  };
  useKeys(current !== undefined, {
    next: bench.next,
    submit,
    undo: bench.undo,
    release: bench.release,
    note: () => note.current?.focus(),
    'second-opinion': () => bench.askSecondOpinion(draft?.note ?? ''),
    preserve: () => item.data?.decision.restricted && bench.preserve(),
    reveal: () => document.querySelector<HTMLButtonElement>('.reveal')?.click(),
    help: () => setKeysShown(true),
    ...Object.fromEntries(
      (['allow', 'flag', 'review', 'block'] as const).map((action) => [
        action,
        () => draft && setDraft({ ...draft, action }),
      ]),
    ),
  });
  const cases = list.data?.cases ?? [];
  const waiting = cases.filter((one) => one.claimedBy === null).length;
  return (
    <Page
      title={current ? `${current.tenant}/${current.itemId}` : `Queue ${queue}`}
      head={
        <>
          <p class="soft small">
            {current ? `${queue} · ` : ''}
            {waiting === CASES ? `${CASES} or more wait` : `${countOf(waiting, 'case')} waiting`}
          </p>
          <span class="push row">
            {!current && shownCase && (
              <button type="button" class="button quiet slim" onClick={() => setListWanted(true)}>
                Show the list
              </button>
            )}
            {!current && (
              <button type="button" class="button primary" disabled={bench.busy} onClick={bench.next}>
                Claim the next <kbd>J</kbd>
              </button>
            )}
            <button type="button" class="button quiet slim" onClick={() => setKeysShown(true)}>
              Keys <kbd>?</kbd>
            </button>
          </span>
        </>
      }
    >
      {keysShown && <KeyList close={() => setKeysShown(false)} />}
      <BenchNotices
        bench={bench}
        shown={item.data?.decision}
        newer={isOwn ? undefined : item.newer}
        show={item.reload}
      />
      {list.error !== undefined && <Failure error={list.error} retry={list.reload} />}
      {shownCase && item.error !== undefined && <Failure error={item.error} retry={item.reload} />}
      {shownCase && !item.data && item.error === undefined && <Loading what="the case" />}
      {shownCase && item.data && (
        <ItemView
          key={shownCase.id}
          page={item.data}
          renew={item.reload}
          blind={current !== undefined && current.kind !== 'appeal'}
          panel={
            current &&
            draft && (
              <DecisionPanel
                page={item.data}
                current={current}
                draft={draft}
                change={setDraft}
                categories={facets.data?.categories ?? []}
                busy={bench.busy}
                submit={submit}
                release={bench.release}
                askSecondOpinion={() => bench.askSecondOpinion(draft.note)}
                preserve={bench.preserve}
                note={note}
              />
            )
          }
        />
      )}
      {!shownCase && list.data && cases.length > 0 && <CaseTable cases={cases} take={bench.take} />}
      {!shownCase && list.data && cases.length === 0 && (
        <Empty title="Nothing waits">
          <p>New cases appear by themselves.</p>
        </Empty>
      )}
    </Page>
  );
}

/** Begins anew with each case and each revision that comes on the screen; the note stays. */
function useDraft(caseId: string | undefined, page: ReturnType<typeof useItem>['data']) {
  const of = caseId === undefined || !page ? '' : `${caseId} ${page.decision.decisionId}`;
  const [state, setState] = useState<{ of: string; draft: Draft | undefined }>({ of: '', draft: undefined });
  let { draft } = state;
  if (state.of !== of) {
    const sameCase = caseId !== undefined && state.of.startsWith(`${caseId} `);
    const fresh = of === '' || !page ? undefined : draftOf(page);
    draft = fresh && sameCase ? { ...fresh, note: state.draft?.note ?? '' } : fresh;
    setState({ of, draft });
  }
  return [draft, (next: Draft) => setState({ of, draft: next })] as const;
}

/** Takes the case that the address names, or goes on with one that is held already. */
function useTaking(
  id: string | undefined,
  list: CaseList | undefined,
  bench: ReturnType<typeof useWorkbench>,
): void {
  const tried = useRef(false);
  useEffect(() => {
    if (!list || tried.current) return;
    tried.current = true;
    const held = list.cases.find((one) => one.claimedBy === session.value?.user?.id);
    if (id !== undefined) {
      // Once: loading the page again must not claim again.
      history.replaceState(null, '', location.pathname);
      bench.take(id);
    }
    if (id === undefined && held) bench.resume(held);
  }, [id, list, bench]);
}

/** Keys may come faster than effects run: each is answered with what was drawn last. */
function useKeys(inCase: boolean, commands: Partial<Record<Command, () => unknown>>): void {
  const latest = useRef({ inCase, commands });
  latest.current = { inCase, commands };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.repeat || isTyping(event) || document.querySelector('dialog[open]')) return;
      const command = commandOf(event, latest.current.inCase);
      if (command === undefined || (command === 'submit' && takesEnter(event))) return;
      event.preventDefault();
      latest.current.commands[command]?.();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
