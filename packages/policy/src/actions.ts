import { ACTIONS, type Action } from '@tercet/contracts';

/** 0 for `allow`, 3 for `block`. */
export function actionRank(action: Action): number {
  return ACTIONS.indexOf(action);
}

/** The strongest of the actions that reasons ask for; `allow` where there are none. */
export function strongest(reasons: readonly { readonly action: string }[]): Action {
  let best: Action = 'allow';
  for (const { action } of reasons)
    if (actionRank(action as Action) > actionRank(best)) best = action as Action;
  return best;
}
