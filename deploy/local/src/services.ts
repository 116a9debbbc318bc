/** Services of the pipeline, in the order in which their logs and tables name them. */
export const SERVICES = [
  'intake',
  'text-encoder',
  'image-encoder',
  'audio-encoder',
  'ocr',
  'transcriber',
  'fusion',
  'gateway',
  'dashboard',
] as const;

export type ServiceName = (typeof SERVICES)[number];

export function isServiceName(name: string): name is ServiceName {
  return (SERVICES as readonly string[]).includes(name);
}

/** What the services that read text out of other parts are called in TERCET_DERIVERS. */
export const DERIVERS: Readonly<Partial<Record<ServiceName, string>>> = {
  ocr: 'image:ocr',
  transcriber: 'audio:speech',
};

/** The pipeline without them and without the moderators' dashboard, for who measures or breaks something else. */
export const SERVICES_WITHOUT_DERIVERS: readonly ServiceName[] = SERVICES.filter(
  (name) => DERIVERS[name] === undefined && name !== 'dashboard',
);

/** TERCET_DERIVERS of a deployment that runs some services. */
export function deriversAmong(names: readonly ServiceName[]): string {
  return names.flatMap((name) => DERIVERS[name] ?? []).join(',');
}
