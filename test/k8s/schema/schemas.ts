import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type { Manifest } from '../render/manifest.js';
import { goModule, wheel } from '../render/tools.js';
import { type Schema, strictSchema } from './strict-schema.js';

/** The oldest release that the manifests are meant for: `preStop.sleep` is on by default since 1.30, stable in 1.34. */
export const KUBERNETES = '1.34.0';

const BUILT_IN = { package: 'kubernetes-validate', version: '1.37.0' };

/** Where the definitions of other kinds come from. */
export const CRD_MODULES = [
  { path: 'github.com/kedacore/keda/v2', version: 'v2.21.0', folder: 'config/crd/bases' },
  { path: 'github.com/cert-manager/cert-manager', version: 'v1.21.2', folder: 'deploy/crds' },
  {
    path: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    folder: 'example/prometheus-operator-crd',
  },
  { path: 'sigs.k8s.io/gateway-api', version: 'v1.4.1', folder: 'config/crd/standard' },
] as const;

const DEFINITIONS = 'https://kubernetes.io/api/_definitions.json';

interface Definition extends Schema {
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

interface CustomResource {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { openAPIV3Schema: Schema } }[];
  };
}

/** Holds manifests against the schemas of their kinds, unknown fields refused. */
export class Schemas {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  /** Schemas by kind; compiled when a kind is first met. */
  readonly #schemas = new Map<string, Schema>();
  readonly #validators = new Map<string, ValidateFunction>();

  /** Fetches what is not in the cache. @throws Error saying what is missing. */
  constructor() {
    const folder = `${wheel(BUILT_IN.package, BUILT_IN.version)}/kubernetes_validate/kubernetes-json-schema`;
    const text = readFileSync(`${folder}/v${KUBERNETES}-local-strict/_definitions.json`, 'utf8');
    const definitions = JSON.parse(text) as { $defs: Record<string, Definition> };
    this.#ajv.addSchema({ ...definitions, $id: DEFINITIONS });
    for (const [name, definition] of Object.entries(definitions.$defs))
      for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? [])
        this.#schemas.set(keyOf(group === '' ? version : `${group}/${version}`, kind), {
          $ref: `${DEFINITIONS}#/$defs/${name}`,
        });
    for (const { path, version, folder: inner } of CRD_MODULES)
      this.#addFolder(`${goModule(path, version)}/${inner}`);
  }

  get kinds(): number {
    return this.#schemas.size;
  }

  #addFolder(folder: string): void {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
      const resource = parse(readFileSync(`${folder}/${file}`, 'utf8')) as CustomResource;
      if (resource.kind !== 'CustomResourceDefinition') continue;
      const { group, names, versions } = resource.spec;
      for (const { name, schema } of versions) {
        const strict = strictSchema(schema.openAPIV3Schema) as { properties: object };
        const metadata = { $ref: `${DEFINITIONS}#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta` };
        const whole = { ...strict, properties: { ...strict.properties, metadata } };
        this.#schemas.set(keyOf(`${group}/${name}`, names.kind), whole);
      }
    }
  }

  /** What is wrong with one object: a line for each, with the path. */
  findings(manifest: Manifest): string[] {
    const { apiVersion, kind, metadata } = manifest;
    const validate = this.#validator(apiVersion, kind);
    const where = `${kind} ${metadata?.name}`;
    if (!validate) return [`${where}: no schema knows ${apiVersion} ${kind}`];
    if (validate(manifest)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const extra = 'additionalProperty' in params ? ` (${params['additionalProperty']})` : '';
      return `${where}: ${instancePath || '/'} ${message}${extra}`;
    });
  }

  #validator(apiVersion: string, kind: string): ValidateFunction | undefined {
    const key = keyOf(apiVersion, kind);
    const schema = this.#schemas.get(key);
    if (schema && !this.#validators.has(key)) this.#validators.set(key, this.#ajv.compile(schema));
    return this.#validators.get(key);
  }
}

const keyOf = (apiVersion: string, kind: string): string => `${apiVersion} ${kind}`;
