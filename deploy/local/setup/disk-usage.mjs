import { lstatSync, readdirSync } from 'node:fs';

/** Sum of the sizes of all files below a folder, links not followed, in bytes. */
export function diskUsage(folder) {
  let sum = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) sum += diskUsage(path);
    else if (entry.isFile()) sum += lstatSync(path).size;
  }
  return sum;
}
