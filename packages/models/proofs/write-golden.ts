import { writeFile } from 'node:fs/promises';
import { audioGolden, type Golden, imageGolden, textGolden } from './run-golden.js';

/** Writes the golden figures that the tests compare with. Run only where a model was changed on purpose. */
const rounded = (golden: Golden): Golden =>
  Object.fromEntries(
    Object.entries(golden).map(([key, values]) => [key, values.map((value) => Number(value.toFixed(6)))]),
  );

const figures = {
  int8: rounded(await textGolden('int8')),
  fp32: rounded(await textGolden('fp32')),
  image: rounded(await imageGolden()),
  audio: rounded(await audioGolden()),
};
await writeFile(new URL('../src/models.golden.json', import.meta.url), `${JSON.stringify(figures)}\n`);
