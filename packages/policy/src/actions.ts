import { ACTIONS, type Action } from '@tercet/contracts';

/** 0 for `allow`, 3 for `block`. */
export function actionRank(action: Action): number {
  return ACTIONS.indexOf(action);
}

/** The strongest of the actions; `allow` where there are none. */
export function strongest(actions: Iterable<Action>): Action {
  let best: Action = 'allow';
  for (const action of actions) if (actionRank(action) > actionRank(best)) best = action;
  return best;
}
