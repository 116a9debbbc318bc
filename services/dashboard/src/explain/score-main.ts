import { asTercetError } from '@tercet/kit';
import type { ScoreAnswer, ScoreRequest } from './messages.js';
import { openScorer } from './score-texts.js';

const [headsDir = '', textModel = ''] = process.argv.slice(2);
const scorer = openScorer(headsDir, textModel);
process.on('message', (request: ScoreRequest) => {
  const answer = (given: ScoreAnswer) => process.send?.(given);
  scorer
    .then((score) => score(request))
    .then(answer, (error: unknown) => answer({ failed: asTercetError(error).message }));
});
process.on('disconnect', () => process.exit(0));
