/** What a test wants to know of a span. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly name: string;
  /** Of the resource. */
  readonly service: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Span ids of what it links to. */
  readonly links: readonly string[];
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  /** Everything as it came, for a search of what must not be in it. */
  readonly raw: string;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value?: Readonly<Record<string, unknown>>;
}

/** ExportTraceServiceRequest in OTLP's JSON, as far as it is read here. */
export interface ExportedSpans {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly OtlpAttribute[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[];
  }[];
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly OtlpAttribute[];
  readonly links?: readonly { readonly spanId: string }[];
}

export function readSpans(request: ExportedSpans): Span[] {
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const service = String(readAttributes(resource?.attributes)['service.name'] ?? '');
    return (scopeSpans ?? []).flatMap(({ spans }) => (spans ?? []).map((span) => readSpan(span, service)));
  });
}

function readSpan(span: OtlpSpan, service: string): Span {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    service,
    attributes: readAttributes(span.attributes),
    links: (span.links ?? []).map(({ spanId }) => spanId),
    startUnixNano: BigInt(span.startTimeUnixNano),
    endUnixNano: BigInt(span.endTimeUnixNano),
    raw: JSON.stringify(span),
  };
}

function readAttributes(attributes: readonly OtlpAttribute[] = []): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value ?? {})[0]]));
}
