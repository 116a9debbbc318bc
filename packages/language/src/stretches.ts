/** A run of words of one kind: indices of the first and behind the last. */
export interface Run {
  readonly from: number;
  readonly to: number;
  readonly isEnglish: boolean;
}

/** What a change of language in the middle of a text must be worth, in log-odds. */
const CHANGE = 2.6;

/**
 * Parts a text into runs of English and of anything else: the likeliest path through a chain of two states whose changes
 * cost {@link CHANGE} (Viterbi, 1967).
 * @param logOdds of each word, in order.
 */
export function partRuns(logOdds: readonly number[]): Run[] {
  const cameFromOther: { english: boolean; foreign: boolean }[] = [];
  let english = 0;
  let foreign = 0;
  for (const odds of logOdds) {
    const intoEnglish = foreign - CHANGE > english;
    const intoForeign = english - CHANGE > foreign;
    const before = { english, foreign };
    english = (intoEnglish ? before.foreign - CHANGE : before.english) + odds / 2;
    foreign = (intoForeign ? before.english - CHANGE : before.foreign) - odds / 2;
    cameFromOther.push({ english: intoEnglish, foreign: intoForeign });
  }
  const states = new Array<boolean>(logOdds.length);
  let isEnglish = english >= foreign;
  for (let at = logOdds.length - 1; at >= 0; at -= 1) {
    states[at] = isEnglish;
    const step = cameFromOther[at];
    if (isEnglish ? step?.english : step?.foreign) isEnglish = !isEnglish;
  }
  return runsOf(states);
}

function runsOf(states: readonly boolean[]): Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (let to = 1; to <= states.length; to += 1) {
    if (to < states.length && states[to] === states[from]) continue;
    runs.push({ from, to, isEnglish: states[from] ?? true });
    from = to;
  }
  return runs;
}
