import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Build, REPOSITORY } from './docker.js';

interface ComposeService {
  readonly image: string;
  readonly build?: { readonly target?: string; readonly args?: Readonly<Record<string, string>> };
}

/** What compose.yaml builds, by name, with the settings that it builds them with. */
export function imagesOfCompose(): Readonly<Record<string, Build>> {
  const text = readFileSync(`${REPOSITORY}deploy/compose.yaml`, 'utf8');
  const { services } = parse(text, { merge: true }) as { services: Record<string, ComposeService> };
  const built = Object.values(services).flatMap(({ image, build }) => {
    if (build === undefined) return [];
    const tag = byDefault(image);
    const name = /([^/]+):[^:]+$/.exec(tag)?.[1] ?? tag;
    const { target } = build;
    const args =
      build.args &&
      Object.fromEntries(Object.entries(build.args).map(([key, value]) => [key, byDefault(value)]));
    return [[name, { tag, ...(target && { target }), ...(args && { args }) }] as const];
  });
  return Object.fromEntries(built);
}

/** A value of compose.yaml where the environment says nothing. */
const byDefault = (value: string): string => value.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

const ENCODERS = new Set(['text-encoder', 'image-encoder', 'audio-encoder', 'ocr', 'transcriber']);

/** Bytes that a service may add above its base, its decoder and models apart; undefined where nothing was promised. */
export function sizeLimit(name: string): number | undefined {
  if (name === 'client' || name === 'models') return undefined;
  if (name === 'dashboard') return 130e6;
  return ENCODERS.has(name) ? 160e6 : 80e6;
}

/** Services of the checkout: folders that start by themselves. */
export function isService(name: string): boolean {
  return existsSync(`${REPOSITORY}services/${name}/src/main.ts`);
}
