/** What every suite is run with. */
export interface EvalOptions {
  /** Everything that a suite makes up follows from it. */
  readonly seed: number;
  /** Where the figures go as JSON; undefined: to the terminal alone. */
  readonly json: string | undefined;
  /** Text model of the lock file, for the suites of what it reads; undefined: the deployment's. */
  readonly textModel: string | undefined;
  /** Folder of shared data; undefined: the figures that need it are left out, each with a line that says so. */
  readonly shared: string | undefined;
}

/** What the module of a suite exports. */
export interface Suite {
  /** Measures, prints what it found and answers the exit code: 1 where a figure misses its promise. */
  run(options: EvalOptions): Promise<number>;
}

/** Suites by name, each loaded only when it is asked for. A suite's folder is added here. */
export const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  heads: () => import('./heads/suite.js'),
  ocr: () => import('./ocr/suite.js'),
  speech: () => import('./speech/suite.js'),
  sounds: () => import('./sounds/suite.js'),
};
