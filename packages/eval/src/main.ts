import { runEval } from './run-eval.js';

process.exitCode = await runEval(process.argv.slice(2));
