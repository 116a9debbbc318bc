/** Services of the pipeline, in the order in which their logs and tables name them. */
export const SERVICES = [
  'intake',
  'text-encoder',
  'image-encoder',
  'audio-encoder',
  'fusion',
  'gateway',
] as const;

export type ServiceName = (typeof SERVICES)[number];

export function isServiceName(name: string): name is ServiceName {
  return (SERVICES as readonly string[]).includes(name);
}
