// The list of what an image's application is made of, in CycloneDX, written by pnpm.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** pnpm's arguments that write the list of one package of ours. */
export function sbomArguments(name, out) {
  const kind = ['--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6', '--sbom-type', 'application'];
  return ['sbom', ...kind, '--prod', '--filter-prod', name, '--out', out];
}

/**
 * Takes chance and the clock out of a list: components by name, the time of the sources, and a serial number that
 * follows from the rest. Adds what no package manager knows of, as CycloneDX components.
 */
export function settleSbom(path, epochSeconds, more = []) {
  const sbom = JSON.parse(readFileSync(path, 'utf8'));
  delete sbom.serialNumber;
  sbom.metadata.timestamp = new Date(epochSeconds * 1000).toISOString();
  sbom.components = [...sbom.components, ...more].sort(byReference);
  sbom.dependencies?.sort((a, b) => (a.ref < b.ref ? -1 : 1));
  for (const dependency of sbom.dependencies ?? []) dependency.dependsOn?.sort();
  const digest = createHash('sha256').update(JSON.stringify(sbom)).digest('hex');
  // The shape of a UUID of version 8: whatever its maker means by it.
  sbom.serialNumber = `urn:uuid:${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  writeFileSync(path, `${JSON.stringify(sbom, null, 1)}\n`);
}

function byReference(a, b) {
  return a['bom-ref'] < b['bom-ref'] ? -1 : 1;
}
